package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.StoredValues;
import turso.r2dbc.session.Task;

/**
 * A task on its way through a session: where it stands, and the command it is running.
 *
 * <p>Confined to the session's worker, but for the timer's flag.
 */
final class TaskRun {

    /** Where a task stands. */
    enum State {
        /** Not begun, or waiting to begin another command. */
        WAITING,
        /** Can go on, or is going on. */
        RUNNING,
        /** Has nothing to do until it is woken: by demand, or by what its owner waits for. */
        PAUSED,
        /** Waits for a lock. New tasks of the session wait with it. */
        PARKED,
        /** Nothing is left to do. */
        ENDED
    }

    /** How far a call to {@link #advance()} got. */
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
    private static final int SLICE = 256;

    final Task task;

    private final SqliteSession session;

    State state = State.WAITING;

    /** Whether the task was told that it is cancelled; what it does after that is not cancelled again. */
    boolean cancelDelivered;

    /** Set when the task was woken in the middle of its own turn. */
    boolean wokenWhileRunning;

    /** Whether it still counts against the bound of waiting tasks. */
    boolean admitted;

    private @Nullable Command command;

    private boolean inPrelude;

    private int index;

    private int set;

    private @Nullable EngineStatement statement;

    /** Whether there is a row to deliver: the statement's current one, or one put aside. */
    private boolean rowReady;

    private @Nullable Deque<StoredValues> detached;

    private @Nullable LockWait lockWait;

    private boolean queuedInLane;

    private @Nullable Disposable statementTimer;

    private volatile boolean timedOut;

    /** Whether the first row or count has come, after which the statement timeout no longer counts. */
    private boolean responded;

    TaskRun(SqliteSession session, Task task) {
        this.session = session;
        this.task = task;
    }

    boolean hasCommand() {
        return this.command != null;
    }

    /** {@return whether cancelling the task ends what it runs} */
    boolean isCancellable() {
        return this.task.droppable() && (this.command == null || this.command.cancellable());
    }

    /** {@return whether this run is in the middle of its rows} */
    boolean isAmongRows() {
        return this.rowReady;
    }

    /** {@return whether the engine has a statement of this run open} */
    boolean hasOpenCursor() {
        return this.rowReady && this.detached == null;
    }

    /** {@return whether what is running should end} Asked by the engine while it runs. */
    boolean shouldStop() {
        return this.task.isCancelled() || this.timedOut;
    }

    void begin(Command next) {
        this.command = next;
        this.inPrelude = !next.prelude().isEmpty();
        this.index = 0;
        this.set = 0;
        this.timedOut = false;
        this.responded = false;
        if (next.timeouts().statement() > 0) {
            this.statementTimer = Timers.schedule(this::expire, next.timeouts().statement());
        }
    }

    private void expire() {
        this.timedOut = true;
        this.session.expired(this.task);
    }

