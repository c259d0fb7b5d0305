package turso.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static turso.r2dbc.TestDatabase.await;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/**
 * What users of other drivers reported about waiting, cancelling, closing and pools. Tests of the rest:
 *
 * <ul>
 *   <li>r2dbc-pool#143, #144, #198, oracle-r2dbc#85, #88: {@link LeakTest};
 *   <li>jOOQ#17094, a connection that comes after the cancellation: {@code opening.CancelledOpeningTest};
 *   <li>r2dbc-postgresql#536, #222, #401, #395, hanging and overflowing demand: {@code contract.DemandContractTest};
 *   <li>oracle-r2dbc#176, whether {@code take} stops the query: {@code contract.DemandContractTest};
 *   <li>"Request queue limit reached", mariadb#85, r2dbc-postgresql#360: {@code errors.ResourceErrorTest};
 *   <li>r2dbc-pool#212, spring-framework#31268, what a transaction leaves to the next: {@link ReturnedConnectionTest};
 *   <li>spring-framework#32115, a connection nobody closes: {@code concurrency.DroppedConnectionTest}.
 * </ul>
 */
class ReportedRacesTest {

    private static final String ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

    private final TestDatabase database = TestDatabase.file();

    @BeforeEach
    void createTables() {
        this.database.execute(
                "CREATE TABLE t (n INTEGER PRIMARY KEY)",
                "CREATE TABLE child (n INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)");
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    /** {@return a write that runs until it is stopped, and is running or about to} */
    private static Disposable endlessWrite(TursoConnection connection, TursoConnectionFactory factory) {
        Disposable running = OpenDatabase.drained(
                        connection, "INSERT INTO t " + ENDLESS + " SELECT -x FROM c WHERE x < 0")
                .onErrorComplete()
                .subscribe();
        OpenDatabase.until(() -> factory.metrics().lockHolders() == 1);
        return running;
    }

    /**
     * spring-framework#25091, spring-data-r2dbc#747: the rollback after a cancellation comes while the statement runs. It
     * waits for the statement's end, which the cancellation brings about.
     */
    @Test
    void rollbackRightAfterCancelWaitsForTheStatement() {
        TursoConnection connection = this.database.connect();
        for (int i = 0; i < 20; i++) {
            await(connection.beginTransaction());
            TestDatabase.execute(connection, "INSERT INTO t VALUES (1)");
            Disposable running = endlessWrite(connection, this.database.factory());

            running.dispose();
            await(connection.rollbackTransaction());

            assertThat(connection.isAutoCommit()).isTrue();
            assertThat(this.database.count("t")).isZero();
        }
    }

    /**
     * r2dbc-mysql#73, r2dbc-postgresql#251: after a cancellation the next command met a busy connection, and the query
     * ran on.
     */
    @Test
    void nextStatementAfterCancelIsServed() {
        TursoConnection connection = this.database.connect();
        for (int i = 0; i < 20; i++) {
            Disposable running = endlessWrite(connection, this.database.factory());

            running.dispose();

            assertThat(TestDatabase.query(connection, "SELECT " + i, Integer.class))
                    .containsExactly(i);
        }
    }

    /** r2dbc-pool#190, reactor-netty#2781: all connections of a pool ended on one thread. */
    @Test
    @Timeout(20)
    void busyConnectionOfAPoolHoldsUpNoOther() {
        Pools.with(this.database.factory(), it -> it.maxSize(2), pool -> {
            List<Connection> both =
                    await(Flux.range(0, 2).concatMap(i -> pool.pool().create()));
            Disposable busy = TestDatabase.rows(both.get(0), ENDLESS + " SELECT count(*) FROM c", Long.class)
                    .onErrorComplete()
                    .subscribe();

            for (int i = 0; i < 10; i++) {
                assertThat(TestDatabase.query(both.get(1), "SELECT count(*) FROM t", Long.class))
                        .containsExactly(0L);
            }

            busy.dispose();
            both.forEach(it -> await(Mono.from(it.close())));
        });
    }

    /** r2dbc-pool#228, r2dbc-postgresql#274: a commit that failed left its transaction open in the pool. */
    @Test
    void failedCommitIsNotInherited() {
        Pools.with(this.database.factory(), it -> it.maxSize(1), pool -> {
            assertThatThrownBy(() -> pool.use(it -> Mono.from(it.beginTransaction())
                            .then(Pools.run(it, "INSERT INTO child VALUES (7)"))
                            .then(Mono.from(it.commitTransaction()))))
                    .isInstanceOf(R2dbcDataIntegrityViolationException.class);

            pool.use(it -> {
                assertThat(it.isAutoCommit()).isTrue();
                return Pools.number(it, "SELECT count(*) FROM child")
                        .doOnNext(n -> assertThat(n).isZero());
            });
            TestDatabase.execute(this.database.connect("lockWaitTimeout=0s"), "INSERT INTO t VALUES (1)");
        });
    }
}
