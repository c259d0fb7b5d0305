package turso.r2dbc.core;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoTransactionDefinition;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Command.Timeouts;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Session;
import turso.r2dbc.sql.Identifiers;
import turso.r2dbc.sql.StatementKind;

/**
 * The transaction of one connection: what the application asked for, and what the engine has made of it
 * ({@link TransactionState}).
 *
 * <p>Confined to the session's worker, but for the few values that are published for getters.
 */
final class Transactions {

    private static final Logger LOGGER = Loggers.getLogger(Transactions.class);

    private static final Execution COMMIT = Execution.of("COMMIT", Effect.END, false);

    private static final Execution ROLLBACK = Execution.of("ROLLBACK", Effect.END, false);

    private static final Execution QUERY_ONLY_ON = Execution.of("PRAGMA query_only = 1", Effect.NONE, false);

    private static final Execution QUERY_ONLY_OFF = Execution.of("PRAGMA query_only = 0", Effect.NONE, false);

    private final Session session;

    private final ConnectionSettings settings;

    private TransactionState state = TransactionState.AUTO_COMMIT;

    /** Counts transactions, so that a result can tell whether its own is still the current one. */
    private long number;

    private final List<String> pendingSavepoints = new ArrayList<>();

    /** Names, folded, that a rollback to them has released; releasing them again is harmless. */
    private final Set<String> releasedSavepoints = new HashSet<>();

    private @Nullable TransactionMode mode;

    private boolean readOnly;

    private @Nullable Duration lockWait;

    /** Whether the engine may still refuse writes because of a read-only transaction. */
    private boolean queryOnly;

    /** Whether the command that is running ends that. */
    private boolean restoring;

    private volatile boolean autoCommit = true;

    private volatile IsolationLevel isolationLevel = IsolationLevel.SERIALIZABLE;

    private Duration lockWaitTimeout;

    private Duration statementTimeout;

    /** What the durations above come to; null after one of them has changed. */
    private @Nullable Timeouts timeouts;

    Transactions(Session session, ConnectionSettings settings) {
        this.session = session;
        this.settings = settings;
        this.lockWaitTimeout = settings.lockWaitTimeout();
        this.statementTimeout = settings.statementTimeout();
    }

    // ---- published

    boolean isAutoCommit() {
        return this.autoCommit;
    }

    IsolationLevel isolationLevel() {
        return this.isolationLevel;
    }

    // ---- for statements

    TransactionState state() {
        return this.state;
    }

    /** {@return the number of the current transaction; 0 outside one} */
    long current() {
        return this.state == TransactionState.AUTO_COMMIT ? 0 : this.number;
    }

