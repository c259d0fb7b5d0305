package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Task;
import turso.r2dbc.sqlite.CommandRun.Progress;

/**
 * The rows of the statement that a command is running: the statement, which stands on its current row, and rows that were
 * put aside before it.
 *
 * <p>Confined to the session's worker.
 */
final class Cursor {

    private final Task task;

    private @Nullable EngineStatement statement;

    /** Whether there is a row to deliver: the statement's current one, or one put aside. */
    private boolean rowReady;

    private @Nullable DetachedRows detached;

    private int columns;

    Cursor(Task task) {
        this.task = task;
    }

    boolean hasRow() {
        return this.rowReady;
    }

    /** {@return whether the engine has a statement open for rows that are still to be read} */
    boolean isOpen() {
        return this.rowReady && this.statement != null;
    }

    /** {@return the statement that the next set of values is for, or null if there is none yet} */
    @Nullable
    EngineStatement statement() {
        return this.statement;
    }

    void statement(EngineStatement acquired) {
        this.statement = acquired;
    }

    /** The statement has made its first step. @param row whether it stands on a row */
    void started(boolean row) {
        this.rowReady = row;
    }

    /** The rows have so many columns. */
    void columns(int count) {
        this.columns = count;
    }

    /** {@return the statement, for whoever takes it back; null if there is none} No rows are left then. */
    @Nullable
    EngineStatement release() {
        EngineStatement current = this.statement;
        this.statement = null;
        this.detached = null;
        this.rowReady = false;
        return current;
    }

    /** Hands rows over. @return FINISHED when there are no more */
    Progress deliver(Rows rows) throws EngineError {
        DetachedRows apart = this.detached;
        if (apart != null) {
            return deliverDetached(apart);
        }
        EngineStatement current = current();
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
     * Reads what is left into memory.
     *
     * @param limit how many rows may be read
     * @return the statement if it has no more rows, for whoever takes it back; null if it stays open behind the rows that
     *     were read
     */
    @Nullable
    EngineStatement detach(int limit) {
        EngineStatement current = current();
        DetachedRows rows = this.detached != null ? this.detached : new DetachedRows();
        boolean ended = rows.readFrom(current, this.columns, limit);
        this.detached = rows.size() == 0 ? null : rows;
        if (!ended) {
            return null;
        }
        this.statement = null;
        return current;
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
