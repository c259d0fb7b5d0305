package turso.r2dbc.pool;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.util.function.Consumer;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import turso.r2dbc.TestDatabase;

/** A pool for the length of a test, and what is done with a connection of it. */
final class Pools {

    private Pools() {}

    /** Runs a test on a pool, which is closed then. */
    static void with(
            ConnectionFactory factory, Consumer<ConnectionPoolConfiguration.Builder> settings, Consumer<Pool> test) {
        ConnectionPoolConfiguration.Builder builder = ConnectionPoolConfiguration.builder(factory);
        settings.accept(builder);
        ConnectionPool pool = new ConnectionPool(builder.build());
        // A pool that is still filling when it is closed does not wait for what it is opening.
        TestDatabase.await(pool.warmup());
        try {
            test.accept(new Pool(pool));
        } finally {
            TestDatabase.await(pool.disposeLater());
        }
    }

    /**
     * A pool.
     *
     * @param pool the pool itself
     */
    record Pool(ConnectionPool pool) {

        /** Borrows a connection, uses it and returns it, whatever state it is in. @return what its use has emitted */
        <T> Mono<T> borrow(Function<Connection, Publisher<T>> use) {
            return Mono.usingWhen(this.pool.create(), it -> Mono.from(use.apply(it)), Connection::close);
        }

        /** Borrows a connection and waits until it is returned. */
        <T> T use(Function<Connection, Publisher<T>> use) {
            return TestDatabase.await(borrow(use));
        }

        /** Uses a connection as somebody does who cancels then and cleans up nothing. */
        void cancelBehind(Function<Connection, Publisher<Void>> use) {
            Sinks.Empty<Void> used = Sinks.empty();
            Disposable user = this.pool
                    .create()
                    .flatMap(it -> Mono.from(use.apply(it))
                            .doOnTerminate(used::tryEmitEmpty)
                            .then(Mono.never()))
                    .subscribe();
            TestDatabase.await(used.asMono());
            user.dispose();
        }

        int acquired() {
            return this.pool.getMetrics().orElseThrow().acquiredSize();
        }

        int allocated() {
            return this.pool.getMetrics().orElseThrow().allocatedSize();
        }
    }

    /** Runs statements one after another. */
    static Mono<Void> run(Connection connection, String... statements) {
        return Flux.just(statements)
                .concatMap(sql -> connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    /** {@return the number a query asks for} */
    static Mono<Long> number(Connection connection, String sql) {
        return TestDatabase.rows(connection, sql, Long.class).single();
    }
}
