package turso.r2dbc.core;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import turso.r2dbc.core.TransactionMarks.Mark;
import turso.r2dbc.session.Execution;
import turso.r2dbc.sql.StatementKind;

/** The result of a query, which runs when its rows are requested. */
final class QueryResult extends DriverResult {

    @SuppressWarnings("rawtypes") // A class literal has no type arguments.
    private static final AtomicReferenceFieldUpdater<QueryResult, QueryTask> TASK =
            AtomicReferenceFieldUpdater.newUpdater(QueryResult.class, QueryTask.class, "task");

    private final ConnectionContext context;

    private final StatementKind kind;

    private final Execution execution;

    /** The transaction it belongs to. */
    private final Mark mark;

    private volatile @Nullable QueryTask<?> task;

    /** The execution this result came of, which may wait for its end. Set before anybody gets the result. */
    private @Nullable ExecuteTask owner;

    /** Only of interest to the worker; what other threads see of it makes no difference. */
    private boolean emitting;

    private QueryResult(ConnectionContext context, StatementKind kind, Execution execution, Mark mark) {
        this.context = context;
        this.kind = kind;
        this.execution = execution;
        this.mark = mark;
    }

    /** On the worker. */
    static QueryResult of(ConnectionContext context, StatementKind kind, Execution execution) {
        return new QueryResult(
                context, kind, execution, context.transactions().marks().here());
    }

    /** {@return the result of a query that would have its turn behind all that is submitted now} From any thread. */
    static QueryResult early(ConnectionContext context, StatementKind kind, Execution execution) {
        return new QueryResult(
                context, kind, execution, context.transactions().marks().now());
    }

    /** {@return the result of a query that stands for itself and belongs to whatever transaction there is} */
    static QueryResult alone(ConnectionContext context, PlannedStatement query) {
        return new QueryResult(context, query.kind(), query.execution(), Mark.NONE);
    }

    @Override
    <T> Flux<T> segments(SegmentMapper<T> mapper) {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super T> actual) {
                subscribeOnce(mapper, actual);
            }
        };
    }

    private <T> void subscribeOnce(SegmentMapper<T> mapper, CoreSubscriber<? super T> actual) {
        if (!this.context.session().isOpen()) {
            Operators.error(actual, DriverConnection.closed());
            return;
        }
        QueryTask<T> created = new QueryTask<>(this, this.context, mapper, actual);
        if (TASK.compareAndSet(this, null, created)) {
            actual.onSubscribe(created);
        } else {
            Operators.error(actual, new IllegalStateException("The result has been consumed"));
        }
    }

    StatementKind kind() {
        return this.kind;
    }

    Execution execution() {
        return this.execution;
    }

    Mark mark() {
        return this.mark;
    }

    /** Marks the time during which the result is handed to its consumer. On the worker. */
    void emitting(@Nullable ExecuteTask from) {
        this.emitting = from != null;
        if (from != null) {
            this.owner = from;
        }
    }

    /** {@return whether rows requested now belong to the turn in which the result is emitted} */
    boolean isEmitting() {
        return this.emitting;
    }

    /** {@return whether it was subscribed to and has not ended} */
    boolean isBeingConsumed() {
        QueryTask<?> consumer = this.task;
        return consumer != null && !consumer.isEnded();
    }

    void ended() {
        ExecuteTask waiting = this.owner;
        if (waiting != null) {
            waiting.queryEnded();
        }
    }
}
