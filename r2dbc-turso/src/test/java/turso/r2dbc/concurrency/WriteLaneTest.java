package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Writers of one file take turns; none waits in a thread, and none that is cancelled keeps the others waiting. */
class WriteLaneTest {

    private static final Duration LONG = Duration.ofSeconds(25);

    @TempDir
    Path directory;

    private String url = "";

    @BeforeEach
    void createTable() {
        this.url = "r2dbc:turso:file://" + this.directory.resolve("lane.db") + "?synchronous=OFF";
        ConnectionFactory factory = ConnectionFactories.get(this.url);
        Mono.usingWhen(
                        factory.create(),
                        connection -> execute(connection, "create table t (id integer primary key, n integer)")
                                .then(execute(connection, "insert into t values (1, 0)")),
                        Connection::close)
                .block(LONG);
    }

    private static Mono<Void> execute(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private static Mono<Long> queryLong(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                .single();
    }

    private static <T> Mono<T> inTransaction(Connection connection, Publisher<T> body) {
        return Mono.usingWhen(
                Mono.from(connection.beginTransaction()).thenReturn(connection),
                begun -> Mono.from(body),
                Connection::commitTransaction,
                (begun, error) -> begun.rollbackTransaction(),
                Connection::rollbackTransaction);
    }

    private Long count(ConnectionFactory factory, String sql) {
        Long count = Mono.usingWhen(factory.create(), connection -> queryLong(connection, sql), Connection::close)
                .block(LONG);
        assertThat(count).isNotNull();
        return count;
    }

    @Test
    void eightThinkingTransactionsOnTwoThreadsAllCommit() {
        ConnectionFactory factory = ConnectionFactories.get(this.url + "&maxThreads=2");
        Mono<Long> transaction = Mono.usingWhen(
                factory.create(),
                connection -> inTransaction(
                        connection,
                        execute(connection, "update t set n = n + 1 where id = 1")
                                .then(Mono.delay(Duration.ofMillis(20)))),
                Connection::close);
        Long finished = Flux.range(0, 8).flatMap(i -> transaction, 8).count().block(LONG);
        assertThat(finished).isEqualTo(8);
        assertThat(count(factory, "select n from t where id = 1")).isEqualTo(8);
    }

    @Test
    void sixtyFourReadModifyWritersLoseNothing() {
        ConnectionFactory factory = ConnectionFactories.get(this.url);
        Mono<Void> writer = Mono.usingWhen(
                factory.create(),
                connection -> Flux.range(0, 20)
                        .concatMap(i -> inTransaction(
                                connection,
                                queryLong(connection, "select n from t where id = 1")
                                        .flatMap(n -> Flux.from(connection
                                                        .createStatement("update t set n = ? where id = 1")
                                                        .bind(0, n + 1)
                                                        .execute())
                                                .concatMap(Result::getRowsUpdated)
                                                .single())))
                        .then(),
                Connection::close);
        Flux.range(0, 64).flatMap(i -> writer, 64).then().block(LONG);
        assertThat(count(factory, "select n from t where id = 1")).isEqualTo(64 * 20);
    }

    @Test
    void transactionsCancelledAtAnyMomentLeaveNoLockEvenIfTheirConnectionsAreDropped() {
        ConnectionFactory factory = ConnectionFactories.get(this.url);
        Random random = new Random(4711);
        List<Connection> dropped = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            dropped.add(Mono.from(factory.create()).block(LONG));
        }
        cancelAtRandomMoments(random, 400, i -> {
            Connection connection = dropped.get(i % dropped.size());
            return inTransaction(
                    connection,
                    execute(connection, "insert into t (n) values (1)")
                            .then(execute(connection, "update t set n = n + 1 where id = 1")));
        });
        assertWritableAtOnce();
        // A begin that was cancelled may still have been noted, but holds nothing: the engine's BEGIN was never run.
        dropped.forEach(connection -> Mono.from(connection.close()).block(LONG));
    }

    @Test
    void pooledTransactionsCancelledAtAnyMomentLeaveNoLock() {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(ConnectionFactories.get(this.url))
                .initialSize(2)
                .maxSize(10)
                .build());
        Random random = new Random(815);
        cancelAtRandomMoments(
                random,
                400,
                i -> Mono.usingWhen(
                        pool.create(),
                        connection -> inTransaction(connection, execute(connection, "insert into t (n) values (1)")),
                        Connection::close));
        assertWritableAtOnce();
        // Every connection of the pool comes back usable, and none is in a transaction.
        Long idle = Flux.range(0, 10)
                .flatMap(i -> Mono.usingWhen(
                        pool.create(),
                        connection -> {
                            assertThat(connection.isAutoCommit()).isTrue();
                            return queryLong(connection, "select 1");
                        },
                        Connection::close))
                .count()
                .block(LONG);
        assertThat(idle).isEqualTo(10);
        pool.disposeLater().block(LONG);
    }

    private static void cancelAtRandomMoments(
            Random random, int times, java.util.function.IntFunction<Mono<Void>> transaction) {
        List<Mono<Long>> cancelled = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            int number = i;
            long nanos = random.nextInt(900_000);
            cancelled.add(Mono.create(sink -> {
                Disposable running = transaction.apply(number).onErrorComplete().subscribe();
                Schedulers.parallel()
                        .schedule(
                                () -> {
                                    running.dispose();
                                    sink.success(1L);
                                },
                                nanos,
                                java.util.concurrent.TimeUnit.NANOSECONDS);
            }));
        }
        Flux.fromIterable(cancelled).concatMap(one -> one).count().block(LONG);
    }

    /** Rollbacks of what was cancelled may still be queued: whoever writes now waits for them and for nothing else. */
    private void assertWritableAtOnce() {
        ConnectionFactory factory = ConnectionFactories.get(this.url + "&lockWaitTimeout=2s");
        Mono.usingWhen(
                        factory.create(),
                        connection -> execute(connection, "update t set n = -1 where id = 1"),
                        Connection::close)
                .block(LONG);
        assertThat(count(factory, "select n from t where id = 1")).isEqualTo(-1);
    }
}
