package turso.r2dbc.flow;

import java.util.Queue;
import turso.r2dbc.api.TursoRow;

/** The rows of a cursor's last statement that nobody has fetched yet. On the worker. */
interface PendingRows {

    /** Hands rows to a fetch, as many as it wants now; called again when it wants more. */
    void serve(FetchTask<?> fetch);

    /** A fetch wants no more rows. */
    void leave(FetchTask<?> fetch);

    /** Nobody will fetch the rows that are left. */
    void drop();

    /** Rows in memory. */
    record Buffered(Queue<TursoRow> rows) implements PendingRows {

        @Override
        public void serve(FetchTask<?> fetch) {
            while (fetch.wantsRow() && !this.rows.isEmpty()) {
                fetch.accept(this.rows.remove());
            }
            if (fetch.isFull() || this.rows.isEmpty()) {
                fetch.end();
            }
        }

        @Override
        public void leave(FetchTask<?> fetch) {
            // Nobody is remembered.
        }

        @Override
        public void drop() {
            this.rows.clear();
        }
    }
}
