package turso.r2dbc.flow;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.RowReader;

/** The rowid of the last row that was inserted. */
final class RowIdTask extends StatementTask<Long> {

    private final RowId rowId;

    RowIdTask(ConnectionContext context, PlannedStatement statement, CoreSubscriber<? super Long> actual) {
        super(context, statement, actual);
        this.rowId = new RowId(statement);
    }

    @Override
    Rows rows() {
        return this.rowId.isAsked() ? Rows.ALL : Rows.DISCARDED;
    }

    @Override
    List<Execution> executions() {
        return this.rowId.executions();
    }

    @Override
    public void onRow(RowReader row) {
        this.rowId.onRow(row);
    }

    @Override
    public void onExecuted(int execution, long changes) {
        super.onExecuted(execution, changes);
        this.rowId.onExecuted(execution, changes);
    }

    @Override
    @Nullable
    Long value() {
        return this.rowId.value();
    }
}
