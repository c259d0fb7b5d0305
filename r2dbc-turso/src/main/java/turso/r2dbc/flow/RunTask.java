package turso.r2dbc.flow;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.session.Command.Rows;

/** Nothing but that it has run. */
final class RunTask extends StatementTask<Void> {

    RunTask(ConnectionContext context, PlannedStatement statement, CoreSubscriber<? super Void> actual) {
        super(context, statement, actual);
    }

    @Override
    Rows rows() {
        return Rows.DISCARDED;
    }

    @Override
    @Nullable
    Void value() {
        return null;
    }
}
