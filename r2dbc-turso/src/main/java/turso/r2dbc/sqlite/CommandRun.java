package turso.r2dbc.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Task;

/**
 * Takes one command at a time through the engine: its prelude, then each execution with each set of values, up to the
 * first that fails; in slices, and with pauses for locks and for demand.
 *
 * <p>Confined to the session's worker, but for the timer's flag.
 */
final class CommandRun {

    /** How far a call to {@link #advance} got. */
    enum Progress {
        /** The command is over, and reported. */
        FINISHED,
        /** The slice is used up; there is more to do. */
        YIELDED,
        /** There is a row that nobody has asked for yet. */
        UNWANTED,
        /** A lock is not free; the run will be resumed. */
        PARKED
    }

    /** Rows, or sets of values, handled before other sessions get their turn. */
    static final int SLICE = 256;

    private final SessionEngine engine;

    private final Task task;

    private @Nullable Command command;

    private boolean inPrelude;

    private int index;

    private int set;

    private @Nullable EngineStatement statement;

    /** Whether there is a row to deliver: the statement's current one, or one put aside. */
    private boolean rowReady;

    private @Nullable DetachedRows detached;

    private @Nullable LockWait lockWait;

    private @Nullable Disposable statementTimer;

    private volatile boolean timedOut;

    private volatile boolean interrupted;

    /** Whether the engine has understood the statement for which the prelude is run. */
    private boolean understood;

    /** Whether the first row or count has come, after which the statement timeout no longer counts. */
    private boolean responded;

    CommandRun(SessionEngine engine, Task task) {
        this.engine = engine;
        this.task = task;
    }

    Task task() {
        return this.task;
    }

    boolean hasCommand() {
        return this.command != null;
    }

    boolean isCancellable() {
        return this.command == null || this.command.cancellable();
    }

    /** {@return whether this run is in the middle of its rows} */
    boolean isAmongRows() {
        return this.rowReady;
    }

    /** {@return whether this run is in the middle of rows that come as they are asked for} */
    boolean isStreaming() {
        return this.rowReady && this.command != null && this.command.rows() == Rows.DEMANDED;
    }

    /** {@return whether the engine has a statement of this run open} */
    boolean hasOpenCursor() {
        return this.rowReady && this.statement != null;
    }

    /** {@return whether the statement timeout has expired} From any thread. */
    boolean hasTimedOut() {
        return this.timedOut;
    }

    /** {@return whether somebody wants the command to fail} From any thread. */
    boolean isInterrupted() {
        return this.interrupted;
    }

    /** Makes the command fail. From any thread. */
    void interrupt() {
        this.interrupted = true;
    }

    /** {@return whether what is running should end} Asked by the engine while it runs. */
    boolean shouldStop() {
        return this.task.isCancelled() || this.timedOut || this.interrupted;
    }

    void begin(Command next) {
        this.command = next;
        this.inPrelude = !next.prelude().isEmpty();
        this.index = 0;
        this.set = 0;
        this.timedOut = false;
        this.interrupted = false;
        this.understood = false;
        this.responded = false;
        if (next.timeouts().statement() > 0) {
            this.statementTimer = Timers.schedule(this::expire, next.timeouts().statement());
        }
    }

    private void expire() {
        this.timedOut = true;
        this.engine.expired(this);
    }

    /**
     * Goes on with the command until it ends, a slice is used up, or something is missing.
     *
     * @param cancellable whether a cancelled task makes it stop; it yields then
     */
    Progress advance(boolean cancellable) {
        int budget = SLICE;
        try {
            for (; ; ) {
                if (cancellable && this.task.isCancelled()) {
                    return Progress.YIELDED;
                }
                if (this.timedOut && !this.responded) {
                    throw new EngineError(EngineFailure.of(Reason.STATEMENT_TIMEOUT, "The statement timeout expired"));
                }
                Execution execution = current();
                if (execution == null) {
                    return succeed();
                }
                if (this.interrupted) {
                    throw new EngineError(new EngineFailure(Reason.RUN, Codes.INTERRUPT, "interrupted", null, null));
                }
                if (!this.rowReady) {
                    if (budget-- == 0) {
                        return Progress.YIELDED;
                    }
                    if (!start(execution)) {
                        return Progress.PARKED;
                    }
                }
                if (this.rowReady) {
                    Progress progress = deliver();
                    if (progress != Progress.FINISHED) {
                        return progress;
                    }
                }
                finishSet(execution);
            }
        } catch (EngineError error) {
            return fail(error.failure());
        } catch (RuntimeException failure) {
            // The task could not handle what it got; like an error of the engine, that ends the command.
            return fail(new EngineFailure(Reason.INTERNAL, 0, String.valueOf(failure.getMessage()), null, failure));
        }
    }

