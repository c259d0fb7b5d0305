package turso.r2dbc.flow;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.ControlStep;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.StatementLog;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/** The statements of a script, one command each, so that every one finds the transaction the one before it has left. */
final class ScriptTask extends FlowTask<Void> {

    private final Iterator<ParsedStatement> statements;

    private final Runnable begin;

    private boolean committed;

    /** The commit of what was open before the script, while it runs. */
    private @Nullable ControlStep commit;

    private @Nullable PlannedStatement running;

    private boolean endsTransaction;

    /** @param begin called on the worker when it is this task's turn */
    ScriptTask(ConnectionContext context, ParsedSql script, Runnable begin, CoreSubscriber<? super Void> actual) {
        super(context, actual);
        this.statements = script.statements().iterator();
        this.begin = begin;
    }

    @Override
    void begin() {
        this.begin.run();
    }

    @Override
    @Nullable
    Command nextCommand() {
        if (!this.committed) {
            this.committed = true;
            this.commit = commitPending();
            if (this.commit != null) {
                return this.commit.command();
            }
        }
        while (this.statements.hasNext()) {
            PlannedStatement statement = withoutValues(this.statements.next());
            if (!transactions().isDoneOrRefused(statement)) {
                return run(statement);
            }
        }
        return null;
    }

    /** Python's script ends the transaction its legacy control has begun; that of a scope is not the script's to end. */
    private @Nullable ControlStep commitPending() {
        return transactions().isLegacy() && context().scope() == null
                ? context().control().commit()
                : null;
    }

    /** SQLite takes parameters without a value for NULL. */
    private static PlannedStatement withoutValues(ParsedStatement statement) {
        return PlannedStatement.of(
                statement, List.<@Nullable Object[]>of(new Object[statement.parameterCount()]), null);
    }

    private Command run(PlannedStatement statement) {
        this.running = statement;
        this.endsTransaction = false;
        StatementLog.log(statement.execution());
        return new Command(
                transactions().prelude(statement.kind()),
                List.of(statement.execution()),
                Rows.DISCARDED,
                transactions().timeouts(),
                true);
    }

    @Override
    public void onExecuted(int execution, long changes) {
        if (this.running != null) {
            this.endsTransaction = this.running.endsTransaction(session());
        }
    }

    @Override
    boolean endsTransaction() {
        return this.endsTransaction;
    }

    @Override
    public void onSuccess() {
        ControlStep ended = this.commit;
        this.commit = null;
        if (ended != null) {
            ended.succeeded().run();
        } else {
            super.onSuccess();
        }
    }

    @Override
    public void onFailure(EngineFailure failure) {
        ControlStep ended = this.commit;
        this.commit = null;
        if (ended != null) {
            fail(ended.failed().apply(failure));
        } else {
            super.onFailure(failure);
        }
    }

    @Override
    @Nullable
    Void value() {
        return null;
    }
}
