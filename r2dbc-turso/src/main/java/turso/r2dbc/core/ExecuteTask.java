package turso.r2dbc.core;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.Step;

/**
 * One execution of a plan: the subscription of {@link ExecuteFlux}, and the task the session runs.
 *
 * <p>Statements that are no queries run in groups, as one command; when a group has run, its results are emitted. A
 * query's result is emitted without running it. If it is subscribed to at once, the statements behind it wait for its
 * end. Cancelling ends the execution; a result that was emitted stays usable, as {@code Mono.from(execute())} needs it.
 */
final class ExecuteTask extends ConnectionTask {

    /** Most executions have one result. */
    private static final int FEW = 1;

    private final ConnectionContext context;

    private final CoreSubscriber<? super TursoResult> actual;

    private final Groups groups;

    private final Deque<DriverResult> results = new ArrayDeque<>(FEW);

    private @Nullable Group group;

    private @Nullable Throwable error;

    /** The query whose result was emitted last, if it is being consumed. */
    private @Nullable QueryResult open;

    /** The atomic group that has failed and is still to be rolled back. */
    private @Nullable Group undone;

    ExecuteTask(ConnectionContext context, Plan plan, CoreSubscriber<? super TursoResult> actual) {
        super(context);
        this.context = context;
        this.actual = actual;
        this.groups = new Groups(context, plan);
    }

    @Override
    protected Step nextStep() {
        Group undone = this.undone;
        if (undone != null) {
            this.undone = null;
            return undone.rollBack();
        }
        for (; ; ) {
            if (isCancelled()) {
                return Step.Rest.DONE;
            }
            Step rest = emitResults();
            if (rest != null) {
                return rest;
            }
            if (this.error != null) {
                settled();
                this.actual.onError(this.error);
                return Step.Rest.DONE;
            }
            if (!this.groups.hasNext()) {
                settled();
                this.actual.onComplete();
                return Step.Rest.DONE;
            }
            Step command = nextGroup();
            if (command != null) {
                return command;
            }
        }
    }

    /** {@return the next command, or null if there are results to emit, or an error, instead} */
    private @Nullable Step nextGroup() {
        try {
            if (!isAdmitted()) {
                return Step.Rest.HOLD;
            }
            if (this.groups.isQueryNext()) {
                this.results.add(this.groups.nextQuery());
                return null;
            }
            if (!session().hasTurn(this)) {
                // Whether a transaction has to be begun is only known when what runs now has come to its end.
                return Step.Rest.TURN;
            }
            Group next = this.groups.next();
            this.group = next;
            Command command = next.command();
            if (command == null) {
                this.results.addAll(next.results());
            }
            return command;
        } catch (RuntimeException refused) {
            this.error = refused;
            return null;
        }
    }

    /** {@return why it cannot go on at the moment, or null when everything is emitted} */
    private @Nullable Step emitResults() {
        for (; ; ) {
            QueryResult consumed = this.open;
            if (consumed != null) {
                if (consumed.isBeingConsumed() && !isLast()) {
                    return Step.Rest.PAUSE;
                }
                this.open = null;
            }
            DriverResult result = this.results.peekFirst();
            if (result == null) {
                return null;
            }
            if (demand() == 0) {
                return Step.Rest.PAUSE;
            }
            this.results.pollFirst();
            emit(result);
            if (isCancelled()) {
                return Step.Rest.DONE;
            }
        }
    }

    /** {@return whether no result comes after those that have been taken, so that the demand for more does not matter} */
    private boolean isLast() {
        return this.results.isEmpty() && !this.groups.hasNext();
    }

    private void emit(DriverResult result) {
        if (!isLast()) {
            delivered(1);
        }
        if (result instanceof QueryResult query) {
            this.open = query;
            query.emitting(this);
            try {
                this.actual.onNext(result);
            } finally {
                query.emitting(null);
            }
        } else {
            this.actual.onNext(result);
        }
    }

    /** The query whose result was emitted last has ended. On the worker. */
    void queryEnded() {
        this.context.session().wake(this);
    }

    @Override
    public void onColumns(Columns columns) {
        if (this.group != null) {
            this.group.onColumns(columns);
        }
    }

    @Override
    public void onRow(RowReader row) {
        if (this.group != null) {
            this.group.onRow(row);
        }
    }

    @Override
    public void onExecuted(int execution, long changes) {
        if (this.group != null) {
            this.group.onExecuted(execution, changes);
        }
    }

    @Override
    public void onSuccess() {
        Group finished = this.group;
        this.group = null;
        this.context.transactions().commandSucceeded(finished == null || finished.endsTransaction());
        if (finished != null) {
            this.results.addAll(finished.results());
        }
    }

    @Override
    public void onFailure(EngineFailure failure) {
        Group failed = this.group;
        this.group = null;
        if (failed == null) {
            // The rollback of an atomic batch; what led to it is the error to report.
            this.context.transactions().commandEnded(true);
            return;
        }
        this.error = Failures.exception(failure);
        if (failed.isAtomic() && this.context.session().isTransactionOpen()) {
            this.undone = failed;
        } else if (failed.isAtomic()) {
            this.context.transactions().commandEnded(false);
        } else {
            this.context.transactions().commandEnded(failed.endsTransaction());
            this.results.addAll(failed.results());
        }
    }

    @Override
    protected Context subscriberContext() {
        return this.actual.currentContext();
    }

    @Override
    protected void abandoned(EngineFailure failure) {
        if (!isCancelled()) {
            this.actual.onError(Failures.exception(this.groups.named(failure)));
        }
    }
}
