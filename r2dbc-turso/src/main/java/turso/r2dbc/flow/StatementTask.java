package turso.r2dbc.flow;

import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.StatementLog;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;

/**
 * One statement with one set of values.
 *
 * @param <T> what it comes to
 */
abstract class StatementTask<T> extends FlowTask<T> {

    private final PlannedStatement statement;

    private boolean asked;

    private boolean endsTransaction;

    StatementTask(ConnectionContext context, PlannedStatement statement, CoreSubscriber<? super T> actual) {
        super(context, actual);
        this.statement = statement;
    }

    /** {@return what becomes of its rows} */
    abstract Rows rows();

    /** {@return what to run: the statement, and perhaps a question behind it} */
    List<Execution> executions() {
        return List.of(this.statement.execution());
    }

    final PlannedStatement statement() {
        return this.statement;
    }

    @Override
    final @Nullable Command nextCommand() {
        if (this.asked) {
            return null;
        }
        this.asked = true;
        if (transactions().isDoneOrRefused(this.statement)) {
            return null;
        }
        StatementLog.log(this.statement.execution());
        return new Command(
                transactions().prelude(this.statement),
                executions(),
                rows(),
                transactions().timeouts(),
                true);
    }

    @Override
    public void onExecuted(int execution, long changes) {
        if (execution == 0) {
            this.endsTransaction = this.statement.endsTransaction(session());
        }
    }

    @Override
    final boolean endsTransaction() {
        return this.endsTransaction;
    }

    @Override
    EngineFailure named(EngineFailure failure) {
        return failure.withSql(this.statement.execution().sql());
    }
}