    Timeouts timeouts() {
        Timeouts known = this.timeouts;
        if (known == null) {
            Duration wait = this.lockWait != null ? this.lockWait : this.lockWaitTimeout;
            known = new Timeouts(nanos(wait), nanos(this.statementTimeout));
            this.timeouts = known;
        }
        return known;
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException longerThanLong) {
            return Long.MAX_VALUE;
        }
    }

    /** {@return what must run before a statement of the given kind} */
    List<Execution> prelude(StatementKind kind) {
        this.restoring = false;
        if (this.state == TransactionState.AUTO_COMMIT) {
            this.restoring = this.queryOnly;
            return this.queryOnly ? List.of(QUERY_ONLY_OFF) : List.of();
        }
        if (this.state != TransactionState.PENDING) {
            return List.of();
        }
        List<Execution> prelude = new ArrayList<>();
        if (this.queryOnly) {
            prelude.add(QUERY_ONLY_OFF);
            this.restoring = !this.readOnly;
        }
        if (!begins(kind)) {
            prelude.add(begin());
        }
        if (this.readOnly) {
            prelude.add(QUERY_ONLY_ON);
            this.queryOnly = true;
        }
        for (String savepoint : this.pendingSavepoints) {
            prelude.add(savepoint(savepoint));
        }
        return prelude;
    }

    private static boolean begins(StatementKind kind) {
        return switch (kind) {
            case BEGIN, BEGIN_IMMEDIATE, BEGIN_EXCLUSIVE -> true;
            default -> false;
        };
    }

    private Execution begin() {
        TransactionMode chosen = this.mode != null ? this.mode : this.settings.transactionMode();
        if (this.readOnly && this.mode == null) {
            chosen = TransactionMode.DEFERRED;
        }
        return Execution.of("BEGIN " + chosen, Effect.BEGIN, chosen != TransactionMode.DEFERRED);
    }

    /** {@return what begins the transaction of an atomic batch} */
    static Execution beginBatch() {
        return Execution.of("BEGIN IMMEDIATE", Effect.BEGIN, true);
    }

    static Execution commitBatch() {
        return COMMIT;
    }

    static Execution rollbackBatch() {
        return ROLLBACK;
    }

    private static Execution savepoint(String name) {
        return Execution.of("SAVEPOINT " + Identifiers.quote(name), Effect.SAVEPOINT, false);
    }

    /** Takes note of what a command that has run whole has left behind; see {@link #commandEnded}. */
    void commandSucceeded(boolean ended) {
        if (this.restoring) {
            this.restoring = false;
            this.queryOnly = false;
        }
        commandEnded(ended);
    }

    /**
     * Takes note of what a command has left behind.
     *
     * @param ended whether a statement of it ended the transaction on purpose
     */
    void commandEnded(boolean ended) {
        boolean open = this.session.isTransactionOpen();
        switch (this.state) {
            case AUTO_COMMIT -> {
                if (open) {
                    enter(TransactionState.ACTIVE);
                }
            }
            case PENDING -> {
                if (open) {
                    this.pendingSavepoints.clear();
                    enter(TransactionState.ACTIVE);
                } else if (ended) {
                    leave();
                }
            }
            case ACTIVE -> {
                if (!open) {
                    if (ended) {
                        leave();
                    } else {
                        enter(TransactionState.LOST);
                    }
                }
            }
            case LOST -> {}
        }
    }

    private void enter(TransactionState next) {
        if (this.state == TransactionState.AUTO_COMMIT) {
            this.number++;
        }
        this.state = next;
        this.autoCommit = false;
    }

    private void leave() {
        this.state = TransactionState.AUTO_COMMIT;
        this.autoCommit = true;
        this.pendingSavepoints.clear();
        this.releasedSavepoints.clear();
        this.mode = null;
        this.readOnly = false;
        this.lockWait = null;
        this.timeouts = null;
    }

    // ---- for the connection's methods, on the worker; null means that there is nothing to run

    @Nullable
    ControlStep begin(@Nullable TransactionDefinition definition) {
        if (this.state != TransactionState.AUTO_COMMIT && this.state != TransactionState.PENDING) {
            LOGGER.debug("Skipping begin: a transaction is open");
            return null;
        }
        if (definition != null) {
            TransactionMode chosen = definition.getAttribute(TursoTransactionDefinition.MODE);
            Boolean only = definition.getAttribute(TransactionDefinition.READ_ONLY);
            Duration wait = definition.getAttribute(TransactionDefinition.LOCK_WAIT_TIMEOUT);
            if (wait != null) {
                Require.notNegative(wait, "lockWaitTimeout");
            }
            this.mode = chosen;
            this.readOnly = Boolean.TRUE.equals(only);
            this.lockWait = wait;
            this.timeouts = null;
        }
        enter(TransactionState.PENDING);
        return null;
    }

    @Nullable
    ControlStep commit() {
        return switch (this.state) {
            case AUTO_COMMIT -> null;
            case PENDING -> {
                leave();
                yield null;
            }
            case ACTIVE -> new ControlStep(end(COMMIT), this::ended, this::commitFailed);
            case LOST -> {
                leave();
                throw Failures.lostTransaction("COMMIT");
            }
        };
    }

    @Nullable
    ControlStep rollback() {
        return switch (this.state) {
            case AUTO_COMMIT -> null;
            case PENDING, LOST -> {
                leave();
                yield null;
            }
            case ACTIVE -> new ControlStep(end(ROLLBACK), this::ended, this::rollbackFailed);
        };
    }

    private Command end(Execution how) {
        List<Execution> executions = this.queryOnly ? List.of(how, QUERY_ONLY_OFF) : List.of(how);
        // Ending a transaction must not be given up half way.
        return new Command(
                List.of(), executions, Rows.DISCARDED, new Timeouts(timeouts().lockWait(), 0), false);
    }

    private void ended() {
        this.queryOnly = false;
        leave();
    }

    private Throwable commitFailed(EngineFailure failure) {
        commandEnded(false);
        return Failures.exception(failure);
    }

    private Throwable rollbackFailed(EngineFailure failure) {
        commandEnded(true);
        return Failures.exception(failure);
    }

    @Nullable
    ControlStep autoCommit(boolean on) {
        if (on == (this.state == TransactionState.AUTO_COMMIT)) {
            return null;
        }
        return on ? commit() : begin(null);
    }

    @Nullable
    ControlStep createSavepoint(String name) {
        switch (this.state) {
            case AUTO_COMMIT, PENDING -> {
                enter(TransactionState.PENDING);
                this.releasedSavepoints.remove(folded(name));
                this.pendingSavepoints.add(name);
                return null;
            }
            case LOST -> throw Failures.lostTransaction("SAVEPOINT " + Identifiers.quote(name));
            default -> {
                this.releasedSavepoints.remove(folded(name));
                return run(savepoint(name));
            }
        }
    }

    @Nullable
    ControlStep releaseSavepoint(String name) {
        if (this.state == TransactionState.AUTO_COMMIT || this.releasedSavepoints.contains(folded(name))) {
            return null;
        }
        if (this.state == TransactionState.PENDING && dropPending(name)) {
            return null;
        }
        String sql = "RELEASE " + Identifiers.quote(name);
        refuseIfLost(sql);
        return run(Execution.of(sql, Effect.RELEASE, false));
    }

    @Nullable
    ControlStep rollbackToSavepoint(String name) {
        if (this.state == TransactionState.AUTO_COMMIT) {
            return null;
        }
        if (this.state == TransactionState.PENDING && dropPending(name)) {
            this.releasedSavepoints.add(folded(name));
            return null;
        }
        String quoted = Identifiers.quote(name);
        refuseIfLost("ROLLBACK TO " + quoted);
        Command command = new Command(
                prelude(StatementKind.ROLLBACK_TO),
                List.of(
                        Execution.of("ROLLBACK TO " + quoted, Effect.ROLLBACK_TO, false),
                        Execution.of("RELEASE " + quoted, Effect.RELEASE, false)),
                Rows.DISCARDED,
                timeouts(),
                true);
        return new ControlStep(
                command,
                () -> {
                    this.releasedSavepoints.add(folded(name));
                    // A savepoint of the application's own SQL may have been the transaction.
                    commandSucceeded(true);
                },
                this::controlFailed);
    }

    /** Takes back a savepoint the engine does not know yet, and those set after it. */
    private boolean dropPending(String name) {
        for (int index = this.pendingSavepoints.size() - 1; index >= 0; index--) {
            if (folded(this.pendingSavepoints.get(index)).equals(folded(name))) {
                this.pendingSavepoints
                        .subList(index, this.pendingSavepoints.size())
                        .clear();
                return true;
            }
        }
        return false;
    }

    /** {@return the name as SQLite compares it: the case of ASCII letters, and only theirs, does not count} */
    private static String folded(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < folded.length(); i++) {
            char letter = folded.charAt(i);
            if (letter >= 'A' && letter <= 'Z') {
                folded.setCharAt(i, (char) (letter - 'A' + 'a'));
            }
        }
        return folded.toString();
    }

    /**
     * Refuses a statement that was meant for a transaction the engine has ended. Its own COMMIT is refused too, and
     * its own ROLLBACK has nothing left to do; both return to auto-commit.
     *
     * @return whether there is nothing to run
     */
    boolean isDoneOrRefused(PlannedStatement statement) {
        if (this.state != TransactionState.LOST) {
            // Frameworks say in SQL, too, what the definition has said already.
            return this.readOnly && statement.isReadOnlyDeclaration();
        }
        StatementKind kind = statement.kind();
        if (kind == StatementKind.ROLLBACK || kind == StatementKind.COMMIT) {
            leave();
        }
        if (kind == StatementKind.ROLLBACK) {
            return true;
        }
        throw Failures.lostTransaction(statement.execution().sql());
    }

    private void refuseIfLost(String sql) {
        if (this.state == TransactionState.LOST) {
            throw Failures.lostTransaction(sql);
        }
    }

    private ControlStep run(Execution execution) {
        Command command =
                new Command(prelude(StatementKind.SAVEPOINT), List.of(execution), Rows.DISCARDED, timeouts(), true);
        return new ControlStep(command, () -> commandSucceeded(true), this::controlFailed);
    }

    private Throwable controlFailed(EngineFailure failure) {
        commandEnded(false);
        return Failures.exception(failure);
    }

    @Nullable
    ControlStep isolationLevel(IsolationLevel level) {
        this.isolationLevel = level;
        return null;
    }

    @Nullable
    ControlStep lockWaitTimeout(Duration timeout) {
        this.lockWaitTimeout = timeout;
        this.timeouts = null;
        return null;
    }

    @Nullable
    ControlStep statementTimeout(Duration timeout) {
        this.statementTimeout = timeout;
        this.timeouts = null;
        return null;
    }

    /** Asks the engine for something that touches no data. */
    @Nullable
    ControlStep ping() {
        Command command = new Command(
                List.of(), List.of(Execution.of("SELECT 1", Effect.NONE, false)), Rows.DISCARDED, timeouts(), true);
        return new ControlStep(command, () -> {}, Failures::exception);
    }

    /** Restores everything to what a new connection has. */
    @Nullable
    ControlStep reset() {
        this.session.closeCursors(
                EngineFailure.of(EngineFailure.Reason.CLOSED, "The connection was returned to its pool"));
        this.isolationLevel = IsolationLevel.SERIALIZABLE;
        this.lockWaitTimeout = this.settings.lockWaitTimeout();
        this.statementTimeout = this.settings.statementTimeout();
        this.timeouts = null;
        return rollback();
    }
}
