package turso.r2dbc.flow;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.RowBuffer;
import turso.r2dbc.core.RowShape;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.RowReader;

/** A statement of a cursor that is no query: it runs to its end, and the cursor gets its rows and counts. */
final class CursorTask extends StatementTask<TursoCursor> {

    private final FlowCursor cursor;

    private final RowId rowId;

    private final Queue<TursoRow> rows = new ArrayDeque<>();

    private @Nullable RowShape shape;

    private boolean executed;

    private long changes;

    CursorTask(FlowCursor cursor, PlannedStatement statement, CoreSubscriber<? super TursoCursor> actual) {
        super(cursor.context(), statement, actual);
        this.cursor = cursor;
        this.rowId = new RowId(statement);
    }

    @Override
    void begin() {
        this.cursor.use(null);
    }

    @Override
    Rows rows() {
        return statement().mayReturnRows() || this.rowId.isAsked() ? Rows.ALL : Rows.DISCARDED;
    }

    @Override
    List<Execution> executions() {
        return this.rowId.executions();
    }

    @Override
    public void onColumns(Columns columns) {
        if (!this.executed) {
            this.shape = RowShape.of(columns, context().settings().codecs());
        }
    }

    @Override
    public void onRow(RowReader row) {
        if (!this.rowId.onRow(row) && this.shape != null) {
            this.rows.add(RowBuffer.copy(this.shape, row));
        }
    }

    @Override
    public void onExecuted(int execution, long count) {
        super.onExecuted(execution, count);
        this.rowId.onExecuted(execution, count);
        if (execution == 0) {
            this.executed = true;
            this.changes = count;
        }
    }

    @Override
    public void onSuccess() {
        super.onSuccess();
        this.cursor.executed(
                this.shape == null ? List.of() : this.shape.names(),
                RowCountTask.count(statement(), this.changes),
                this.rowId.value(),
                new PendingRows.Buffered(this.rows));
    }

    @Override
    TursoCursor value() {
        return this.cursor;
    }
}
