package turso.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Closeable;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TestDatabase.Kind;
import turso.r2dbc.opening.Leftovers;
import turso.r2dbc.pool.Pools.Pool;

/** Many borrowers, few connections. */
class PoolTest {

    private static final int SIZE = 10;

    private static final int BORROWERS = 200;

    private TestDatabase database = TestDatabase.file();

    @AfterEach
    void close() {
        this.database.close();
    }

    private void withPool(Kind kind, Consumer<Pool> test) {
        if (kind != this.database.kind()) {
            this.database.close();
            this.database = TestDatabase.of(kind);
        }
        ConnectionFactory factory = this.database.factory("lockWaitTimeout=20s");
        Pools.with(factory, it -> it.maxSize(SIZE), test);
    }

    @ParameterizedTest
    @EnumSource
    void twoHundredBorrowersLoseNoUpdate(Kind kind) {
        withPool(kind, pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)"));

            TestDatabase.await(Flux.range(0, BORROWERS)
                    .flatMap(i -> pool.borrow(PoolTest::increment), BORROWERS)
                    .then());

            Long count = pool.use(it -> Pools.number(it, "SELECT n FROM counter"));
            assertThat(count).isEqualTo(BORROWERS);
            assertThat(pool.acquired()).isZero();
            assertThat(pool.allocated()).isEqualTo(SIZE);
        });
    }

    private static Mono<Void> increment(Connection connection) {
        return Mono.from(connection.beginTransaction())
                .then(Pools.number(connection, "SELECT n FROM counter"))
                .flatMap(n -> Pools.run(connection, "UPDATE counter SET n = " + (n + 1)))
                .then(Mono.from(connection.commitTransaction()));
    }

    @ParameterizedTest
    @EnumSource
    void twoHundredReadersSeeEachOther(Kind kind) {
        withPool(kind, pool -> {
            Set<Long> seen = ConcurrentHashMap.newKeySet();
            pool.use(it -> Pools.run(it, "CREATE TABLE t (n INTEGER)"));

            TestDatabase.await(Flux.range(0, BORROWERS)
                    .flatMap(
                            i -> pool.borrow(it -> Pools.run(it, "INSERT INTO t VALUES (" + i + ")")
                                    .then(Pools.number(it, "SELECT count(*) FROM t"))
                                    .doOnNext(seen::add)),
                            BORROWERS)
                    .then());

            assertThat(seen).contains((long) BORROWERS).allMatch(it -> it >= 1 && it <= BORROWERS);
            assertThat(pool.acquired()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void borrowersThatGiveUpLeaveNothingBehind(Kind kind) {
        withPool(kind, pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE counter (n INTEGER)", "INSERT INTO counter VALUES (0)"));

            long acknowledged = TestDatabase.await(Flux.range(0, BORROWERS)
                    .flatMap(
                            i -> pool.borrow(PoolTest::increment)
                                    .thenReturn(1L)
                                    // Some give up while they wait, some in the middle of their transaction.
                                    .timeout(Duration.ofMillis(1 + i / 4), Mono.just(0L)),
                            BORROWERS)
                    .reduce(0L, Long::sum));

            // A borrower that gave up has not waited for its connection's return.
            TestDatabase.await(until(() -> pool.acquired() == 0));
            TestDatabase.await(Flux.range(0, SIZE)
                    .flatMap(i -> pool.borrow(PoolTest::increment), SIZE)
                    .then());

            Long count = pool.use(it -> Pools.number(it, "SELECT n FROM counter"));
            assertThat(count).isBetween(acknowledged + SIZE, (long) BORROWERS + SIZE);
        });
    }

    /** {@return what completes when the condition holds} */
    private static Mono<Void> until(BooleanSupplier condition) {
        return Mono.fromSupplier(condition::getAsBoolean)
                .filter(it -> it)
                .repeatWhenEmpty(it -> it.delayElements(Duration.ofMillis(1)))
                .then();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?maxSize=10&initialSize=2&validationQuery=SELECT%201"})
    void aPoolIsMadeFromItsUrl(String options) {
        String url = this.database.url().replace("r2dbc:turso:", "r2dbc:pool:turso:") + options;
        ConnectionPool pool = (ConnectionPool) ConnectionFactories.get(url);

        try {
            assertThat(pool.getMetadata().getName()).isEqualTo("Turso");
            assertThat(url).startsWith("r2dbc:pool:turso:file:///");
            Long count = new Pool(pool)
                    .use(it -> Pools.run(it, "CREATE TABLE t (n)", "INSERT INTO t VALUES (1)")
                            .then(Pools.number(it, "SELECT count(*) FROM t")));
            assertThat(count).isEqualTo(1);
            assertThat(this.database.path()).exists();
        } finally {
            closeWithDriver(pool);
        }
    }

    @Test
    void aPoolOfANamedMemoryDatabaseIsMadeFromItsUrl() {
        ConnectionPool pool = (ConnectionPool) ConnectionFactories.get(
                "r2dbc:pool:turso:mem:///pool-" + this.database.directory().getFileName());

        try {
            oneDatabaseForAll(new Pool(pool));
        } finally {
            closeWithDriver(pool);
        }
    }

    /** C-59. */
    @Test
    void connectionsOfAPrivateMemoryDatabaseShareIt() {
        ConnectionPool pool = (ConnectionPool) ConnectionFactories.get("r2dbc:pool:turso:mem:///");

        try {
            oneDatabaseForAll(new Pool(pool));
        } finally {
            closeWithDriver(pool);
        }
    }

    private static void oneDatabaseForAll(Pool pool) {
        pool.use(first -> Pools.run(first, "CREATE TABLE t (n)", "INSERT INTO t VALUES (1)")
                .then(pool.borrow(second -> Pools.number(second, "SELECT n FROM t")))
                .doOnNext(it -> assertThat(it).isEqualTo(1)));
        assertThat(pool.allocated()).isGreaterThan(1);
    }

    private static void closeWithDriver(ConnectionPool pool) {
        TestDatabase.await(pool.disposeLater());
        TestDatabase.await(Mono.from(((Closeable) pool.unwrap()).close()));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "Looks into /proc")
    void aClosedPoolHasLetGoOfTheFile() {
        withPool(Kind.FILE, pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE t (n)"));
            TestDatabase.await(Flux.range(0, SIZE)
                    .flatMap(i -> pool.borrow(it -> Pools.number(it, "SELECT count(*) FROM t")), SIZE)
                    .then());
            assertThat(openFiles()).isNotEmpty();
        });

        assertThat(openFiles()).isEmpty();
    }

    private List<String> openFiles() {
        return Leftovers.openFiles(this.database.directory());
    }
}
