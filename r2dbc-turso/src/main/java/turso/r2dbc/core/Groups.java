package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.List;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.session.EngineFailure;

/**
 * Divides a plan into the groups that run as one command each: everything at once where it is one atomic transaction,
 * otherwise the statements between one query and the next, and each query.
 */
final class Groups {

    private final ConnectionContext context;

    private final Plan plan;

    private int statement;

    private int set;

    Groups(ConnectionContext context, Plan plan) {
        this.context = context;
        this.plan = plan;
    }

    boolean hasNext() {
        return this.statement < this.plan.statements().size();
    }

    /** {@return whether a query follows, which is a group by itself and runs when its result is consumed} */
    boolean isQueryNext() {
        return this.plan.statements().get(this.statement).isQuery() && !isAtomicNext();
    }

    /** {@return the result of the query that follows, for one set of its values} On the worker. */
    QueryResult nextQuery() {
        PlannedStatement query = this.plan.statements().get(this.statement);
        QueryResult result = QueryResult.of(this.context, query.kind(), query.single(this.set));
        this.set++;
        if (this.set == query.sets().size()) {
            this.set = 0;
            this.statement++;
        }
        return result;
    }

    /** {@return the next group, which is no query} On the worker, when it is about to run. */
    Group next() {
        if (isAtomicNext()) {
            this.statement = this.plan.statements().size();
            return Group.atomic(this.context, this.plan);
        }
        List<PlannedStatement> run = new ArrayList<>();
        while (hasNext() && !this.plan.statements().get(this.statement).isQuery()) {
            PlannedStatement next = this.plan.statements().get(this.statement);
            if (!run.isEmpty() && mayBeginAnother(run.get(run.size() - 1), next)) {
                break;
            }
            run.add(next);
            this.statement++;
        }
        return Group.sequence(this.context, run);
    }

    /** {@return whether the driver may have to begin a transaction between two statements} It does so before a command. */
    private boolean mayBeginAnother(PlannedStatement previous, PlannedStatement next) {
        return this.context.transactions().autocommit() != Autocommit.ON
                && (previous.opensTransaction() != next.opensTransaction()
                        || previous.kind().isTransactionControl());
    }

    private boolean isAtomicNext() {
        return this.statement == 0 && this.set == 0 && isAtomic();
    }

    /** One transaction is for several executions in auto-commit of which at least one writes. */
    private boolean isAtomic() {
        if (this.plan.mode() != null) {
            return true;
        }
        if (this.context.settings().batchMode() != BatchMode.ATOMIC
                || this.plan.results() < 2
                || this.context.transactions().state() != TransactionState.AUTO_COMMIT) {
            return false;
        }
        boolean writes = false;
        for (PlannedStatement planned : this.plan.statements()) {
            if (!planned.fitsTransaction()) {
                return false;
            }
            if (planned.opensTransaction() && this.context.transactions().isLegacy()) {
                return false;
            }
            writes |= planned.execution().writes();
        }
        return writes;
    }

    /** {@return the failure, naming the first statement as the one that could not run} */
    EngineFailure named(EngineFailure failure) {
        List<PlannedStatement> statements = this.plan.statements();
        return statements.isEmpty()
                ? failure
                : failure.withSql(statements.get(0).execution().sql());
    }
}
