package turso.r2dbc.flow;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.Failures;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.StatementLog;
import turso.r2dbc.core.TransactionSql;
import turso.r2dbc.core.TransactionState;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;

/** One write with many sets of values, which in auto-commit is one transaction; what it comes to is the number of rows. */
final class ManyTask extends FlowTask<Long> {

    private final PlannedStatement statement;

    private final Runnable begin;

    private boolean asked;

    /** Whether the sets are a transaction by themselves. */
    private boolean atomic;

    private boolean rollBack;

    private boolean undone;

    private long changes;

    /** @param begin called on the worker when it is this task's turn */
    ManyTask(
            ConnectionContext context,
            PlannedStatement statement,
            Runnable begin,
            CoreSubscriber<? super Long> actual) {
        super(context, actual);
        this.statement = statement;
        this.begin = begin;
    }

    @Override
    void begin() {
        this.begin.run();
    }

    @Override
    @Nullable
    Command nextCommand() {
        if (this.asked) {
            return null;
        }
        this.asked = true;
        transactions().isDoneOrRefused(this.statement);
        boolean empty = this.statement.sets().isEmpty();
        this.atomic = !empty
                && context().settings().batchMode() == BatchMode.ATOMIC
                && !(transactions().isLegacy() && this.statement.opensTransaction())
                && transactions().state() == TransactionState.AUTO_COMMIT;
        List<Execution> prelude = this.atomic
                ? transactions().preludeOfItsOwn(TransactionMode.IMMEDIATE)
                : transactions().prelude(this.statement);
        List<Execution> executions = new ArrayList<>();
        if (!empty) {
            executions.add(this.statement.execution());
            StatementLog.log(this.statement.execution());
        }
        if (this.atomic) {
            executions.add(TransactionSql.COMMIT);
        }
        return new Command(prelude, executions, Rows.DISCARDED, transactions().timeouts(), true);
    }

    @Override
    public void onExecuted(int execution, long count) {
        if (execution == 0) {
            this.changes += count;
        }
    }

    @Override
    boolean endsTransaction() {
        return this.atomic;
    }

    @Override
    public void onFailure(EngineFailure failure) {
        if (this.atomic && !this.undone && session().isTransactionOpen()) {
            this.rollBack = true;
            fail(Failures.exception(failure));
        } else {
            super.onFailure(failure);
        }
    }

    @Override
    @Nullable
    Command cleanUp() {
        if (!this.rollBack) {
            return null;
        }
        this.rollBack = false;
        this.undone = true;
        return new Command(
                List.of(),
                List.of(TransactionSql.ROLLBACK),
                Rows.DISCARDED,
                transactions().timeouts(),
                false);
    }

    @Override
    Long value() {
        return this.changes;
    }

    @Override
    EngineFailure named(EngineFailure failure) {
        return failure.withSql(this.statement.execution().sql());
    }
}
