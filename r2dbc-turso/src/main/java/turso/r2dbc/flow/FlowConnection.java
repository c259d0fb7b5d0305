package turso.r2dbc.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.BoundSql;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoExecution;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.ConnectionSettings;
import turso.r2dbc.core.ControlMono;
import turso.r2dbc.core.DriverConnection;
import turso.r2dbc.core.ExecuteFlux;
import turso.r2dbc.core.Failures;
import turso.r2dbc.core.Plan;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.Require;
import turso.r2dbc.core.SqlParser;
import turso.r2dbc.session.Session;
import turso.r2dbc.sql.ParsedSql;

/** A connection with all its verbs. */
public class FlowConnection extends DriverConnection {

    private static final Runnable NOTHING = () -> {};

    private final Mono<Void> behindClose;

    /**
     * Makes a connection.
     *
     * @param session what runs its statements; closed with the connection
     * @param settings what it starts with
     * @param parser what splits its SQL
     * @param behindClose lets go of what is the connection's alone, when it is closed; may be subscribed to repeatedly
     */
    public FlowConnection(Session session, ConnectionSettings settings, SqlParser parser, Mono<Void> behindClose) {
        super(session, settings, parser);
        this.behindClose = behindClose;
    }

    /** Makes a further handle of a connection. */
    FlowConnection(ConnectionContext context) {
        super(context);
        this.behindClose = Mono.empty();
    }

    final ConnectionContext flowContext() {
        return context();
    }

    @Override
    public TursoExecution execute(String sql, @Nullable Object... arguments) {
        Require.notNull(sql, "sql");
        Require.notNull(arguments, "arguments");
        return FlowExecution.of(this, () -> Call.of(context(), sql, arguments));
    }

    @Override
    public TursoExecution execute(String sql, Map<String, ?> arguments) {
        Require.notNull(sql, "sql");
        Require.notNull(arguments, "arguments");
        return FlowExecution.of(this, () -> Call.of(context(), sql, arguments));
    }

    @Override
    public Mono<Long> executeMany(String sql, Iterable<?> sets) {
        Require.notNull(sql, "sql");
        Require.notNull(sets, "sets");
        return Many.of(context(), sql, sets, NOTHING);
    }

    @Override
    public Mono<Long> executeMany(String sql, Publisher<?> sets) {
        Require.notNull(sql, "sql");
        Require.notNull(sets, "sets");
        return Many.of(context(), sql, sets, NOTHING);
    }

    @Override
    public Mono<Void> executeScript(String sql) {
        return script(sql, NOTHING);
    }

    /** @param begin called on the worker when it is the script's turn */
    final Mono<Void> script(String sql, Runnable begin) {
        ParsedSql script = context().parser().parse(Require.notNull(sql, "sql"));
        return new FlowMono<>(context(), actual -> new ScriptTask(context(), script, begin, actual));
    }

    @Override
    public Mono<Void> commit() {
        return commitTransaction();
    }

    @Override
    public Mono<Void> rollback() {
        return rollbackTransaction();
    }

    @Override
    public Mono<Boolean> inTransaction() {
        return Mono.defer(() -> {
            AtomicBoolean answer = new AtomicBoolean();
            return ControlMono.of(context(), () -> {
                        answer.set(context().transactions().isInTransaction());
                        return null;
                    })
                    .then(Mono.fromSupplier(answer::get));
        });
    }

    @Override
    public <T> Mono<T> transaction(Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        return transaction(TransactionMode.IMMEDIATE, work);
    }

    @Override
    public <T> Mono<T> transaction(
            TransactionMode mode, Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        Require.notNull(mode, "mode");
        Require.notNull(work, "work");
        return Mono.usingWhen(
                Mono.fromSupplier(() -> new TransactionScope(context(), mode)),
                scope -> scope.<T>run(ScopedConnection::new, work),
                scope -> Mono.empty(),
                (scope, error) -> scope.abandon(),
                TransactionScope::abandon);
    }

    @Override
    public Flux<TursoResult> batch(List<BoundSql> statements, TransactionMode mode) {
        Require.notNull(mode, "mode");
        List<BoundSql> all = new ArrayList<>(Require.notNull(statements, "statements"));
        all.forEach(statement -> Require.notNull(statement, "statement"));
        List<Call> calls = new ArrayList<>();
        try {
            for (BoundSql statement : all) {
                calls.add(batchable(Call.of(context(), statement.sql(), statement.arguments())));
            }
        } catch (RuntimeException refusal) {
            return Flux.error(refusal);
        }
        if (calls.stream().noneMatch(Call::hasLargeObjects)) {
            return batch(calls, mode, context());
        }
        return Flux.fromIterable(calls)
                .concatMap(Call::collected)
                .collectList()
                .flatMapMany(collected -> batch(collected, mode, context()));
    }

    private static Call batchable(Call call) {
        if (call.statement().kind().isTransactionControl()) {
            throw Failures.badGrammar(
                    "A batch is one transaction, and its statements cannot begin or end one",
                    call.statement().sql());
        }
        return call;
    }

    private static Flux<TursoResult> batch(List<Call> calls, TransactionMode mode, ConnectionContext context) {
        List<PlannedStatement> statements = calls.stream().map(Call::planned).toList();
        return statements.isEmpty() ? Flux.empty() : new ExecuteFlux(context, Plan.ofTransaction(statements, mode));
    }

    @Override
    public TursoCursor cursor() {
        requireOpen();
        return new FlowCursor(this);
    }

    @Override
    public Mono<Void> close() {
        return super.close().then(this.behindClose);
    }

    @Override
    public Mono<Void> interrupt() {
        return Mono.fromRunnable(() -> context().session().interrupt());
    }
}
