package turso.r2dbc.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where a program has its R2DBC connections from. */
interface ConnectionSource extends AutoCloseable {

    /** How many connections a pool has: the default of r2dbc-pool. */
    int POOL_SIZE = 10;

    /** Does something with a connection. */
    <T> Flux<T> use(Function<Connection, ? extends Publisher<T>> action);

    @Override
    void close();

    /** One connection that is open all the time. */
    static ConnectionSource held(ItemDatabase database) {
        ConnectionFactory factory = database.factory();
        Connection connection = present(Mono.from(factory.create()).block());
        if (database.setting().place().inTransaction()) {
            Mono.from(connection.beginTransaction()).block();
        }
        return new Held(factory, connection);
    }

    /** A connection of r2dbc-pool for each action. */
    static ConnectionSource pooled(ItemDatabase database) {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(database.factory())
                .maxSize(POOL_SIZE)
                .build());
        pool.warmup().block();
        return new Pooled(pool);
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("No connection");
        }
        return value;
    }

    /** See {@link #held}. */
    record Held(ConnectionFactory factory, Connection connection) implements ConnectionSource {

        @Override
        public <T> Flux<T> use(Function<Connection, ? extends Publisher<T>> action) {
            return Flux.from(action.apply(this.connection));
        }

        @Override
        public void close() {
            Mono.from(this.connection.close()).block();
            if (this.factory instanceof Closeable closeable) {
                Mono.from(closeable.close()).block();
            }
        }
    }

    /** See {@link #pooled}. */
    record Pooled(ConnectionPool pool) implements ConnectionSource {

        @Override
        public <T> Flux<T> use(Function<Connection, ? extends Publisher<T>> action) {
            return Flux.usingWhen(this.pool.create(), action, Connection::close);
        }

        @Override
        public void close() {
            this.pool.disposeLater().block();
        }
    }
}
