package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.StoredValues;
import turso.r2dbc.session.Task;

/** What was left of a cursor when it had to be ended, waiting to be asked for. */
final class DetachedRows {

    private final Deque<StoredValues> rows = new ArrayDeque<>();

    private DetachedRows() {}

    /**
     * Reads the statement's current row and all that follow; the statement is reset then.
     *
     * @throws EngineError if there are more than the limit, or a row cannot be read
     */
    static DetachedRows of(EngineStatement statement, Columns columns, int limit) throws EngineError {
        DetachedRows detached = new DetachedRows();
        boolean more = true;
        while (more) {
            if (detached.size() == limit) {
                throw new EngineError(new EngineFailure(
                        Reason.RUN,
                        Codes.BUSY_SNAPSHOT,
                        "A query that is being read is in the way, and has more than " + limit
                                + " rows left to put aside (option maxBufferedRows): " + statement.sql(),
                        null,
                        null));
            }
            detached.rows.add(StoredValues.copy(statement, columns.size()));
            more = statement.step();
        }
        return detached;
    }

    int size() {
        return this.rows.size();
    }

    /** Hands over as many rows as are wanted, up to a slice. @return whether there are more */
    boolean deliver(Task task, int slice) {
        int delivered = 0;
        long demand = task.demand();
        while (delivered < slice && delivered < demand && !this.rows.isEmpty() && !task.isCancelled()) {
            delivered++;
            task.onRow(this.rows.removeFirst());
        }
        if (delivered > 0) {
            task.delivered(delivered);
        }
        return !this.rows.isEmpty();
    }
}