    private @Nullable Execution current() {
        Command running = command();
        if (this.inPrelude) {
            if (this.index < running.prelude().size()) {
                return running.prelude().get(this.index);
            }
            this.inPrelude = false;
            this.index = 0;
        }
        return this.index < running.executions().size() ? running.executions().get(this.index) : null;
    }

    /** Makes the first step for one set of values. @return false if a lock is not free and the run must wait */
    private boolean start(Execution execution) throws EngineError {
        if (execution.writes() && !this.engine.enterLane(this)) {
            return false;
        }
        EngineStatement current = this.statement;
        try {
            if (this.inPrelude && !this.understood) {
                understand();
            }
            if (current == null) {
                current = this.engine.statements().acquire(execution.sql());
                this.statement = current;
            }
            this.rowReady = current.start(execution.bindings().get(this.set));
        } catch (EngineError error) {
            if (this.engine.detachCursors(error.failure().code())) {
                return start(execution);
            }
            if (Codes.isLockConflict(error.failure().code())) {
                this.engine.retryLater(this, error.failure());
                return false;
            }
            throw error;
        }
        endLockWait();
        if (!this.inPrelude && command().rows() != Rows.DISCARDED) {
            describe(current, execution);
        }
        return true;
    }

    /**
     * Prepares the first statement before anything is run for it, so that a transaction is not begun for one that the engine
     * does not understand.
     */
    private void understand() throws EngineError {
        List<Execution> executions = command().executions();
        if (!executions.isEmpty()) {
            this.engine
                    .statements()
                    .release(this.engine.statements().acquire(executions.get(0).sql()));
        }
        this.understood = true;
    }

    private Columns columns(EngineStatement current, @Nullable Execution execution) throws EngineError {
        return current.columns(this.engine.schemaVersion(), execution != null && execution.star());
    }

    private void describe(EngineStatement current, Execution execution) throws EngineError {
        Columns columns = columns(current, execution);
        if (columns.size() > 0) {
            this.task.onColumns(columns);
        }
    }

    /** Hands rows over. @return FINISHED when there are no more */
    private Progress deliver() throws EngineError {
        respond();
        DetachedRows apart = this.detached;
        if (apart != null) {
            return deliverDetached(apart);
        }
        EngineStatement current = statement();
        if (this.inPrelude || command().rows() == Rows.DISCARDED) {
            return discard(current);
        }
        return switch (command().rows()) {
            case FIRST -> deliverFirst(current);
            case ALL -> deliverAll(current);
            default -> deliverDemanded(current);
        };
    }

    private Progress deliverFirst(EngineStatement current) {
        this.task.onRow(current);
        this.rowReady = false;
        current.reset();
        return Progress.FINISHED;
    }

    private Progress discard(EngineStatement current) throws EngineError {
        for (int i = 0; i < SLICE; i++) {
            this.rowReady = step(current);
            if (!this.rowReady) {
                return Progress.FINISHED;
            }
        }
        return Progress.YIELDED;
    }

    private Progress deliverAll(EngineStatement current) throws EngineError {
        for (int i = 0; i < SLICE; i++) {
            this.task.onRow(current);
            this.rowReady = step(current);
            if (!this.rowReady) {
                return Progress.FINISHED;
            }
        }
        return Progress.YIELDED;
    }

    /**
     * The order within one turn is: the row is handed over, then the next step is made, also if nobody has asked for
     * another row. So a row is not held up by the one after it, and a statement that has delivered its last row is
     * reset and holds no lock.
     */
    private Progress deliverDemanded(EngineStatement current) throws EngineError {
        int delivered = 0;
        // The demand grows while rows are handled, so that it is read anew each time.
        while (delivered < SLICE && delivered < this.task.demand()) {
            delivered++;
            this.task.onRow(current);
            if (this.task.isCancelled()) {
                return Progress.YIELDED;
            }
            this.rowReady = step(current);
            if (!this.rowReady) {
                // Nothing more will be delivered, whatever the demand.
                return Progress.FINISHED;
            }
        }
        return this.task.delivered(delivered) == 0 ? Progress.UNWANTED : Progress.YIELDED;
    }

