package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.TestDatabase.await;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/**
 * Transactions that are cancelled at random moments, as WebFlux cancels them when a client goes away. Afterwards nobody
 * holds a lock. The system properties {@code cancel.seeds} and {@code cancel.seed} make it longer, and other.
 */
@ParameterizedClass(name = "seed {0}")
@MethodSource("seeds")
class CancelledTransactionTest {

    private static final int TRANSACTIONS = 400;

    private static final int CONNECTIONS = 40;

    private static final int POOL_SIZE = 10;

    private static final int ROWS = 2;

    private static final int BUSY = 5;

    @Parameter
    long seed;

    private final TestDatabase database = TestDatabase.file();

    private java.sql.Connection jdbc;

    static LongStream seeds() {
        long first = Long.getLong("cancel.seed", 20261126L);
        return LongStream.range(first, first + Integer.getInteger("cancel.seeds", 1));
    }

    @BeforeEach
    void createTable() {
        this.database.execute("CREATE TABLE t (number INTEGER, row INTEGER)");
        this.jdbc = this.database.jdbc();
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    /** Spring's way with a connection of its own for each transaction. */
    @Test
    void connectionsThatAreClosedThen() {
        cancelAtRandomMoments(i -> Mono.usingWhen(
                this.database.factory().create(), connection -> transaction(connection, i), Connection::close));

        // What was cancelled is rolled back, and closed, by and by.
        OpenDatabase.until(this::isNobodyInATransaction);
        verify();
    }

    /** Spring's way with a connection whose begin was cancelled: it is not closed. */
    @Test
    void connectionsThatAreDropped() {
        List<TursoConnection> dropped = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            // Held here, so that the garbage collector does not help.
            dropped.add(this.database.connect());
        }

        cancelAtRandomMoments(i -> transaction(dropped.get(i % CONNECTIONS), i));

        OpenDatabase.until(this::isNobodyInATransaction);
        verify();
        assertThat(dropped).hasSize(CONNECTIONS);
    }

    @Test
    void connectionsOfAPool() {
        ConnectionPool pool = new ConnectionPool(ConnectionPoolConfiguration.builder(this.database.factory())
                .maxSize(POOL_SIZE)
                .build());
        try {
            cancelAtRandomMoments(
                    i -> Mono.usingWhen(pool.create(), connection -> transaction(connection, i), Connection::close));

            OpenDatabase.until(() -> pool.getMetrics().orElseThrow().acquiredSize() == 0);
            OpenDatabase.until(this::isNobodyInATransaction);
            verify();
            // What a begin that was cancelled has left behind is gone when the next borrower comes.
            List<Connection> borrowed = await(Flux.range(0, POOL_SIZE).concatMap(i -> pool.create()));
            assertThat(borrowed).allMatch(Connection::isAutoCommit);
            borrowed.forEach(it -> await(Mono.from(it.close())));
        } finally {
            await(pool.disposeLater());
        }
    }

    private static Mono<Void> transaction(Connection connection, int number) {
        return Mono.usingWhen(
                Mono.from(connection.beginTransaction()).thenReturn(connection),
                begun -> Flux.range(0, ROWS)
                        .concatMap(row -> begun.createStatement("INSERT INTO t VALUES (?, ?)")
                                .bind(0, number)
                                .bind(1, row)
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .then(),
                Connection::commitTransaction,
                (begun, error) -> begun.rollbackTransaction(),
                Connection::rollbackTransaction);
    }

    /** Most moments lie within the time that a transaction takes, some after it. */
    private void cancelAtRandomMoments(IntFunction<Mono<Void>> transactions) {
        long start = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            await(transactions.apply(i));
        }
        long longest = (System.nanoTime() - start) / CONNECTIONS * 5 / 4;
        Random random = new Random(this.seed);
        for (int i = CONNECTIONS; i < CONNECTIONS + TRANSACTIONS; i++) {
            Mono<Void> transaction = transactions.apply(i);
            long moment = random.nextLong(longest);
            await(Mono.<Void>create(sink -> {
                Disposable running = transaction.subscribe();
                Schedulers.parallel()
                        .schedule(
                                () -> {
                                    running.dispose();
                                    sink.success();
                                },
                                moment,
                                TimeUnit.NANOSECONDS);
            }));
        }
    }

    /** This kind of checkpoint needs everybody to be outside a transaction, reading ones included, and does not wait. */
    private boolean isNobodyInATransaction() {
        try (Statement statement = this.jdbc.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 0");
            try (ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                return result.next() && result.getInt("busy") == 0;
            }
        } catch (SQLException e) {
            if (e.getErrorCode() == BUSY) {
                // Somebody is closing.
                return false;
            }
            throw new IllegalStateException(e);
        }
    }

    private void verify() {
        TursoConnection other = this.database.connect("lockWaitTimeout=1s");
        TestDatabase.execute(other, "INSERT INTO t VALUES (-1, 0), (-1, 1)");
        assertThat(TestDatabase.query(
                        other, "SELECT number FROM t GROUP BY number HAVING count(*) <> " + ROWS, Long.class))
                .as("transactions of which only a part is there")
                .isEmpty();
        assertThat(this.database.count("t")).isGreaterThan(ROWS * CONNECTIONS);
    }
}
