package turso.r2dbc.sqlite;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Execution.Lock;
import turso.r2dbc.session.Task;
import turso.r2dbc.sqlite.SharedWrite.Outcome;

/**
 * Takes one command at a time through the engine: its prelude, then each execution with each set of values, up to the
 * first that fails; in slices, and with pauses for locks and for demand.
 *
 * <p>Confined to the session's worker, but for the timer's flag.
 */
final class CommandRun {

    /** How far a call to {@link #advance} got. */
    enum Progress {
        /** The command is over, and the task is to be {@linkplain #tell() told}. */
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

    private @Nullable CommandPosition position;

    private final Cursor cursor;

    private final CommandLimits limits;

    /** Null where no rows can be inserted at once. */
    private @Nullable SeveralRows severalRows;

    /** Null where no commits are shared. */
    private final @Nullable HandOver handOver;

    /** Whether cancelling the task stops the engine in this turn. */
    private boolean interruptible;

    /** Whether the last turn ended with a row that nobody had asked for. */
    private boolean unwanted;

    /** Whether the command has used up a slice. */
    private boolean longRunning;

    /** What has ended the command, until it is told; null if nothing has. */
    private @Nullable EngineFailure failure;

    /** Whether the engine has understood the statement for which the prelude is run. */
    private boolean understood;

    CommandRun(SessionEngine engine, Task task) {
        this.engine = engine;
        this.task = task;
        this.cursor = new Cursor(engine, task);
        this.limits = new CommandLimits(engine, this);
        this.handOver = engine.sharesCommits() ? new HandOver(engine, this) : null;
    }

    Task task() {
        return this.task;
    }

    boolean hasCommand() {
        return this.position != null;
    }

    boolean isCancellable() {
        return this.position == null || this.position.command().cancellable();
    }

    /** {@return whether all it is going to do is to read, as auto-commit allows} To be asked outside a transaction. */
    boolean isPlainQuery() {
        if (this.position == null) {
            return false;
        }
        Command next = this.position.command();
        return (next.rows() == Rows.DEMANDED || next.rows() == Rows.FIRST)
                && next.prelude().isEmpty()
                && next.executions().size() == 1
                && next.executions().get(0).lock() == Lock.READ;
    }

    /** {@return whether this run is in the middle of its rows} */
    boolean isAmongRows() {
        return this.cursor.hasRow();
    }

    /** {@return whether this run is in the middle of rows that come as they are asked for} */
    boolean isStreaming() {
        return this.cursor.hasRow() && this.position != null && this.position.rows() == Rows.DEMANDED;
    }

    /** {@return whether the command has used up a slice} */
    boolean isLong() {
        return this.longRunning;
    }

    /** {@return whether the engine has a statement of this run open} */
    boolean hasOpenCursor() {
        return this.cursor.isOpen();
    }

    CommandLimits limits() {
        return this.limits;
    }

    /** {@return whether the command should end} */
    boolean shouldStop() {
        return this.task.isCancelled() || this.limits.hasTimedOut() || this.limits.isInterrupted();
    }

    /** {@return whether the statement that is running should end} Asked by the engine while it steps. */
    boolean shouldStopStatement() {
        return this.cursor.mayEndEarly() && shouldStop();
    }

    void begin(Command next) {
        this.position = new CommandPosition(next);
        this.severalRows = null;
        this.limits.begin(next);
        this.unwanted = false;
        this.longRunning = false;
        this.understood = false;
        if (this.handOver != null) {
            this.handOver.begin();
        }
    }

    /**
     * Goes on with the command until it ends, a slice is used up, or something is missing.
     *
     * @param cancellable whether a cancelled task makes it stop; it yields then
     */
    Progress advance(boolean cancellable) {
        if (this.unwanted) {
            // There was nothing to stop when it came.
            this.limits.forgetInterrupt();
        }
        this.interruptible = cancellable;
        Progress progress = proceed(cancellable);
        this.unwanted = progress == Progress.UNWANTED;
        this.longRunning |= progress == Progress.YIELDED;
        return progress;
    }

