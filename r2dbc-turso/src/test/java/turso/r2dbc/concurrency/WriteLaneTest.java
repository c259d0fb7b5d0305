package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.TestDatabase.await;
import static turso.r2dbc.TestDatabase.execute;
import static turso.r2dbc.TestDatabase.query;

import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** Writers of one file take turns, in order; those who wait hold no thread, and nothing is lost. */
class WriteLaneTest {

    private static final int THINKING_WRITERS = 8;

    private static final Duration THINK_TIME = Duration.ofMillis(20);

    private static final int WRITERS = 64;

    private static final int TRANSACTIONS = 200;

    private static final double FAIR = 1.3;

    private static final String UPDATE = "UPDATE t SET n = n + 1";

    private final TestDatabase database = TestDatabase.file();

    @BeforeEach
    void createTable() {
        this.database.execute("CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (0)");
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    private List<TursoConnection> connections(int number, String... options) {
        return IntStream.range(0, number)
                .mapToObj(i -> this.database.connect(options))
                .toList();
    }

    private static Mono<Void> run(TursoConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then();
    }

    private static Mono<Void> thinkingTransaction(TursoConnection connection) {
        return connection
                .beginTransaction()
                .then(run(connection, UPDATE))
                .then(Mono.delay(THINK_TIME))
                .then(connection.commitTransaction());
    }

    /** Waiting in SQLite's busy handler, on two threads, six of these eight fail after 15 seconds. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void thinkingTransactionsOnFewThreadsAllCommit(int threads) {
        List<TursoConnection> writers = connections(THINKING_WRITERS, "maxThreads=" + threads);

        await(Flux.fromIterable(writers)
                .flatMap(WriteLaneTest::thinkingTransaction, THINKING_WRITERS)
                .then());

        assertThat(this.database.query("SELECT n FROM t", Integer.class)).containsExactly(THINKING_WRITERS);
    }

    @Test
    void sevenWaitingWritersLeaveTheTwoThreadsToOthers() {
        String threads = "maxThreads=2";
        List<TursoConnection> waiting = connections(THINKING_WRITERS - 1, threads);
        TursoConnection holder = this.database.connect(threads);
        TursoConnection reader = this.database.connect(threads);
        await(holder.beginTransaction());
        execute(holder, UPDATE);
        AtomicInteger committed = new AtomicInteger();

        CompletableFuture<Void> transactions = Flux.fromIterable(waiting)
                .flatMap(it -> thinkingTransaction(it).doOnSuccess(end -> committed.incrementAndGet()), waiting.size())
                .then()
                .toFuture();
        OpenDatabase.until(() -> this.database.factory(threads).metrics().lockWaiters() == waiting.size());
        for (int i = 0; i < 10; i++) {
            assertThat(query(reader, "SELECT n FROM t", Integer.class)).containsExactly(0);
            execute(holder, UPDATE);
        }
        assertThat(committed).hasValue(0);
        await(holder.commitTransaction());
        await(Mono.fromFuture(transactions));

        assertThat(query(reader, "SELECT n FROM t", Integer.class)).containsExactly(11 + waiting.size());
    }

    /** On one thread the order in which transactions ask for the lane is the order in which they were begun. */
    @Test
    void firstComeIsFirstServed() {
        List<TursoConnection> writers = connections(THINKING_WRITERS, "maxThreads=1");
        List<Integer> committed = new CopyOnWriteArrayList<>();

        await(Flux.range(0, THINKING_WRITERS)
                .flatMap(
                        i -> thinkingTransaction(writers.get(i)).doOnSuccess(end -> committed.add(i)), THINKING_WRITERS)
                .then());

        assertThat(committed).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void manyReadModifyWritersLoseNothingAndNoneIsStarved() {
        String[] options = {"synchronous=OFF", "lockWaitTimeout=25s"};
        List<TursoConnection> writers = connections(WRITERS, options);
        AtomicIntegerArray done = new AtomicIntegerArray(WRITERS);
        AtomicReference<List<Integer>> whenTheFirstHadFinished = new AtomicReference<>();

        // All begin at once, when whoever holds the lock lets go of it.
        TursoConnection holder = this.database.connect(options);
        await(holder.beginTransaction());
        execute(holder, UPDATE);
        CompletableFuture<Void> transactions = Flux.range(0, WRITERS)
                .flatMap(
                        i -> Mono.defer(() -> increment(writers.get(i)))
                                .doOnSuccess(end -> {
                                    if (done.incrementAndGet(i) == TRANSACTIONS) {
                                        whenTheFirstHadFinished.compareAndSet(null, values(done));
                                    }
                                })
                                .repeat(TRANSACTIONS - 1)
                                .then(),
                        WRITERS)
                .then()
                .toFuture();
        OpenDatabase.until(() -> this.database.factory(options).metrics().lockWaiters() == WRITERS);
        await(holder.rollbackTransaction());
        Mono.fromFuture(transactions).block(Duration.ofSeconds(25));

        assertThat(this.database.query("SELECT n FROM t", Integer.class)).containsExactly(WRITERS * TRANSACTIONS);
        assertThat(whenTheFirstHadFinished.get()).allMatch(it -> it >= TRANSACTIONS / FAIR);
    }

    private static List<Integer> values(AtomicIntegerArray counts) {
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < counts.length(); i++) {
            values.add(counts.get(i));
        }
        return values;
    }

    private static Mono<Void> increment(TursoConnection connection) {
        return connection
                .beginTransaction()
                .then(TestDatabase.rows(connection, "SELECT n FROM t", Integer.class)
                        .single())
                .flatMap(n -> Flux.from(connection
                                .createStatement("UPDATE t SET n = ?")
                                .bind(0, n + 1)
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .then())
                .then(connection.commitTransaction());
    }
}
