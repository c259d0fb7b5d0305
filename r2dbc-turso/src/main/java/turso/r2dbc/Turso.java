package turso.r2dbc;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;

/**
 * The door for programs that want a database at once, as {@code turso.connect} and {@code turso.aio.connect} are in Python.
 *
 * <pre>{@code
 * Turso.usingConnection("app.db", connection -> connection
 *         .executeScript("CREATE TABLE IF NOT EXISTS users (id INTEGER PRIMARY KEY, name TEXT)")
 *         .then(connection.execute("INSERT INTO users (name) VALUES (?)", "alice").then())
 *         .then(connection.execute("SELECT count(*) FROM users").fetchOne()))
 *     .subscribe(row -> System.out.println("Users: " + row.getLong(0)));
 * }</pre>
 *
 * <p>A database is named by a path, {@code ":memory:"}, or an {@code r2dbc:turso:} URL with options. A database in memory is
 * private to its connection and ends with it. Connections begin a transaction at the first INSERT, UPDATE, DELETE or REPLACE,
 * which {@link TursoConnection#commit()} makes permanent; the options {@code isolation} and {@code autocommit} choose
 * otherwise. {@link #factory(String)} makes an ordinary R2DBC connection factory instead, whose connections start in
 * auto-commit.
 *
 * <p>Everything is cold, and nothing is opened before a publisher is subscribed to.
 */
public final class Turso {

    /** SQLite's own name for a memory database. */
    private static final String MEMORY = ":memory:";

    private static final String URL_SCHEME = "r2dbc:";

    private Turso() {}

    /**
     * Opens a connection, each subscription a new one.
     *
     * @param database the path of a file, {@code ":memory:"}, or an {@code r2dbc:turso:} URL. A file that does not exist is
     *     created; its directory must exist
     * @return the connection, to be closed by whoever gets it; or an {@link io.r2dbc.spi.R2dbcNonTransientResourceException}
     *     if the database cannot be opened, or an {@link io.r2dbc.spi.R2dbcTimeoutException} if it stays locked. A
     *     connection that arrives only after a cancel is closed by the driver
     * @throws IllegalArgumentException if the database is null or empty, or a URL that is not accepted
     */
    public static Mono<TursoConnection> connect(String database) {
        return connect(database, builder -> {});
    }

    /**
     * Opens a connection with options, each subscription a new one.
     *
     * @param database the path of a file, {@code ":memory:"}, or an {@code r2dbc:turso:} URL
     * @param options sets options; those of a URL are set already
     * @return the connection, as {@link #connect(String)} describes it
     * @throws IllegalArgumentException if an argument is null, or a URL or an option is not accepted
     */
    public static Mono<TursoConnection> connect(
            String database, Consumer<? super TursoConnectionConfiguration.Builder> options) {
        return connect(configured(builder(database), options));
    }

    /**
     * Opens a connection to a file, each subscription a new one.
     *
     * @param file a path of the default file system
     * @return the connection, as {@link #connect(String)} describes it
     * @throws IllegalArgumentException if the path is null or names no file
     */
    public static Mono<TursoConnection> connect(Path file) {
        return connect(file, builder -> {});
    }

    /**
     * Opens a connection to a file with options, each subscription a new one.
     *
     * @param file a path of the default file system
     * @param options sets options
     * @return the connection, as {@link #connect(String)} describes it
     * @throws IllegalArgumentException if an argument is null, or the path or an option is not accepted
     */
    public static Mono<TursoConnection> connect(
            Path file, Consumer<? super TursoConnectionConfiguration.Builder> options) {
        return connect(configured(builder(file), options));
    }

    /**
     * Makes an R2DBC connection factory. Its connections start in auto-commit, as the SPI wants it.
     *
     * @param database the path of a file, {@code ":memory:"} (shared by the connections of the factory, and private to it),
     *     or an {@code r2dbc:turso:} URL
     * @return the factory; nothing is opened yet
     * @throws IllegalArgumentException if the database is null or empty, or a URL that is not accepted
     */
    public static TursoConnectionFactory factory(String database) {
        return factory(database, builder -> {});
    }

    /**
     * Makes an R2DBC connection factory with options.
     *
     * @param database the path of a file, {@code ":memory:"}, or an {@code r2dbc:turso:} URL
     * @param options sets options; those of a URL are set already
     * @return the factory; nothing is opened yet
     * @throws IllegalArgumentException if an argument is null, or a URL or an option is not accepted
     */
    public static TursoConnectionFactory factory(
            String database, Consumer<? super TursoConnectionConfiguration.Builder> options) {
        return TursoConnectionFactory.from(configured(builder(database), options));
    }

