package turso.r2dbc.flow;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import reactor.core.CoreSubscriber;
import turso.r2dbc.api.TursoRow;

/** The next rows, in a list. */
final class FetchMany extends FetchTask<List<TursoRow>> {

    private final int size;

    private final List<TursoRow> rows = new ArrayList<>();

    FetchMany(FlowCursor cursor, int size, CoreSubscriber<? super List<TursoRow>> actual) {
        super(cursor, actual);
        this.size = size;
    }

    @Override
    boolean wantsRow() {
        return !isFull();
    }

    @Override
    boolean isFull() {
        return this.rows.size() == this.size;
    }

    @Override
    void accept(TursoRow row) {
        this.rows.add(row);
    }

    @Override
    List<TursoRow> rest() {
        return Collections.unmodifiableList(this.rows);
    }
}
