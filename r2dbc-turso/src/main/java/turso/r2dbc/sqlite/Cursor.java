package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Task;
import turso.r2dbc.sqlite.CommandRun.Progress;

/**
 * The statement that a command is running: its steps, the row it stands on, and rows that were put aside before that one.
 *
 * <p>Confined to the session's worker.
 */
final class Cursor {

    private final SessionEngine engine;

    private final Task task;

    private @Nullable EngineStatement statement;

    /** Whether the engine works on a statement that may end early. */
    private boolean stepping;

    /** Whether the statement may change rows, so that it matters whether it did before it was interrupted. */
    private boolean writes;

    /** Whether there is a row to deliver: the statement's current one, or one put aside. */
    private boolean rowReady;

    private @Nullable DetachedRows detached;

    private int columns;

    Cursor(SessionEngine engine, Task task) {
        this.engine = engine;
        this.task = task;
    }

    boolean hasRow() {
        return this.rowReady;
    }

    /** {@return whether the engine has a statement open for rows that are still to be read} */
    boolean isOpen() {
        return this.rowReady && this.statement != null;
    }

    /**
     * {@return whether the engine works on a statement that may end early} What begins or ends a transaction may not: that
     * takes no time, or cannot be stopped.
     */
    boolean mayEndEarly() {
        return this.stepping;
    }

    /**
     * Makes the first step for one set of values.
     *
     * @param rows what becomes of the rows
     */
    void start(Execution execution, int set, Rows rows) throws EngineError {
        EngineStatement current = this.statement;
        if (current == null) {
            if (rows == Rows.DEMANDED) {
                this.engine.cursors().checkRoom();
            }
            current = this.engine.statements().acquire(execution.sql());
            this.statement = current;
        }
        this.engine.statementBegins();
        this.writes = execution.writes();
        this.stepping = execution.effect() == Effect.NONE;
        try {
            this.rowReady = current.start(execution.bindings().get(set));
        } catch (EngineError error) {
            endUnlessUndone(error);
        } finally {
            this.stepping = false;
        }
    }

    /** Tells the task what the rows look like. */
    void describe(Execution execution) throws EngineError {
        EngineStatement current = this.statement;
        if (current == null) {
            return;
        }
        Columns described = current.columns(this.engine.schemaVersion(), execution.star());
        this.columns = described.size();
        if (this.columns > 0) {
            this.task.onColumns(described);
        }
    }

    /** A statement that was reported as interrupted has run whole, or has failed. */
    private void endUnlessUndone(EngineError error) throws EngineError {
        // Nor may the question be stopped.
        this.stepping = false;
        if (!this.writes || !this.engine.isInterruptedLate(error)) {
            throw error;
        }
        this.rowReady = false;
        EngineStatement current = this.statement;
        if (current != null && current.isClosed()) {
            // The next set of values needs another one.
            release();
        }
    }

    /** Ends the statement in the middle. */
    void abort() {
        if (this.statement != null) {
            this.statement.reset();
        }
        release();
    }

    /** Gives the statement back. No rows are left then. */
    void release() {
        EngineStatement current = this.statement;
        this.statement = null;
        this.detached = null;
        this.rowReady = false;
        if (current != null) {
            this.engine.statements().release(current);
        }
    }

    /** Hands rows over. @return FINISHED when there are no more */
    Progress deliver(Rows rows) throws EngineError {
        DetachedRows apart = this.detached;
        if (apart != null) {
            return deliverDetached(apart);
        }
        this.stepping = true;
        try {
            return deliver(rows, current());
        } catch (EngineError error) {
            endUnlessUndone(error);
            return Progress.FINISHED;
        } finally {
            this.stepping = false;
        }
    }

    private Progress deliver(Rows rows, EngineStatement current) throws EngineError {
        return switch (rows) {
            case DISCARDED -> discard(current);
            case FIRST -> deliverFirst(current);
            case ALL -> deliverAll(current);
            case DEMANDED -> deliverDemanded(current);
        };
    }

    private Progress discard(EngineStatement current) throws EngineError {
        for (int i = 0; i < CommandRun.SLICE; i++) {
            this.rowReady = step(current);
            if (!this.rowReady) {
                return Progress.FINISHED;
            }
        }
        return Progress.YIELDED;
    }

    private Progress deliverFirst(EngineStatement current) {
        this.task.onRow(current);
        this.rowReady = false;
        current.reset();
        return Progress.FINISHED;
    }

    private Progress deliverAll(EngineStatement current) throws EngineError {
        for (int i = 0; i < CommandRun.SLICE; i++) {
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
        while (delivered < CommandRun.SLICE && delivered < this.task.demand()) {
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
        if (!rows.deliver(this.task, CommandRun.SLICE)) {
            this.detached = null;
            this.rowReady = this.statement != null;
            if (!this.rowReady) {
                return Progress.FINISHED;
            }
        }
        return this.task.demand() == 0 ? Progress.UNWANTED : Progress.YIELDED;
    }

    private boolean step(EngineStatement current) throws EngineError {
        try {
            return current.step();
        } catch (EngineError error) {
            this.rowReady = false;
            throw error;
        }
    }

    /**
     * Reads what is left into memory, and gives the statement back if that is all of it; otherwise it stays open behind the
     * rows that were read.
     *
     * @param limit how many rows may be read
     * @return how many were read
     */
    int detach(int limit) {
        EngineStatement current = this.statement;
        if (current == null) {
            return 0;
        }
        int before = rowsPutAside();
        DetachedRows rows = this.detached != null ? this.detached : new DetachedRows();
        boolean ended = rows.readFrom(current, this.columns, limit);
        this.detached = rows.size() == 0 ? null : rows;
        if (ended) {
            this.statement = null;
            this.engine.statements().release(current);
        }
        return rowsPutAside() - before;
    }

    /** {@return how many rows wait in memory} */
    int rowsPutAside() {
        DetachedRows rows = this.detached;
        return rows == null ? 0 : rows.size();
    }

    private EngineStatement current() {
        EngineStatement current = this.statement;
        if (current == null) {
            throw new IllegalStateException("No statement is open");
        }
        return current;
    }
}
