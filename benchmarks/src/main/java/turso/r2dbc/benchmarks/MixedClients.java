package turso.r2dbc.benchmarks;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.IntStream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What many clients have in common: connections, and how they read and update an item. */
interface MixedClients extends AutoCloseable {

    /** How many connections to read clients share: as many as the machine has processors, where these were chosen. */
    int READERS = 2;

    /** The ways to do it. */
    enum Implementation {
        /** JDBC behind {@code Mono.fromCallable}, over a pool of ten connections. */
        wrapper,
        /** The driver, with a connection for each client. */
        driver,
        /** The same, with writes that share commits. */
        group,
        /** The driver, with connections that clients share: two to read, and one to write. */
        shared,
        /** The driver, with two connections to read that clients share, and one for each to write; writes share commits. */
        sharedGroup,
        /** The driver, over r2dbc-pool with ten connections. */
        pool,
        /** r2dbc-h2, on a database of H2, with a connection for each client. */
        h2;

        /** {@return whether writes share commits} */
        boolean sharesCommits() {
            return this == group || this == sharedGroup;
        }

        MixedClients open(ItemDatabase database, int clients) {
            return switch (this) {
                case wrapper ->
                    new Wrapped(
                            new BlockingPool<>(ConnectionSource.POOL_SIZE, () -> new Statements(database.connect())));
                case driver, group, h2 -> held(database, clients);
                case shared -> new Shared(held(database, READERS), held(database, 1));
                case sharedGroup -> new Shared(held(database, READERS), held(database, clients));
                case pool -> new Reactive(List.of(ConnectionSource.pooled(database)));
            };
        }
    }

    private static Reactive held(ItemDatabase database, int connections) {
        return new Reactive(IntStream.range(0, connections)
                .mapToObj(number -> ConnectionSource.held(database))
                .toList());
    }

    /** Reads an item. @return its key */
    Publisher<Long> read(int client, int key);

    /** Updates an item. @return how many were updated */
    Publisher<Long> update(int client, int key);

    @Override
    void close();

    /** Clients of R2DBC: each has a connection, or all share a pool. */
    record Reactive(List<ConnectionSource> sources) implements MixedClients {

        @Override
        public Publisher<Long> read(int client, int key) {
            return source(client)
                    .use(connection -> Flux.from(bound(connection, ItemDatabase.SELECT_ONE, key))
                            .flatMap(result -> result.map(row -> row.get(0, Long.class))));
        }

        @Override
        public Publisher<Long> update(int client, int key) {
            return source(client)
                    .use(connection -> Flux.from(bound(connection, ItemDatabase.UPDATE, key))
                            .flatMap(Result::getRowsUpdated));
        }

        private ConnectionSource source(int client) {
            return this.sources.get(client % this.sources.size());
        }

        private static Publisher<? extends Result> bound(Connection connection, String sql, int key) {
            return connection.createStatement(sql).bind(0, key).execute();
        }

        @Override
        public void close() {
            this.sources.forEach(ConnectionSource::close);
        }
    }

    /** Clients of R2DBC that share connections: one does what one connection does in the order in which they ask for it. */
    record Shared(Reactive readers, Reactive writers) implements MixedClients {

        @Override
        public Publisher<Long> read(int client, int key) {
            return this.readers.read(client, key);
        }

        @Override
        public Publisher<Long> update(int client, int key) {
            return this.writers.update(client, key);
        }

        @Override
        public void close() {
            this.readers.close();
            this.writers.close();
        }
    }

    /** Clients of the wrapper. */
    record Wrapped(BlockingPool<Statements> pool) implements MixedClients {

        @Override
        public Mono<Long> read(int client, int key) {
            return this.pool.use(statements -> statements.read(key));
        }

        @Override
        public Mono<Long> update(int client, int key) {
            return this.pool.use(statements -> statements.update(key));
        }

        @Override
        public void close() {
            this.pool.close();
        }
    }

    /** A JDBC connection with its prepared statements. */
    final class Statements implements AutoCloseable {

        private final java.sql.Connection connection;

        private final PreparedStatement select;

        private final PreparedStatement update;

        Statements(java.sql.Connection connection) throws SQLException {
            this.connection = connection;
            this.select = connection.prepareStatement(ItemDatabase.SELECT_ONE);
            this.update = connection.prepareStatement(ItemDatabase.UPDATE);
        }

        long read(int key) throws SQLException {
            this.select.setInt(1, key);
            try (ResultSet result = this.select.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }

        long update(int key) throws SQLException {
            this.update.setInt(1, key);
            return this.update.executeUpdate();
        }

        @Override
        public void close() throws SQLException {
            this.connection.close();
        }
    }
}
