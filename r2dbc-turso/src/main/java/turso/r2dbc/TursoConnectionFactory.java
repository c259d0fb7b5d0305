package turso.r2dbc;

import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.TursoCodec;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoMetrics;
import turso.r2dbc.codec.Codecs;
import turso.r2dbc.core.ConnectionSettings;
import turso.r2dbc.core.OpenFailures;
import turso.r2dbc.core.SqlParser;
import turso.r2dbc.flow.FlowConnection;
import turso.r2dbc.session.SessionFactory;
import turso.r2dbc.sqlite.SqliteSessionFactory;

/**
 * Opens connections to one database. Thread-safe.
 *
 * <p>Closing the factory lets go of what it holds itself, such as a private memory database and threads of its own;
 * connections it opened stay open. A factory that is never closed, as frameworks leave it, keeps nothing alive once it is
 * forgotten.
 */
public final class TursoConnectionFactory implements ConnectionFactory, Closeable {

    /** The name in the metadata of every factory, by which frameworks know the driver. */
    public static final String NAME = "Turso";

    private final SessionFactory sessions;

    private final ConnectionSettings settings;

    private final SqlParser parser;

    private TursoConnectionFactory(SessionFactory sessions, ConnectionSettings settings, SqlParser parser) {
        this.sessions = sessions;
        this.settings = settings;
        this.parser = parser;
    }

    /**
     * Makes a factory. Nothing is opened, and no thread started, before the first connection is asked for.
     *
     * @param configuration what to open and how
     * @return the factory
     * @throws IllegalArgumentException if the configuration is null
     */
    public static TursoConnectionFactory from(TursoConnectionConfiguration configuration) {
        return from(configuration, Autocommit.ON);
    }

    /** @param autocommit who begins transactions on its connections */
    static TursoConnectionFactory from(@Nullable TursoConnectionConfiguration configuration, Autocommit autocommit) {
        if (configuration == null) {
            throw new IllegalArgumentException("configuration must not be null");
        }
        List<TursoCodec<?>> custom = new ArrayList<>(configuration.codecs());
        custom.addAll(Codecs.discovered());
        SqliteSessionFactory.WorkerSettings workers = new SqliteSessionFactory.WorkerSettings(
                configuration.scheduler(), configuration.maxThreads(), configuration.maxQueuedTasks());
        ConnectionSettings settings = new ConnectionSettings(
                autocommit,
                configuration.isolation(),
                configuration.transactionMode(),
                configuration.batchMode(),
                configuration.lockWaitTimeout(),
                configuration.statementTimeout(),
                configuration.maxBufferedRows(),
                workers.boundOfQueue(),
                Codecs.create(custom, configuration.strictTypes()));
        SessionFactory sessions = SqliteSessionFactory.create(new EmbeddedSettings(configuration), workers);
        return new TursoConnectionFactory(sessions, settings, new SqlParser(configuration.likeEscape()));
    }

    /**
     * Opens a connection when subscribed to and requested, each time a new one, on a thread of the driver.
     *
     * @return the connection; or an {@link io.r2dbc.spi.R2dbcNonTransientResourceException} if the database cannot be
     *     opened, or an {@link io.r2dbc.spi.R2dbcTimeoutException} if it stays locked
     */
    @Override
    public Mono<TursoConnection> create() {
        return this.sessions
                .open()
                .onErrorMap(OpenFailures::exception)
                .map(session -> new FlowConnection(session, this.settings, this.parser, Mono.empty()));
    }

    /** Opens the only connection of this factory, which is closed with it, or if there is none. */
    Mono<TursoConnection> createLast() {
        AtomicBoolean opened = new AtomicBoolean();
        return this.sessions
                .open()
                .<TursoConnection>map(session -> {
                    opened.set(true);
                    return new FlowConnection(session, this.settings, this.parser, close());
                })
                .onErrorResume(error -> close().then(Mono.error(OpenFailures.exception(error))))
                .doOnCancel(() -> {
                    if (!opened.get()) {
                        close().subscribe();
                    }
                });
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return () -> NAME;
    }

    /** {@return numbers that tell how this factory is doing; usable also after it was closed} */
    public TursoMetrics metrics() {
        return new FactoryMetrics(this.sessions.metrics());
    }

    @Override
    public Mono<Void> close() {
        return this.sessions.close();
    }
}
