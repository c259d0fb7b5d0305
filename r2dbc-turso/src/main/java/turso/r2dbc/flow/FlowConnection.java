package turso.r2dbc.flow;

import java.util.List;
import java.util.Map;
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
import turso.r2dbc.core.ConnectionSettings;
import turso.r2dbc.core.DriverConnection;
import turso.r2dbc.core.SqlParser;
import turso.r2dbc.session.Session;

/** A connection with all its verbs. */
public final class FlowConnection extends DriverConnection {

    /**
     * Makes a connection.
     *
     * @param session what runs its statements; closed with the connection
     * @param settings what it starts with
     * @param parser what splits its SQL
     */
    public FlowConnection(Session session, ConnectionSettings settings, SqlParser parser) {
        super(session, settings, parser);
    }

    @Override
    public TursoExecution execute(String sql, @Nullable Object... arguments) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TursoExecution execute(String sql, Map<String, ?> arguments) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Long> executeMany(String sql, Iterable<?> sets) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Long> executeMany(String sql, Publisher<?> sets) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Void> executeScript(String sql) {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> Mono<T> transaction(Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        return transaction(TransactionMode.IMMEDIATE, work);
    }

    @Override
    public <T> Mono<T> transaction(
            TransactionMode mode, Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Flux<TursoResult> batch(List<BoundSql> statements, TransactionMode mode) {
        throw new UnsupportedOperationException();
    }

    @Override
    public TursoCursor cursor() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Mono<Void> interrupt() {
        throw new UnsupportedOperationException();
    }
}
