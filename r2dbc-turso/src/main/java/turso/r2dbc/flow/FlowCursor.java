package turso.r2dbc.flow;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.ControlMono;
import turso.r2dbc.core.Failures;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.Require;
import turso.r2dbc.core.Scope;

/** A cursor: the rows that are pending, confined to the session's worker, and what is known of the last statement. */
final class FlowCursor implements TursoCursor {

    private final FlowConnection connection;

    private final ConnectionContext context;

    private volatile List<String> columnNames = List.of();

    private volatile long rowCount = RowCountTask.UNKNOWN;

    private volatile @Nullable Long lastInsertRowId;

    private volatile int arraySize = 1;

    private @Nullable PendingRows rows;

    private boolean used;

    private boolean closed;

    FlowCursor(FlowConnection connection) {
        this.connection = connection;
        this.context = connection.flowContext();
    }

    // ---- on the worker

    ConnectionContext context() {
        return this.context;
    }

    /** {@return the rows to fetch from; null if there are none} */
    @Nullable
    PendingRows rows() {
        requireOpen();
        return this.rows;
    }

    /** Begins another statement, which has the given rows; those of the last one are dropped. */
    void use(@Nullable PendingRows next) {
        requireOpen();
        endWithScope();
        drop();
        this.rows = next;
        this.columnNames = List.of();
        this.rowCount = RowCountTask.UNKNOWN;
    }

    private void requireOpen() {
        if (this.closed) {
            throw Failures.closed("The cursor is closed");
        }
    }

    /** A cursor of a transaction holds no rows beyond it. */
    private void endWithScope() {
        Scope scope = this.context.scope();
        if (!this.used && scope != null) {
            scope.atEnd(this::shut);
        }
        this.used = true;
    }

    private void drop() {
        PendingRows dropped = this.rows;
        this.rows = null;
        if (dropped != null) {
            dropped.drop();
        }
    }

    private void shut() {
        this.closed = true;
        drop();
    }

    void columnNames(List<String> names) {
        this.columnNames = names;
    }

    /** A statement that is no query has run. */
    void executed(List<String> names, long count, @Nullable Long rowId, PendingRows kept) {
        this.columnNames = names;
        this.rowCount = count;
        if (rowId != null) {
            this.lastInsertRowId = rowId;
        }
        this.rows = kept;
    }

    private TursoCursor counted(long count) {
        this.rowCount = count;
        return this;
    }

    // ---- from any thread

    @Override
    public Mono<TursoCursor> execute(String sql, @Nullable Object... arguments) {
        Require.notNull(sql, "sql");
        Require.notNull(arguments, "arguments");
        return run(() -> Call.of(this.context, sql, arguments));
    }

    @Override
    public Mono<TursoCursor> execute(String sql, Map<String, ?> arguments) {
        Require.notNull(sql, "sql");
        Require.notNull(arguments, "arguments");
        return run(() -> Call.of(this.context, sql, arguments));
    }

    private Mono<TursoCursor> run(Supplier<Call> call) {
        Call checked;
        try {
            checked = call.get();
        } catch (RuntimeException refusal) {
            return refused(refusal);
        }
        return checked.hasLargeObjects()
                ? checked.collected().flatMap(collected -> run(collected.planned()))
                : run(checked.planned());
    }

    /** What is not even tried drops the rows all the same. */
    private <T> Mono<T> refused(Throwable refusal) {
        return ControlMono.of(this.context, () -> {
                    use(null);
                    return null;
                })
                .then(Mono.error(refusal));
    }

    Mono<TursoCursor> run(PlannedStatement statement) {
        if (!statement.isQuery()) {
            return new FlowMono<>(this.context, actual -> new CursorTask(this, statement, actual));
        }
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super TursoCursor> actual) {
                subscribeIfOpen(actual, it -> new LiveRows(FlowCursor.this, statement, it));
            }
        };
    }

    private <T> void subscribeIfOpen(
            CoreSubscriber<? super T> actual, Function<CoreSubscriber<? super T>, Subscription> subscription) {
        if (this.context.session().isOpen()) {
            actual.onSubscribe(subscription.apply(actual));
        } else {
            Operators.error(actual, Failures.closed("The connection is closed"));
        }
    }

    @Override
    public Mono<TursoCursor> executeMany(String sql, Iterable<?> sets) {
        Require.notNull(sql, "sql");
        Require.notNull(sets, "sets");
        return many(begin -> Many.of(this.context, sql, sets, begin));
    }

    @Override
    public Mono<TursoCursor> executeMany(String sql, Publisher<?> sets) {
        Require.notNull(sql, "sql");
        Require.notNull(sets, "sets");
        return many(begin -> Many.of(this.context, sql, sets, begin));
    }

    private Mono<TursoCursor> many(Function<Runnable, Mono<Long>> many) {
        return Mono.defer(() -> {
            AtomicBoolean begun = new AtomicBoolean();
            return many.apply(() -> {
                        begun.set(true);
                        use(null);
                    })
                    .onErrorResume(error -> begun.get() ? Mono.error(error) : refused(error))
                    .map(this::counted);
        });
    }

    @Override
    public Mono<TursoCursor> executeScript(String sql) {
        return this.connection.script(sql, () -> use(null)).then(Mono.fromSupplier(() -> counted(0)));
    }

    @Override
    public Mono<TursoRow> fetchOne() {
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super TursoRow> actual) {
                subscribeIfOpen(actual, it -> new FetchOne(FlowCursor.this, it));
            }
        };
    }

    @Override
    public Mono<List<TursoRow>> fetchMany() {
        return Mono.defer(() -> fetchMany(this.arraySize));
    }

    @Override
    public Mono<List<TursoRow>> fetchMany(int size) {
        requireNotNegative(size);
        return new Mono<>() {
            @Override
            public void subscribe(CoreSubscriber<? super List<TursoRow>> actual) {
                subscribeIfOpen(actual, it -> new FetchMany(FlowCursor.this, size, it));
            }
        };
    }

    @Override
    public Flux<TursoRow> fetchAll() {
        return new Flux<>() {
            @Override
            public void subscribe(CoreSubscriber<? super TursoRow> actual) {
                subscribeIfOpen(actual, it -> new FetchAll(FlowCursor.this, it));
            }
        };
    }

    @Override
    public List<String> columnNames() {
        return this.columnNames;
    }

    @Override
    public long rowCount() {
        return this.rowCount;
    }

    @Override
    public @Nullable Long lastInsertRowId() {
        return this.lastInsertRowId;
    }

    @Override
    public int arraySize() {
        return this.arraySize;
    }

    @Override
    public TursoCursor arraySize(int size) {
        requireNotNegative(size);
        this.arraySize = size;
        return this;
    }

    private static void requireNotNegative(int size) {
        if (size < 0) {
            throw new IllegalArgumentException("size must not be negative: " + size);
        }
    }

    @Override
    public TursoConnection connection() {
        return this.connection;
    }

    @Override
    public Mono<Void> close() {
        return Mono.defer(() -> this.context.session().isOpen()
                ? ControlMono.atOnce(this.context, () -> {
                    shut();
                    return null;
                })
                : Mono.empty());
    }
}
