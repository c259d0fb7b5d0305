package turso.r2dbc.flow;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.api.TursoRow;

/** The next row. */
final class FetchOne extends FetchTask<TursoRow> {

    private @Nullable TursoRow row;

    FetchOne(FlowCursor cursor, CoreSubscriber<? super TursoRow> actual) {
        super(cursor, actual);
    }

    @Override
    boolean wantsRow() {
        return !isFull();
    }

    @Override
    boolean isFull() {
        return this.row != null;
    }

    @Override
    void accept(TursoRow next) {
        this.row = next;
    }

    @Override
    @Nullable
    TursoRow rest() {
        return this.row;
    }
}
