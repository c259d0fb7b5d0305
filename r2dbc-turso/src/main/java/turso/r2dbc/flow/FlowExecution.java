package turso.r2dbc.flow;

import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoExecution;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.Require;
import turso.r2dbc.core.RowsFlux;

/** A statement that runs at each subscription; or an error, if the call was wrong. Immutable. */
final class FlowExecution implements TursoExecution {

    private final FlowConnection connection;

    private final @Nullable Call call;

    private final @Nullable RuntimeException refusal;

    private FlowExecution(FlowConnection connection, @Nullable Call call, @Nullable RuntimeException refusal) {
        this.connection = connection;
        this.call = call;
        this.refusal = refusal;
    }

    /** {@return an execution of what is bound now} What is wrong is remembered, and signalled to whoever subscribes. */
    static FlowExecution of(FlowConnection connection, Supplier<Call> call) {
        try {
            return new FlowExecution(connection, call.get(), null);
        } catch (RuntimeException refusal) {
            return new FlowExecution(connection, null, refusal);
        }
    }

    /** One way to run a statement. */
    @FunctionalInterface
    private interface Way<T> {
        FlowTask<T> task(ConnectionContext context, PlannedStatement statement, CoreSubscriber<? super T> actual);
    }

    private <T> Mono<T> mono(Way<T> way) {
        return planned(statement -> {
            ConnectionContext context = this.connection.flowContext();
            return new FlowMono<>(context, actual -> way.task(context, statement, actual));
        });
    }

    private <T> Mono<T> planned(Function<PlannedStatement, Mono<T>> run) {
        Call checked = this.call;
        if (checked == null) {
            return Mono.error(refusal());
        }
        if (checked.hasLargeObjects()) {
            return checked.collected().flatMap(collected -> run.apply(collected.planned()));
        }
        return run.apply(checked.planned());
    }

    private RuntimeException refusal() {
        return this.refusal != null ? this.refusal : new IllegalStateException("A call that was not refused");
    }

    @Override
    public Mono<TursoRow> fetchOne() {
        return this.<TursoRow>mono(FirstRowTask::new);
    }

    @Override
    public Flux<TursoRow> fetchAll() {
        return rows(RowMapper.COPIES);
    }

    @Override
    public <T> Flux<T> fetchAll(Function<? super TursoRow, ? extends T> mapper) {
        return rows(new RowMapper<T>(Require.notNull(mapper, "mapper")));
    }

    private <T> Flux<T> rows(RowMapper<T> mapper) {
        Call checked = this.call;
        if (checked == null) {
            return Flux.error(refusal());
        }
        ConnectionContext context = this.connection.flowContext();
        if (checked.hasLargeObjects()) {
            return checked.collected().flatMapMany(collected -> RowsFlux.of(context, collected.planned(), mapper));
        }
        return RowsFlux.of(context, checked.planned(), mapper);
    }

    @Override
    public Mono<Long> rowCount() {
        return this.<Long>mono(RowCountTask::new);
    }

    @Override
    public Mono<Long> lastInsertRowId() {
        return this.<Long>mono(RowIdTask::new);
    }

    @Override
    public Mono<Void> then() {
        return this.<Void>mono(RunTask::new);
    }

    @Override
    public Mono<TursoCursor> cursor() {
        return planned(statement -> Mono.defer(() -> new FlowCursor(this.connection).run(statement)));
    }
}