    private Progress deliverDetached(DetachedRows rows) throws EngineError {
        if (!rows.deliver(this.task, SLICE)) {
            this.detached = null;
            this.rowReady = this.statement != null;
            if (!this.rowReady) {
                return Progress.FINISHED;
            }
        }
        return this.task.demand() == 0 ? Progress.UNWANTED : Progress.YIELDED;
    }

    /**
     * Reads what is left of an open cursor into memory and ends the cursor, if that can be done; otherwise the cursor
     * stays open behind the rows that were read.
     *
     * @param limit how many rows may be read
     * @return how many were read
     */
    int detach(int limit) throws EngineError {
        EngineStatement current = this.statement;
        if (current == null) {
            return 0;
        }
        DetachedRows rows = this.detached != null ? this.detached : new DetachedRows();
        boolean ended = rows.readFrom(current, columns(current, current()).size(), limit);
        this.detached = rows.size() == 0 ? null : rows;
        if (ended) {
            this.statement = null;
            this.engine.statements().release(current);
        }
        return rows.size();
    }

    private boolean step(EngineStatement current) throws EngineError {
        try {
            return current.step();
        } catch (EngineError error) {
            this.rowReady = false;
            throw error;
        }
    }

    private void finishSet(Execution execution) throws EngineError {
        long changes = execution.writes() ? this.engine.changes() : 0;
        boolean last = this.set == execution.bindings().size() - 1;
        if (last) {
            releaseStatement();
            this.engine.executed(execution);
        }
        if (!this.inPrelude) {
            respond();
            this.task.onExecuted(this.index, changes);
        }
        if (last) {
            this.set = 0;
            this.index++;
        } else {
            this.set++;
        }
    }

    private Progress succeed() {
        endCommand();
        this.engine.commandEnded(this);
        this.task.onSuccess();
        return Progress.FINISHED;
    }

    private Progress fail(EngineFailure failure) {
        Execution execution = current();
        EngineFailure reported = this.timedOut && !this.responded
                ? new EngineFailure(
                        Reason.STATEMENT_TIMEOUT,
                        Codes.INTERRUPT,
                        "The statement timeout expired",
                        null,
                        failure.cause())
                : failure;
        abort(failure.reason() != Reason.PREPARE);
        this.task.onFailure(execution == null ? reported : reported.withSql(execution.sql()));
        return Progress.FINISHED;
    }

    /** Ends the command in the middle, whatever it is doing. @param ran whether the engine may have run some of it */
    void abort(boolean ran) {
        if (this.statement != null) {
            this.statement.reset();
        }
        releaseStatement();
        endCommand();
        if (ran) {
            this.engine.synchronizeTransaction();
        }
        this.engine.commandEnded(this);
    }

    private void endCommand() {
        this.command = null;
        endLockWait();
        stopStatementTimer();
    }

    private void releaseStatement() {
        EngineStatement current = this.statement;
        this.statement = null;
        this.detached = null;
        this.rowReady = false;
        if (current != null) {
            this.engine.statements().release(current);
        }
    }

    private void respond() {
        if (!this.inPrelude && !this.responded) {
            this.responded = true;
            stopStatementTimer();
        }
    }

    private void stopStatementTimer() {
        if (this.statementTimer != null) {
            this.statementTimer.dispose();
            this.statementTimer = null;
        }
    }

    /** {@return how this run waits for a lock, starting now unless it is waiting already} */
    LockWait lockWait() {
        LockWait wait = this.lockWait;
        if (wait == null) {
            wait = new LockWait(command().timeouts().lockWait(), () -> this.engine.resume(this.task));
            this.lockWait = wait;
        }
        return wait;
    }

    private void endLockWait() {
        if (this.lockWait != null) {
            this.lockWait.end();
            this.lockWait = null;
        }
    }

    /** {@return the statement that is running} */
    String sql() {
        Execution execution = current();
        return execution == null ? "" : execution.sql();
    }

    private Command command() {
        Command running = this.command;
        if (running == null) {
            throw new IllegalStateException("No command is running");
        }
        return running;
    }

    private EngineStatement statement() {
        EngineStatement current = this.statement;
        if (current == null) {
            throw new IllegalStateException("No statement is open");
        }
        return current;
    }
}
