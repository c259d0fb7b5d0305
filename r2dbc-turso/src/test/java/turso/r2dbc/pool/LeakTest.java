package turso.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.TestDatabase.await;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TestDatabase.Kind;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;
import turso.r2dbc.sqlite.OpenStatements;

/**
 * Borrowers that misbehave in every way, many at a time; afterwards everything they used is counted. What users of other
 * drivers met: r2dbc-pool#143, #144, #198, #228, oracle-r2dbc#85 and #22.
 */
class LeakTest {

    private static final int SIZE = 10;

    private static final int BORROWERS = 200;

    /** A writer that waits for nobody. */
    private static final String[] PROBE = {"maxThreads=1", "lockWaitTimeout=0s"};

    private static final String ROWS = "SELECT a.n FROM t a, t b, t c";

    private TestDatabase database = TestDatabase.file();

    /** Rows that somebody has asked for and forgotten, by whether they have ended; each must, once. */
    private static final class ForgottenRows extends BaseSubscriber<Long> {

        final AtomicInteger ends = new AtomicInteger();

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(1);
        }

        @Override
        protected void hookFinally(SignalType type) {
            this.ends.incrementAndGet();
        }

        @Override
        protected void hookOnError(Throwable theConnectionHasGone) {
            // Counted above.
        }
    }

    private final Set<ForgottenRows> forgotten = ConcurrentHashMap.newKeySet();

    private final ConcurrentLinkedQueue<Throwable> unexpected = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        this.database.close();
    }

    /** What a borrower does with its connection before it returns it. */
    private Publisher<?> use(Connection connection, int number) {
        Mono<Void> insert = Pools.run(connection, "INSERT INTO t VALUES (" + number + ")");
        Mono<Void> begin = Mono.from(connection.beginTransaction());
        return switch (number % 10) {
            case 0 -> begin.then(insert).then(Mono.from(connection.commitTransaction()));
            case 1 -> begin.then(insert).then(Pools.run(connection, "INSERT INTO t VALUES (0)"));
            case 2 -> begin.then(insert).then(Pools.run(connection, "INSERT OR ROLLBACK INTO t VALUES (0)"));
            case 3 ->
                Flux.from(connection.createStatement(ROWS).execute())
                        .concatMap(result -> result.map((row, metadata) -> {
                            throw new IllegalArgumentException("A mapper may fail");
                        }));
            case 4 ->
                Flux.from(connection.createStatement(ROWS).execute())
                        .flatMap(result -> result.map((row, metadata) -> row.get(0)))
                        .take(3);
            case 5 -> begin.then(Mono.from(connection.createStatement(ROWS).execute()));
            case 6 -> insert.then(Mono.fromRunnable(() -> forgetRows(connection)));
            case 7 ->
                begin.then(insert).then(Mono.fromRunnable(() -> {
                    forgetRows(connection);
                    forgetRows(connection);
                }));
            case 8 -> Pools.run(connection, "BEGIN", "SAVEPOINT s", "INSERT INTO t VALUES (" + number + ")");
            default ->
                Flux.from(connection
                                .createStatement("INSERT INTO t VALUES (?), (?) RETURNING n")
                                .bind(0, number)
                                .bind(1, -number)
                                .execute())
                        .flatMap(result -> result.map((row, metadata) -> row.get(0)))
                        .take(1);
        };
    }

    private void forgetRows(Connection connection) {
        // The connection may have been given back a moment ago, which is told here.
        Flux<Long> query = TestDatabase.rows(connection, ROWS, Long.class);
        ForgottenRows rows = new ForgottenRows();
        this.forgotten.add(rows);
        query.subscribe(rows);
    }

    /** One in three gives up: while it waits for a connection, while it uses it, or while it gives it back. */
    private Mono<Void> borrow(Pools.Pool pool, int number, Random random) {
        Mono<Void> use = Mono.usingWhen(
                        pool.pool().create(),
                        connection -> Flux.from(use(connection, number)).then(),
                        Connection::close)
                .onErrorResume(error -> {
                    if (!(error instanceof R2dbcException) && !(error instanceof IllegalArgumentException)) {
                        this.unexpected.add(error);
                    }
                    return Mono.empty();
                });
        return random.nextInt(3) == 0 ? use.timeout(Duration.ofMillis(random.nextInt(40)), Mono.empty()) : use;
    }

    @ParameterizedTest
    @EnumSource
    void borrowersThatFailGiveUpAndForgetLeaveNothingBehind(Kind kind) throws Exception {
        this.database.close();
        this.database = TestDatabase.of(kind);
        Set<Thread> threadsBefore = Leftovers.workers();
        TursoConnection writer = this.database.connect(PROBE);
        TestDatabase.execute(
                writer,
                "CREATE TABLE t (n INTEGER UNIQUE)",
                "INSERT INTO t SELECT -value FROM (" + numbers(10_001, 10_040) + ")",
                "INSERT INTO t VALUES (0)");
        TursoConnectionFactory factory =
                this.database.factory("maxThreads=4", "statementCacheSize=0", "lockWaitTimeout=20s", "synchronous=OFF");
        Pools.Pool pool = new Pools.Pool(new ConnectionPool(
                ConnectionPoolConfiguration.builder(factory).maxSize(SIZE).build()));
        // Whoever gives up while a connection that has just been opened is handed over makes r2dbc-pool 1.0.2 give it
        // back twice, the second time from under its next borrower.
        await(pool.pool().warmup());
        Random random = new Random(20261126);

        Flux.range(1, BORROWERS)
                .flatMap(i -> borrow(pool, i, random), BORROWERS)
                .then()
                .block(Duration.ofSeconds(20));
        OpenDatabase.until(() -> pool.acquired() == 0);

        assertThat(this.unexpected).isEmpty();
        assertThat(this.forgotten)
                .isNotEmpty()
                .allSatisfy(it -> assertThat(it.ends).hasValue(1));
        assertThat(pool.allocated()).isLessThanOrEqualTo(SIZE);
        assertThat(factory.metrics().openCursors()).isZero();
        OpenDatabase.until(() -> factory.metrics().lockHolders() == 0);
        assertThat(factory.metrics().queuedTasks()).isZero();
        verifyIdle(pool.pool());
        TestDatabase.execute(writer, "INSERT INTO t VALUES (1000000)");

        await(Mono.when(pool.pool().disposeLater(), writer.close()));
        assertThat(factory.metrics().openConnections()).isZero();
        Leftovers.assertNoOpenFiles(this.database.directory());
        await(Mono.when(factory.close(), this.database.factory(PROBE).close()));
        Leftovers.assertEnded(threadsBefore);
    }

    private static String numbers(int first, int last) {
        return "WITH RECURSIVE c (value) AS (SELECT " + first + " UNION ALL SELECT value + 1 FROM c WHERE value < "
                + last + ") SELECT value FROM c";
    }

    private static void verifyIdle(ConnectionPool pool) {
        List<Connection> borrowed = await(Flux.range(0, SIZE).concatMap(i -> pool.create()));
        assertThat(borrowed).allSatisfy(it -> {
            assertThat(it.isAutoCommit()).isTrue();
            assertThat(OpenStatements.count((TursoConnection) ((Wrapped<?>) it).unwrap()))
                    .isZero();
        });
        borrowed.forEach(it -> await(Mono.from(it.close())));
    }
}
