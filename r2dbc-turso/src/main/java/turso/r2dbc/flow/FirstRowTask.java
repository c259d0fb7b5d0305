package turso.r2dbc.flow;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.RowBuffer;
import turso.r2dbc.core.RowShape;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.RowReader;

/** The first row. A query stops there; whatever writes runs to its end. */
final class FirstRowTask extends StatementTask<TursoRow> {

    private @Nullable RowShape shape;

    private @Nullable TursoRow row;

    FirstRowTask(ConnectionContext context, PlannedStatement statement, CoreSubscriber<? super TursoRow> actual) {
        super(context, statement, actual);
    }

    @Override
    Rows rows() {
        return statement().isQuery() ? Rows.FIRST : Rows.ALL;
    }

    @Override
    public void onColumns(Columns columns) {
        this.shape = RowShape.of(columns, context().settings().codecs());
    }

    @Override
    public void onRow(RowReader reader) {
        if (this.row == null && this.shape != null) {
            this.row = RowBuffer.copy(this.shape, reader);
        }
    }

    @Override
    @Nullable
    TursoRow value() {
        return this.row;
    }
}