    /**
     * Opens a connection, works on it, commits and closes it.
     *
     * <p>If the publisher completes, what is uncommitted is committed, the connection is closed, and then the value is
     * emitted: who sees the value can rely on it. If the publisher fails, the function throws, or the subscriber cancels,
     * everything uncommitted is rolled back and the connection is closed. A commit that fails is rolled back and signalled as
     * the error it is.
     *
     * <p>To try again ({@link TursoRetry}), retry the whole of this, never a part within it.
     *
     * @param database the path of a file, {@code ":memory:"}, or an {@code r2dbc:turso:} URL
     * @param work gets the connection, and returns what is to be done
     * @param <T> the value's type
     * @return the value, emitted after the commit; empty if there is none
     * @throws IllegalArgumentException if an argument is null, or the database is not accepted
     */
    public static <T> Mono<T> usingConnection(
            String database, Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        return usingConnection(database, builder -> {}, work);
    }

    /**
     * Opens a connection with options, works on it, commits and closes it.
     *
     * @param database the path of a file, {@code ":memory:"}, or an {@code r2dbc:turso:} URL
     * @param options sets options; those of a URL are set already
     * @param work gets the connection, and returns what is to be done
     * @param <T> the value's type
     * @return the value, as {@link #usingConnection(String, Function)} describes it
     * @throws IllegalArgumentException if an argument is null or not accepted
     */
    public static <T> Mono<T> usingConnection(
            String database,
            Consumer<? super TursoConnectionConfiguration.Builder> options,
            Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        return using(configured(builder(database), options), requireNonNull(work, "work"));
    }

    /**
     * Opens a connection to a file, works on it, commits and closes it.
     *
     * @param file a path of the default file system
     * @param work gets the connection, and returns what is to be done
     * @param <T> the value's type
     * @return the value, as {@link #usingConnection(String, Function)} describes it
     * @throws IllegalArgumentException if an argument is null or not accepted
     */
    public static <T> Mono<T> usingConnection(
            Path file, Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        return usingConnection(file, builder -> {}, work);
    }

    /**
     * Opens a connection to a file with options, works on it, commits and closes it.
     *
     * @param file a path of the default file system
     * @param options sets options
     * @param work gets the connection, and returns what is to be done
     * @param <T> the value's type
     * @return the value, as {@link #usingConnection(String, Function)} describes it
     * @throws IllegalArgumentException if an argument is null or not accepted
     */
    public static <T> Mono<T> usingConnection(
            Path file,
            Consumer<? super TursoConnectionConfiguration.Builder> options,
            Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        return using(configured(builder(file), options), requireNonNull(work, "work"));
    }

    /**
     * Opens a connection, streams from it, commits and closes it.
     *
     * <p><strong>Values are emitted before the commit, and a cancel rolls back.</strong> Everything downstream that takes
     * fewer values than there are cancels: {@code next()}, {@code take(n)}, {@code Mono.from(...)}. It has its value, and what
     * was written is undone. End with an operator that reads to the end ({@code last()}, {@code collectList()},
     * {@code singleOrEmpty()}), or use {@link #usingConnection(String, Function)}, which emits its value after the commit.
     *
     * <p>If the publisher completes, what is uncommitted is committed and the connection is closed before this completes. If
     * it fails or the function throws, everything uncommitted is rolled back. A commit that fails is rolled back and signalled
     * as the error it is.
     *
     * @param database the path of a file, {@code ":memory:"}, or an {@code r2dbc:turso:} URL
     * @param work gets the connection, and returns what is to be emitted
     * @param <T> the values' type
     * @return the values, emitted before the commit
     * @throws IllegalArgumentException if an argument is null, or the database is not accepted
     */
    public static <T> Flux<T> usingConnectionMany(
            String database, Function<? super TursoConnection, ? extends Publisher<? extends T>> work) {
        return usingConnectionMany(database, builder -> {}, work);
    }

    /**
     * Opens a connection with options, streams from it, commits and closes it.
     *
     * @param database the path of a file, {@code ":memory:"}, or an {@code r2dbc:turso:} URL
     * @param options sets options; those of a URL are set already
     * @param work gets the connection, and returns what is to be emitted
     * @param <T> the values' type
     * @return the values, emitted before the commit: read at {@link #usingConnectionMany(String, Function)} what that means
     * @throws IllegalArgumentException if an argument is null or not accepted
     */
    public static <T> Flux<T> usingConnectionMany(
            String database,
            Consumer<? super TursoConnectionConfiguration.Builder> options,
            Function<? super TursoConnection, ? extends Publisher<? extends T>> work) {
        return usingMany(configured(builder(database), options), requireNonNull(work, "work"));
    }

