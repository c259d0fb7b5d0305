package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.StoredValues;
import turso.r2dbc.session.Task;

/** Rows of a cursor that were read ahead, to get it out of another statement's way, and wait to be asked for. */
final class DetachedRows {

    private final Deque<StoredValues> rows = new ArrayDeque<>();

    /** What ended the reading; to be reported behind the rows, as it would have been without reading ahead. */
    private @Nullable EngineFailure error;

    /**
     * Reads the statement's current row and those that follow.
     *
     * @param columns how many columns they have
     * @param limit how many rows may be read, if there is memory for them
     * @return whether nothing is left to read, so that the statement is reset; otherwise its current row is the first
     *     one that was not read
     */
    boolean readFrom(EngineStatement statement, int columns, int limit) {
        try {
            for (int read = 0; read < limit; read++) {
                if (!readRow(statement, columns)) {
                    return false;
                }
                if (!statement.step()) {
                    return true;
                }
            }
            return false;
        } catch (EngineError failed) {
            this.error = failed.failure();
            return true;
        }
    }

    /** {@return whether the current row could be read} What there is no memory for may be read in parts later. */
    private boolean readRow(EngineStatement statement, int columns) {
        try {
            this.rows.addLast(StoredValues.copy(statement, columns));
            return true;
        } catch (RuntimeException | OutOfMemoryError tooLarge) {
            return false;
        }
    }

    int size() {
        return this.rows.size();
    }

    /** Hands over as many rows as are wanted, up to a slice. @return whether there are more */
    boolean deliver(Task task, int slice) throws EngineError {
        int delivered = 0;
        long demand = task.demand();
        while (delivered < slice && delivered < demand && !this.rows.isEmpty() && !task.isCancelled()) {
            delivered++;
            task.onRow(this.rows.removeFirst());
        }
        if (delivered > 0) {
            task.delivered(delivered);
        }
        if (this.rows.isEmpty() && this.error != null) {
            throw new EngineError(this.error);
        }
        return !this.rows.isEmpty();
    }
}
