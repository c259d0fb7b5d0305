package turso.r2dbc.flow;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.api.TursoRow;

/** The rest of the rows, as they are requested. */
final class FetchAll extends FetchTask<TursoRow> {

    FetchAll(FlowCursor cursor, CoreSubscriber<? super TursoRow> actual) {
        super(cursor, actual);
    }

    @Override
    boolean wantsRow() {
        return demand() > 0 && !isCancelled();
    }

    @Override
    boolean isFull() {
        return isCancelled();
    }

    @Override
    void accept(TursoRow row) {
        delivered(1);
        emit(row);
    }

    @Override
    @Nullable
    TursoRow rest() {
        return null;
    }
}