    /**
     * Opens a connection to a file, streams from it, commits and closes it.
     *
     * @param file a path of the default file system
     * @param work gets the connection, and returns what is to be emitted
     * @param <T> the values' type
     * @return the values, emitted before the commit: read at {@link #usingConnectionMany(String, Function)} what that means
     * @throws IllegalArgumentException if an argument is null or not accepted
     */
    public static <T> Flux<T> usingConnectionMany(
            Path file, Function<? super TursoConnection, ? extends Publisher<? extends T>> work) {
        return usingConnectionMany(file, builder -> {}, work);
    }

    /**
     * Opens a connection to a file with options, streams from it, commits and closes it.
     *
     * @param file a path of the default file system
     * @param options sets options
     * @param work gets the connection, and returns what is to be emitted
     * @param <T> the values' type
     * @return the values, emitted before the commit: read at {@link #usingConnectionMany(String, Function)} what that means
     * @throws IllegalArgumentException if an argument is null or not accepted
     */
    public static <T> Flux<T> usingConnectionMany(
            Path file,
            Consumer<? super TursoConnectionConfiguration.Builder> options,
            Function<? super TursoConnection, ? extends Publisher<? extends T>> work) {
        return usingMany(configured(builder(file), options), requireNonNull(work, "work"));
    }

    private static TursoConnectionConfiguration.Builder builder(String database) {
        if (requireNonNull(database, "database").equals(MEMORY)) {
            return TursoConnectionConfiguration.builder().memory();
        }
        if (!database.startsWith(URL_SCHEME)) {
            return TursoConnectionConfiguration.builder().file(database);
        }
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(database);
        if (!new TursoConnectionFactoryProvider().supports(options)) {
            throw new IllegalArgumentException("The URL is not for this driver: it begins with 'r2dbc:"
                    + options.getRequiredValue(ConnectionFactoryOptions.DRIVER) + "', not with 'r2dbc:turso:'");
        }
        return TursoConnectionConfiguration.builder(options);
    }

    private static TursoConnectionConfiguration.Builder builder(Path file) {
        return TursoConnectionConfiguration.builder().file(requireNonNull(file, "file"));
    }

    private static TursoConnectionConfiguration configured(
            TursoConnectionConfiguration.Builder builder,
            Consumer<? super TursoConnectionConfiguration.Builder> options) {
        requireNonNull(options, "options").accept(builder);
        return builder.build();
    }

    /** Each connection has what a factory holds for itself, and lets go of it in the end. */
    private static Mono<TursoConnection> connect(TursoConnectionConfiguration configuration) {
        return Mono.defer(() -> TursoConnectionFactory.from(configuration, configuration.autocommit())
                .createLast());
    }

    private static <T> Mono<T> using(
            TursoConnectionConfiguration configuration,
            Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        return Mono.defer(() -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            return Mono.usingWhen(
                            connect(configuration),
                            connection -> Mono.<T>defer(() -> work.apply(connection))
                                    // Part of the work, so that its failure is the work's: as a clean-up it would be
                                    // wrapped.
                                    .flatMap(value ->
                                            commit(connection, cancelled).thenReturn(value))
                                    .switchIfEmpty(commit(connection, cancelled).then(Mono.empty())),
                            TursoConnection::close,
                            // Closing rolls back.
                            (connection, error) -> connection.close(),
                            TursoConnection::close)
                    .doOnCancel(() -> cancelled.set(true));
        });
    }

    private static <T> Flux<T> usingMany(
            TursoConnectionConfiguration configuration,
            Function<? super TursoConnection, ? extends Publisher<? extends T>> work) {
        return Flux.defer(() -> {
            AtomicBoolean cancelled = new AtomicBoolean();
            return Flux.usingWhen(
                            connect(configuration),
                            connection -> Flux.defer(() -> Flux.<T>from(work.apply(connection)))
                                    .concatWith(commit(connection, cancelled).then(Mono.empty())),
                            TursoConnection::close,
                            (connection, error) -> connection.close(),
                            TursoConnection::close)
                    .doOnCancel(() -> cancelled.set(true));
        });
    }

    /**
     * {@return a commit, which is none once the scope was cancelled} While {@code usingWhen} is handing over the connection,
     * it passes a cancellation on a moment later, and the work may have come to its end by then.
     */
    private static Mono<Void> commit(TursoConnection connection, AtomicBoolean cancelled) {
        return Mono.defer(() -> cancelled.get() ? Mono.empty() : connection.commit());
    }

    private static <T> T requireNonNull(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must not be null");
        }
        return value;
    }
}
