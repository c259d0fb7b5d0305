package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Transactions that are cancelled at any moment, also while they begin. Spring and pools leave connections behind then
 * (spring-framework#32115): nothing of them may hold a lock or a snapshot, and none may be handed on in a transaction.
 */
class CancelledTransactionsTest {

    private static final int TRANSACTIONS = 400;

    private static final int IN_PARALLEL = 8;

    private static final int LONGEST_MICROSECONDS = 3_000;

    private static final int POOL = 4;

    private static final Duration LONGEST_ACQUIRE = Duration.ofSeconds(5);

    private static final Duration LONGEST_CHECKPOINT = Duration.ofSeconds(20);

    private final Random random = new Random(42);

    private final Path file = SpringTest.temporaryDirectory().resolve("cancelled.db");

    private final ConnectionFactory plain =
            ConnectionFactories.get(SpringTest.url(this.file, "?synchronous=NORMAL&lockWaitTimeout=20s"));

    @Test
    void withoutPool() throws SQLException {
        cancelMany(this.plain);
        assertNothingIsLeft();
    }

    @Test
    void withPool() throws SQLException {
        assertPoolIsClean(pool(this.plain));
    }

    /** A proxy hides from the pool what the driver would do when a connection is returned. */
    @Test
    void withPoolAndProxy() throws SQLException {
        assertPoolIsClean(pool(ProxyConnectionFactory.builder(this.plain).build()));
    }

    private static ConnectionPool pool(ConnectionFactory factory) {
        return new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
                .initialSize(POOL)
                .maxSize(POOL)
                .maxAcquireTime(LONGEST_ACQUIRE)
                // Behind a proxy, validation is what keeps it from handing out a begun transaction.
                .acquireRetry(POOL)
                .build());
    }

    private void assertPoolIsClean(ConnectionPool pool) throws SQLException {
        try {
            cancelMany(pool);
            assertNothingIsLeft();
            // Spring returns no connection whose begin was cancelled between its end and its transaction's start.
            List<Connection> all = SpringTest.await(Flux.range(0, POOL)
                    .flatMap(i -> pool.create().onErrorResume(R2dbcTimeoutException.class, lost -> Mono.empty())));
            assertThat(all).isNotEmpty().allMatch(Connection::isAutoCommit);
            SpringTest.await(Flux.fromIterable(all).flatMap(Connection::close));
        } finally {
            pool.dispose();
        }
    }

    private void cancelMany(ConnectionFactory factory) {
        DatabaseClient client = DatabaseClient.create(factory);
        SpringTest.await(client.sql("CREATE TABLE t (a)").then());
        TransactionalOperator operator = TransactionalOperator.create(new R2dbcTransactionManager(factory));
        Mono<Long> insert = client.sql("INSERT INTO t VALUES (1)").fetch().rowsUpdated();

        SpringTest.await(Flux.range(0, TRANSACTIONS)
                .flatMap(
                        i -> operator.transactional(insert.then(insert))
                                .takeUntilOther(Mono.delay(
                                        Duration.ofNanos(1_000L * this.random.nextInt(LONGEST_MICROSECONDS)))),
                        IN_PARALLEL)
                .then());

        // Whoever comes next gets the lock, and sees whole transactions only.
        SpringTest.await(operator.transactional(insert.then(insert)));
        assertThat(SpringTest.await(client.sql("SELECT count(*) % 2 FROM t")
                        .mapValue(Long.class)
                        .one()))
                .isZero();
    }

    /** As another process sees it: the write lock is free, and no snapshot keeps the log from being emptied. */
    private void assertNothingIsLeft() throws SQLException {
        try (java.sql.Connection foreign = DriverManager.getConnection("jdbc:sqlite:" + this.file);
                java.sql.Statement statement = foreign.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 20000");
            statement.execute("BEGIN IMMEDIATE");
            statement.execute("ROLLBACK");
            long start = System.nanoTime();
            boolean busy;
            do {
                busy = isCheckpointBusy(statement);
            } while (busy && System.nanoTime() - start < LONGEST_CHECKPOINT.toNanos());
            assertThat(busy).isFalse();
        }
    }

    /** Waits for readers as long as the timeout says; but not for another checkpoint, such as that of a connection that closes. */
    private static boolean isCheckpointBusy(java.sql.Statement statement) throws SQLException {
        try (ResultSet checkpoint = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return !checkpoint.next() || checkpoint.getInt("busy") != 0;
        }
    }
}
