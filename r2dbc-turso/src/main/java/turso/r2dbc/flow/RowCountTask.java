package turso.r2dbc.flow;

import reactor.core.CoreSubscriber;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.session.Command.Rows;

/** How many rows were changed. */
final class RowCountTask extends StatementTask<Long> {

    /** PEP 249's count of a query. */
    static final long UNKNOWN = -1;

    private long changes;

    RowCountTask(ConnectionContext context, PlannedStatement statement, CoreSubscriber<? super Long> actual) {
        super(context, statement, actual);
    }

    @Override
    Rows rows() {
        return Rows.DISCARDED;
    }

    @Override
    public void onExecuted(int execution, long count) {
        super.onExecuted(execution, count);
        this.changes = count;
    }

    @Override
    Long value() {
        return count(statement(), this.changes);
    }

    /** {@return the count of a statement} SQLite's own counter still has the last write's behind everything else. */
    static long count(PlannedStatement statement, long changes) {
        if (statement.isQuery()) {
            return UNKNOWN;
        }
        return statement.kind().isDml() ? changes : 0;
    }
}
