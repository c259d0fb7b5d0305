package turso.r2dbc.core;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoTransactionDefinition;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Command.Timeouts;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Session;
import turso.r2dbc.sql.StatementKind;

/**
 * What the connection's methods do to its transaction: each returns what the engine must run for it, or null if that is
 * nothing. Confined to the session's worker.
 */
public final class TransactionControl {

    private static final Logger LOGGER = Loggers.getLogger(TransactionControl.class);

    private final Session session;

    private final ConnectionSettings settings;

    private final Transactions transactions;

    /** Whether the last begin has led from auto-commit to a transaction. */
    private boolean begunHere;

    TransactionControl(Session session, ConnectionSettings settings, Transactions transactions) {
        this.session = session;
        this.settings = settings;
        this.transactions = transactions;
    }

    @Nullable
    ControlStep begin(@Nullable TransactionDefinition definition) {
        TransactionState state = this.transactions.state();
        this.begunHere = state == TransactionState.AUTO_COMMIT;
        if (state != TransactionState.AUTO_COMMIT && state != TransactionState.PENDING) {
            LOGGER.debug("Skipping begin: a transaction is open");
            return null;
        }
        if (definition == null) {
            this.transactions.request();
            return null;
        }
        TransactionMode chosen = definition.getAttribute(TursoTransactionDefinition.MODE);
        Boolean only = definition.getAttribute(TransactionDefinition.READ_ONLY);
        Duration wait = definition.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT);
        if (wait != null) {
            Require.notNegative(wait, "lockWaitTimeout");
        }
        this.transactions.request(chosen, Boolean.TRUE.equals(only));
        this.transactions.limits().transactionLockWait(wait);
        return null;
    }

    /** Takes the begin back that was the last thing to happen, if it began anything. */
    void withdrawBegin() {
        if (this.begunHere && this.transactions.state() == TransactionState.PENDING) {
            this.transactions.leave();
        }
    }

    /** Begins the transaction of a scope, of which there is none yet. */
    public void begin(TransactionMode mode) {
        this.transactions.requestForScope(mode);
    }

    /** Commits, if a transaction is open. */
    @Nullable
    public ControlStep commit() {
        return switch (this.transactions.state()) {
            case AUTO_COMMIT -> null;
            case PENDING -> {
                this.transactions.leave();
                yield null;
            }
            case ACTIVE -> new ControlStep(end(TransactionSql.COMMIT), this::ended, this::commitFailed);
            case LOST -> {
                this.transactions.leave();
                throw Failures.lostTransaction(TransactionSql.COMMIT.sql());
            }
        };
    }

    /** Rolls back, if a transaction is open. */
    @Nullable
    public ControlStep rollback() {
        return switch (this.transactions.state()) {
            case AUTO_COMMIT -> null;
            case PENDING, LOST -> {
                this.transactions.leave();
                yield null;
            }
            case ACTIVE -> new ControlStep(end(TransactionSql.ROLLBACK), this::ended, this::rollbackFailed);
        };
    }

    private Command end(Execution how) {
        QueryOnly queryOnly = this.transactions.queryOnly();
        queryOnly.newCommand();
        List<Execution> executions = queryOnly.isImposed() ? List.of(how, queryOnly.restore()) : List.of(how);
        // Ending a transaction must not be given up half way.
        Timeouts timeouts = new Timeouts(this.transactions.timeouts().lockWait(), 0);
        return new Command(List.of(), executions, Rows.DISCARDED, timeouts, false);
    }

    private void ended() {
        this.transactions.queryOnly().commandSucceeded();
        this.transactions.leave();
    }

    private Throwable commitFailed(EngineFailure failure) {
        this.transactions.commandEnded(false);
        return Failures.exception(failure);
    }

    private Throwable rollbackFailed(EngineFailure failure) {
        this.transactions.commandEnded(true);
        return Failures.exception(failure);
    }

    /**
     * Switches auto-commit. R2DBC's switch off is for one transaction; a connection that mirrors Python's stays as it was
     * switched.
     */
    @Nullable
    ControlStep autoCommit(boolean on) {
        this.begunHere = false;
        if (this.settings.autocommit() == Autocommit.ON) {
            if (on == (this.transactions.state() == TransactionState.AUTO_COMMIT)) {
                return null;
            }
            return on ? commit() : begin((TransactionDefinition) null);
        }
        this.transactions.autocommit(on ? Autocommit.ON : Autocommit.OFF);
        return on ? commit() : null;
    }

    @Nullable
    public ControlStep createSavepoint(String name) {
        switch (this.transactions.state()) {
            case AUTO_COMMIT, PENDING -> {
                this.transactions.request();
                this.transactions.savepoints().addPending(name);
                return null;
            }
            case LOST ->
                throw Failures.lostTransaction(TransactionSql.savepoint(name).sql());
            default -> {
                this.transactions.savepoints().set(name);
                return run(TransactionSql.savepoint(name));
            }
        }
    }

    @Nullable
    public ControlStep releaseSavepoint(String name) {
        if (!this.transactions.isOpen() || this.transactions.savepoints().isReleased(name)) {
            return null;
        }
        if (this.transactions.savepoints().takeBack(name)) {
            return null;
        }
        Execution release = TransactionSql.release(name);
        this.transactions.refuseIfLost(release.sql());
        return run(release);
    }

    @Nullable
    public ControlStep rollbackToSavepoint(String name) {
        if (!this.transactions.isOpen()) {
            return null;
        }
        SavepointNames savepoints = this.transactions.savepoints();
        if (savepoints.takeBack(name)) {
            savepoints.released(name);
            return null;
        }
        Execution rollbackTo = TransactionSql.rollbackTo(name);
        this.transactions.refuseIfLost(rollbackTo.sql());
        Command command = new Command(
                this.transactions.prelude(StatementKind.ROLLBACK_TO),
                List.of(rollbackTo, TransactionSql.release(name)),
                Rows.DISCARDED,
                this.transactions.timeouts(),
                true);
        return new ControlStep(
                command,
                () -> {
                    savepoints.released(name);
                    // A savepoint of the application's own SQL may have been the transaction.
                    this.transactions.commandSucceeded(true);
                },
                this::controlFailed);
    }

    private ControlStep run(Execution execution) {
        Command command = new Command(
                this.transactions.prelude(StatementKind.SAVEPOINT),
                List.of(execution),
                Rows.DISCARDED,
                this.transactions.timeouts(),
                true);
        return new ControlStep(command, () -> this.transactions.commandSucceeded(true), this::controlFailed);
    }

    private Throwable controlFailed(EngineFailure failure) {
        this.transactions.commandEnded(false);
        return Failures.exception(failure);
    }

    @Nullable
    ControlStep isolationLevel(IsolationLevel level) {
        this.transactions.isolationLevel(level);
        return null;
    }

    @Nullable
    ControlStep lockWaitTimeout(Duration timeout) {
        this.transactions.limits().lockWait(timeout);
        return null;
    }

    @Nullable
    ControlStep statementTimeout(Duration timeout) {
        this.transactions.limits().statement(timeout);
        return null;
    }

    /** Asks the engine for something that touches no data. */
    ControlStep ping() {
        Command command = new Command(
                List.of(),
                List.of(Execution.of("SELECT 1", Effect.NONE, false)),
                Rows.DISCARDED,
                this.transactions.timeouts(),
                true);
        return new ControlStep(command, () -> {}, Failures::exception);
    }

    /** Restores everything to what a new connection has. */
    @Nullable
    ControlStep reset() {
        this.session.closeCursors(
                EngineFailure.of(EngineFailure.Reason.CLOSED, "The connection was returned to its pool"));
        this.transactions.isolationLevel(IsolationLevel.SERIALIZABLE);
        this.transactions.limits().reset();
        this.transactions.autocommit(this.settings.autocommit());
        return rollback();
    }
}