    private Progress proceed(boolean cancellable) {
        int budget = SLICE;
        try {
            if (this.handOver != null && this.handOver.isPending()) {
                if (this.handOver.mustWait()) {
                    return Progress.PARKED;
                }
                Outcome outcome = this.handOver.takeBack();
                if (outcome != null) {
                    return report(outcome);
                }
            }
            for (; ; ) {
                if (cancellable && this.task.isCancelled()) {
                    return Progress.YIELDED;
                }
                Execution execution = position().current();
                if (execution == null) {
                    // Also if its time expired meanwhile: what has taken effect, like a COMMIT, cannot be told to have
                    // failed.
                    return succeed();
                }
                if (this.limits.isTimeoutMissed()) {
                    throw new EngineError(EngineFailure.of(Reason.STATEMENT_TIMEOUT, "The statement timeout expired"));
                }
                if (this.limits.isInterrupted()) {
                    throw new EngineError(new EngineFailure(Reason.RUN, Codes.INTERRUPT, "interrupted", null, null));
                }
                if (!this.cursor.hasRow()) {
                    if (budget-- == 0) {
                        return Progress.YIELDED;
                    }
                    int rows = execution.rows() == null ? 0 : insertSeveral(execution);
                    if (rows > 0) {
                        inserted(rows);
                        budget = 0;
                        continue;
                    }
                    if (!start(execution)) {
                        return Progress.PARKED;
                    }
                }
                if (this.cursor.hasRow()) {
                    Progress progress = deliver();
                    if (progress != Progress.FINISHED) {
                        return progress;
                    }
                }
                finishSet(execution);
            }
        } catch (EngineError error) {
            return fail(error.failure());
        } catch (RuntimeException error) {
            return fail(unhandled(error));
        }
    }

    /** Inserts rows, if it makes sense. @return how many were inserted; if none, the set of values is to be run by itself */
    private int insertSeveral(Execution execution) throws EngineError {
        SeveralRows several = this.severalRows;
        if (several == null) {
            several = new SeveralRows(this.engine);
            this.severalRows = several;
        }
        return several.insert(execution, position().set());
    }

    /** Makes the first step for one set of values. @return false if a lock is not free and the run must wait */
    private boolean start(Execution execution) throws EngineError {
        if (this.handOver != null && this.handOver.give(position().command(), execution, this.interruptible)) {
            return false;
        }
        // Before it has the lane, which others wait for.
        this.engine.runsItself(execution);
        if (!this.engine.enterLane(this, execution)) {
            return false;
        }
        try {
            if (position().isInPrelude() && !this.understood) {
                understand();
            }
            this.cursor.start(execution, position().set(), position().rows());
        } catch (EngineError error) {
            if (this.engine.clearTheWay(error.failure().code())) {
                return start(execution);
            }
            if (Codes.isLockConflict(error.failure().code())) {
                this.engine.retryLater(this, error.failure());
                return false;
            }
            throw error;
        }
        this.limits.endLockWait();
        if (position().rows() != Rows.DISCARDED) {
            this.cursor.describe(execution);
        }
        return true;
    }

    /** Takes back what is handed over. @return false if it is running elsewhere; then it ends, and is waited for */
    boolean recall() {
        return this.handOver == null || this.handOver.recall();
    }

    /** What was handed over has run. */
    private Progress report(Outcome outcome) throws EngineError {
        this.limits.endLockWait();
        EngineFailure failure = outcome.failure();
        if (failure != null) {
            throw new EngineError(failure);
        }
        Columns columns = outcome.columns();
        if (columns != null) {
            this.task.onColumns(columns);
            outcome.rows().forEach(this.task::onRow);
        }
        this.task.onExecuted(position().index(), outcome.changes());
        position().passExecution();
        return succeed();
    }

    /** Rows were inserted several at a time; the last of their sets of values is not among them. */
    private void inserted(int rows) {
        for (int i = 0; i < rows; i++) {
            this.task.onExecuted(position().index(), 1);
        }
        position().passSets(rows);
        respond();
    }