    /** Goes on with the command until it ends, a slice is used up, or something is missing. */
    Progress advance() {
        int budget = SLICE;
        try {
            for (; ; ) {
                if (this.timedOut && !this.responded) {
                    throw new EngineError(EngineFailure.of(Reason.STATEMENT_TIMEOUT, "The statement timeout expired"));
                }
                Execution execution = current();
                if (execution == null) {
                    return succeed();
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
        if (execution.writes() && !this.session.enterLane(this)) {
            return false;
        }
        EngineStatement current = this.statement;
        if (current == null) {
            current = this.session.statements().acquire(execution.sql());
            this.statement = current;
        }
        try {
            this.rowReady = current.start(execution.bindings().get(this.set));
        } catch (EngineError error) {
            if (this.session.detachCursors(error.failure().code())) {
                return start(execution);
            }
            if (Codes.isLockConflict(error.failure().code())) {
                this.session.retryLater(this, error.failure());
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

    private void describe(EngineStatement current, Execution execution) throws EngineError {
        var columns = current.columns(this.session.schemaVersion(), execution.star());
        if (columns.size() > 0) {
            this.task.onColumns(columns);
        }
    }

    /** Hands rows over. @return FINISHED when there are no more */
    private Progress deliver() throws EngineError {
        respond();
        Deque<StoredValues> apart = this.detached;
        if (apart != null) {
            return deliverDetached(apart);
        }
        EngineStatement current = statement();
        if (this.inPrelude || command().rows() == Rows.DISCARDED) {
            return discard(current);
        }
        return command().rows() == Rows.ALL ? deliverAll(current) : deliverDemanded(current);
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
        try {
            // Recursive entry makes the monitor every call below takes cheaper by a twentieth to a tenth.
            synchronized (this.session.monitor()) {
                long demand = this.task.demand();
                while (delivered < SLICE && delivered < demand) {
                    delivered++;
                    this.task.onRow(current);
                    if (this.task.isCancelled()) {
                        return Progress.YIELDED;
                    }
                    this.rowReady = step(current);
                    if (!this.rowReady) {
                        return Progress.FINISHED;
                    }
                }
            }
        } finally {
            if (delivered > 0) {
                this.task.delivered(delivered);
            }
        }
        return this.task.demand() == 0 ? Progress.UNWANTED : Progress.YIELDED;
    }

    private Progress deliverDetached(Deque<StoredValues> rows) {
        int delivered = 0;
        long demand = this.task.demand();
        while (delivered < SLICE && delivered < demand && !rows.isEmpty() && !this.task.isCancelled()) {
            delivered++;
            this.task.onRow(rows.removeFirst());
        }
        if (delivered > 0) {
            this.task.delivered(delivered);
        }
        if (rows.isEmpty()) {
            this.detached = null;
            this.rowReady = false;
            return Progress.FINISHED;
        }
        return this.task.demand() == 0 ? Progress.UNWANTED : Progress.YIELDED;
    }

    /**
     * Reads what is left of an open cursor into memory and ends the cursor, so that the connection is not bound to the
     * snapshot it was opened with.
     *
     * @param limit how many rows may be read
     * @return how many were read
     * @throws EngineError if there are more, or a row cannot be read
     */
    int detach(int limit) throws EngineError {
        EngineStatement current = this.statement;
        if (!this.rowReady || current == null || this.detached != null) {
            return 0;
        }
        int columns = current.columns(this.session.schemaVersion(), false).size();
        Deque<StoredValues> rows = new ArrayDeque<>();
        boolean more = true;
        while (more) {
            if (rows.size() == limit) {
                throw new EngineError(new EngineFailure(
                        Reason.RUN,
                        Codes.BUSY_SNAPSHOT,
                        "Another connection has written since this query was opened, and it has more than " + limit
                                + " rows left to put aside (option maxBufferedRows): " + current.sql(),
                        null,
                        null));
            }
            rows.add(StoredValues.copy(current, columns));
            more = current.step();
        }
        this.detached = rows;
        this.statement = null;
        this.session.statements().release(current);
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
        if (!this.inPrelude) {
            respond();
            this.task.onExecuted(this.index, execution.writes() ? this.session.changes() : 0);
        }
        this.set++;
        if (this.set < execution.bindings().size()) {
            return;
        }
        this.set = 0;
        this.index++;
        releaseStatement();
        this.session.executed(execution);
    }

    private Progress succeed() {
        endCommand();
        this.session.commandEnded();
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
            this.session.synchronizeTransaction();
        }
        this.session.commandEnded();
    }

    private void endCommand() {
        this.command = null;
        this.queuedInLane = false;
        endLockWait();
        stopStatementTimer();
    }

    private void releaseStatement() {
        EngineStatement current = this.statement;
        this.statement = null;
        this.detached = null;
        this.rowReady = false;
        if (current != null) {
            this.session.statements().release(current);
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
            wait = new LockWait(command().timeouts().lockWait(), () -> this.session.resume(this.task));
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

    /** {@return whether the session stands in the queue for the write lane because of this run} */
    boolean isQueuedInLane() {
        return this.queuedInLane;
    }

    void queuedInLane(boolean queued) {
        this.queuedInLane = queued;
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
