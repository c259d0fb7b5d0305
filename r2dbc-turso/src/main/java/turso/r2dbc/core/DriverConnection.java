package turso.r2dbc.core;

import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoBatch;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoStatement;
import turso.r2dbc.session.Session;

/** What R2DBC wants of a connection, over a session of any engine. */
public abstract class DriverConnection implements TursoConnection {

    private static final String PRODUCT = "SQLite";

    private final ConnectionContext context;

    /**
     * Makes a connection.
     *
     * @param session what runs its statements; closed with the connection
     * @param settings what it starts with
     * @param parser what splits its SQL
     */
    protected DriverConnection(Session session, ConnectionSettings settings, SqlParser parser) {
        this(ConnectionContext.of(session, settings, parser));
        // Statements, results and changes of state to come outlive this object, but each of them holds the
        // transactions.
        DroppedConnections.closeWithout(this.context.transactions(), session);
    }

    /** Makes a further handle of a connection. */
    protected DriverConnection(ConnectionContext context) {
        this.context = context;
    }

    /** {@return what its statements need} */
    protected final ConnectionContext context() {
        return this.context;
    }

    static TursoClosedException closed() {
        return Failures.closed("The connection is closed");
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

    /** Refuses what is asked of a closed connection. */
    protected final void requireOpen() {
        if (!this.context.session().isOpen()) {
            throw closed();
        }
    }

    @Override
    public Mono<Void> beginTransaction() {
        return begin(null);
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        Require.notNull(definition, "definition");
        return begin(definition);
    }

    private Mono<Void> begin(@Nullable TransactionDefinition definition) {
        return begins(() -> this.context.control().begin(definition));
    }

    private Mono<Void> begins(Supplier<@Nullable ControlStep> action) {
        return ControlMono.unlessCancelled(this.context, action, this.context.control()::withdrawBegin);
    }

    @Override
    public Mono<Void> commitTransaction() {
        return ControlMono.of(this.context, this.context.control()::commit);
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return ControlMono.of(this.context, this.context.control()::rollback);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        Require.notNull(name, "name");
        return ControlMono.of(this.context, () -> this.context.control().createSavepoint(name));
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        Require.notNull(name, "name");
        return ControlMono.of(this.context, () -> this.context.control().releaseSavepoint(name));
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        Require.notNull(name, "name");
        return ControlMono.of(this.context, () -> this.context.control().rollbackToSavepoint(name));
    }

    @Override
    public boolean isAutoCommit() {
        return this.context.transactions().isAutoCommit();
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return autoCommit
                ? ControlMono.of(this.context, () -> this.context.control().autoCommit(true))
                : begins(() -> this.context.control().autoCommit(false));
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        Require.notNegative(timeout, "timeout");
        return ControlMono.of(this.context, () -> this.context.control().lockWaitTimeout(timeout));
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        Require.notNegative(timeout, "timeout");
        return ControlMono.of(this.context, () -> this.context.control().statementTimeout(timeout));
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return this.context.transactions().isolationLevel();
    }

    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        Require.notNull(isolationLevel, "isolationLevel");
        return ControlMono.of(this.context, () -> this.context.control().isolationLevel(isolationLevel));
    }

    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        Require.notNull(depth, "depth");
        return Mono.defer(() -> {
            if (!this.context.session().isOpen()) {
                return Mono.just(false);
            }
            boolean remote = depth == ValidationDepth.REMOTE;
            if (!remote && !this.context.transactions().isBeginning()) {
                return Mono.just(isFit());
            }
            return ControlMono.atOnce(this.context, remote ? this.context.control()::ping : () -> null)
                    .then(Mono.fromSupplier(this::isFit))
                    .onErrorReturn(false);
        });
    }

    /**
     * A pool may get a connection back with a begun transaction: Spring ends none whose begin was cancelled
     * (spring-framework#32115), and r2dbc-proxy hides {@link #preRelease()} and {@link #postAllocate()} from the pool. The
     * next user's statements would become part of that transaction, and be lost with it.
     */
    private boolean isFit() {
        return !this.context.transactions().isUnused();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        String version = this.context.session().databaseVersion();
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
        // A pool that takes a connection back because somebody cancels calls no preRelease.
        return Mono.defer(() -> isUntouched() ? Mono.empty() : preRelease());
    }

    private boolean isUntouched() {
        Transactions transactions = this.context.transactions();
        return transactions.isAutoCommit() && !transactions.isBeginning();
    }

    @Override
    public Mono<Void> preRelease() {
        return Mono.defer(
                () -> this.context.session().isOpen() ? ControlMono.atOnce(this.context, this::reset) : Mono.empty());
    }

    private @Nullable ControlStep reset() {
        this.context.ownership().endAll();
        return this.context.control().reset();
    }

    @Override
    public Mono<Void> close() {
        return this.context.session().close();
    }
}
