package turso.r2dbc.core;

import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoBatch;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoStatement;
import turso.r2dbc.session.Session;

/** What R2DBC wants of a connection, over a session of any engine. */
public abstract class DriverConnection implements TursoConnection {

    private static final String PRODUCT = "SQLite";

    private final Session session;

    private final ConnectionContext context;

    private final Transactions transactions;

    /**
     * Makes a connection.
     *
     * @param session what runs its statements; closed with the connection
     * @param settings what it starts with
     * @param parser what splits its SQL
     */
    protected DriverConnection(Session session, ConnectionSettings settings, SqlParser parser) {
        this.session = session;
        this.transactions = new Transactions(session, settings);
        this.context = new ConnectionContext(
                session, this.transactions, settings, parser, new ParameterEncoder(settings.codecs()));
    }

    static IllegalStateException closed() {
        return new IllegalStateException("The connection is closed");
    }

    @Override
    public TursoStatement createStatement(String sql) {
        Require.notNull(sql, "sql");
        requireOpen();
        return new DriverStatement(this.context, sql);
    }

    @Override
    public TursoBatch createBatch() {
        requireOpen();
        return new DriverBatch(this.context);
    }

    private void requireOpen() {
        if (!this.session.isOpen()) {
            throw closed();
        }
    }

    @Override
    public Mono<Void> beginTransaction() {
        return new ControlMono(this.session, () -> this.transactions.begin(null));
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        Require.notNull(definition, "definition");
        return new ControlMono(this.session, () -> this.transactions.begin(definition));
    }

    @Override
    public Mono<Void> commitTransaction() {
        return new ControlMono(this.session, this.transactions::commit);
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return new ControlMono(this.session, this.transactions::rollback);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        Require.notNull(name, "name");
        return new ControlMono(this.session, () -> this.transactions.createSavepoint(name));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        Require.notNull(name, "name");
        return new ControlMono(this.session, () -> this.transactions.releaseSavepoint(name));
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        Require.notNull(name, "name");
        return new ControlMono(this.session, () -> this.transactions.rollbackToSavepoint(name));
    }

    @Override
    public boolean isAutoCommit() {
        return this.transactions.isAutoCommit();
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return new ControlMono(this.session, () -> this.transactions.autoCommit(autoCommit));
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        Require.notNegative(timeout, "timeout");
        return new ControlMono(this.session, () -> this.transactions.lockWaitTimeout(timeout));
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        Require.notNegative(timeout, "timeout");
        return new ControlMono(this.session, () -> this.transactions.statementTimeout(timeout));
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return this.transactions.isolationLevel();
    }

    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        Require.notNull(isolationLevel, "isolationLevel");
        return new ControlMono(this.session, () -> this.transactions.isolationLevel(isolationLevel));
    }

    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        Require.notNull(depth, "depth");
        return Mono.defer(() -> {
            if (!this.session.isOpen()) {
                return Mono.just(false);
            }
            if (depth == ValidationDepth.LOCAL) {
                return Mono.just(true);
            }
            return new ControlMono(this.session, this.transactions::ping)
                    .thenReturn(true)
                    .onErrorReturn(false);
        });
    }

    @Override
    public ConnectionMetadata getMetadata() {
        String version = this.session.databaseVersion();
        return new ConnectionMetadata() {
            @Override
            public String getDatabaseProductName() {
                return PRODUCT;
            }

            @Override
            public String getDatabaseVersion() {
                return version;
            }
        };
    }

    @Override
    public Mono<Void> postAllocate() {
        return Mono.empty();
    }

    @Override
    public Mono<Void> preRelease() {
        return Mono.defer(
                () -> this.session.isOpen() ? new ControlMono(this.session, this.transactions::reset) : Mono.empty());
    }

    @Override
    public Mono<Void> close() {
        return this.session.close();
    }
}