    /**
     * Prepares the first statement before anything is run for it, so that a transaction is not begun for one that the engine
     * does not understand.
     */
    private void understand() throws EngineError {
        List<Execution> executions = position().command().executions();
        if (!executions.isEmpty()) {
            this.engine
                    .statements()
                    .release(this.engine.statements().acquire(executions.get(0).sql()));
        }
        this.understood = true;
    }

    /** Hands rows over. @return FINISHED when there are no more */
    private Progress deliver() throws EngineError {
        Rows rows = position().rows();
        if (rows == Rows.DEMANDED || rows == Rows.FIRST) {
            respond();
        }
        return this.cursor.deliver(rows);
    }

    /**
     * Reads what is left of an open cursor into memory and ends the cursor, if that can be done; otherwise the cursor
     * stays open behind the rows that were read.
     *
     * @param limit how many rows may be read
     * @return how many were read
     */
    int detach(int limit) {
        return this.cursor.detach(limit);
    }

    /** {@return how many rows wait in memory} */
    int rowsPutAside() {
        return this.cursor.rowsPutAside();
    }

    private void finishSet(Execution execution) throws EngineError {
        long changes = execution.writes() ? this.engine.changes() : 0;
        CommandPosition at = position();
        boolean last = at.isLastSet(execution);
        if (last) {
            this.cursor.release();
            this.engine.executed(execution);
        }
        if (!at.isInPrelude()) {
            respond();
            this.task.onExecuted(at.index(), changes);
        }
        if (last) {
            this.severalRows = null;
            at.passExecution();
        } else {
            at.passSets(1);
        }
    }

    private Progress succeed() {
        endCommand();
        this.engine.commandEnded(this);
        this.failure = null;
        return Progress.FINISHED;
    }

    private Progress fail(EngineFailure failure) {
        Execution execution = this.position == null ? null : this.position.current();
        EngineFailure reported = this.limits.isTimeoutMissed()
                ? new EngineFailure(
                        Reason.STATEMENT_TIMEOUT,
                        Codes.INTERRUPT,
                        "The statement timeout expired",
                        null,
                        failure.cause())
                : failure;
        if (reported.reason() == Reason.LOCK_TIMEOUT) {
            this.engine.numbers().lockTimeouts.add(1);
        }
        abort(failure.reason() != Reason.PREPARE);
        this.failure = execution == null ? reported : reported.withSql(execution.sql());
        return Progress.FINISHED;
    }

    /** Tells the task how the command has ended. The engine is not locked meanwhile: others may wait for who is told. */
    void tell() {
        EngineFailure failed = this.failure;
        if (failed == null) {
            try {
                this.task.onSuccess();
                return;
            } catch (RuntimeException error) {
                failed = unhandled(error);
            }
        }
        this.task.onFailure(failed);
    }

    /** The task could not handle what it got; like an error of the engine, that ends the command. */
    private static EngineFailure unhandled(RuntimeException error) {
        return new EngineFailure(Reason.INTERNAL, 0, String.valueOf(error.getMessage()), null, error);
    }

    /** Ends the command in the middle, whatever it is doing. @param ran whether the engine may have run some of it */
    void abort(boolean ran) {
        this.cursor.abort();
        endCommand();
        if (ran) {
            this.engine.synchronizeTransaction();
        }
        this.engine.commandEnded(this);
    }

    private void endCommand() {
        this.position = null;
        if (this.handOver != null) {
            this.handOver.end();
        }
        this.limits.end();
    }

    private void respond() {
        if (!position().isInPrelude()) {
            this.limits.respond(position().rows());
        }
    }

    /** {@return the statement that is running} */
    String sql() {
        Execution execution = this.position == null ? null : this.position.current();
        return execution == null ? "" : execution.sql();
    }

    private CommandPosition position() {
        CommandPosition running = this.position;
        if (running == null) {
            throw new IllegalStateException("No command is running");
        }
        return running;
    }
}
