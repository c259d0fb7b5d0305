package turso.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.proxy.core.QueryExecutionInfo;
import io.r2dbc.proxy.core.QueryInfo;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TestDatabase.Kind;

/** The driver watched by r2dbc-proxy, and a pool above or below that. */
class ObservationTest {

    private static final int BORROWERS = 200;

    private final List<QueryExecutionInfo> queries = new CopyOnWriteArrayList<>();

    private final AtomicInteger results = new AtomicInteger();

    private TestDatabase database = TestDatabase.file();

    @AfterEach
    void close() {
        this.database.close();
    }

    private ConnectionFactory observed(ConnectionFactory factory) {
        return ProxyConnectionFactory.builder(factory)
                .onAfterQuery(this.queries::add)
                .onEachQueryResult(it -> this.results.incrementAndGet())
                .build();
    }

    private static <T> T use(ConnectionFactory factory, Function<Connection, Publisher<T>> action) {
        return TestDatabase.await(
                Mono.usingWhen(factory.create(), it -> Mono.from(action.apply(it)), Connection::close));
    }

    @ParameterizedTest
    @EnumSource
    void aListenerSeesEveryQueryOnce(Kind kind) {
        this.database.close();
        this.database = TestDatabase.of(kind);

        use(
                observed(this.database.factory()),
                it -> Pools.run(it, "CREATE TABLE t (n)", "INSERT INTO t VALUES (1), (2)")
                        .then(Mono.from(it.createStatement("SELECT n FROM t WHERE n > ?")
                                        .bind(0, 1)
                                        .execute())
                                .flatMap(result -> Mono.from(result.map(row -> row.get(0)))))
                        .then());

        assertThat(this.queries)
                .flatExtracting(QueryExecutionInfo::getQueries)
                .extracting(QueryInfo::getQuery)
                .containsExactly("CREATE TABLE t (n)", "INSERT INTO t VALUES (1), (2)", "SELECT n FROM t WHERE n > ?");
        assertThat(this.queries).allMatch(QueryExecutionInfo::isSuccess);
        assertThat(this.queries).extracting(QueryExecutionInfo::getThreadName).allMatch(it -> it.startsWith("turso-"));
        assertThat(this.results).hasPositiveValue();
    }

    @Test
    void aListenerSeesBatchesAndBindings() {
        use(
                observed(this.database.factory()),
                it -> Pools.run(it, "CREATE TABLE t (n)")
                        .thenMany(it.createBatch()
                                .add("INSERT INTO t VALUES (1)")
                                .add("INSERT INTO t VALUES (2)")
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .thenMany(Flux.from(it.createStatement("INSERT INTO t VALUES (:n)")
                                .bind("n", 3)
                                .add()
                                .bind("n", 4)
                                .execute()))
                        .concatMap(Result::getRowsUpdated)
                        .then());

        assertThat(this.queries).extracting(QueryExecutionInfo::getBatchSize).containsExactly(0, 2, 0);
        assertThat(this.queries).extracting(QueryExecutionInfo::getBindingsSize).containsExactly(0, 0, 2);
        assertThat(this.queries).allMatch(QueryExecutionInfo::isSuccess);
    }

    @Test
    void aListenerSeesAFailureOfAWrite() {
        assertThatThrownBy(() ->
                        use(observed(this.database.factory()), it -> Pools.run(it, "INSERT INTO missing VALUES (1)")))
                .isInstanceOf(R2dbcBadGrammarException.class);

        failed();
    }

    /**
     * A SELECT runs when its rows are asked for; the failure comes then, and is seen as well. (r2dbc-proxy takes it for a
     * success if the subscriber of execute() is still there and cancels because of the failure.)
     */
    @Test
    void aListenerSeesAFailureOfAQuery() {
        assertThatThrownBy(() -> use(
                        observed(this.database.factory()),
                        it -> Mono.from(it.createStatement("SELECT * FROM missing")
                                        .execute())
                                .flatMap(result -> Mono.from(result.map(row -> row.get(0))))))
                .isInstanceOf(R2dbcBadGrammarException.class);

        failed();
    }

    private void failed() {
        assertThat(this.queries).singleElement().satisfies(it -> {
            assertThat(it.isSuccess()).isFalse();
            assertThat(it.getThrowable()).isInstanceOf(R2dbcBadGrammarException.class);
        });
    }

    @ParameterizedTest
    @EnumSource
    void aPoolAboveTheProxyServesManyBorrowers(Kind kind) {
        this.database.close();
        this.database = TestDatabase.of(kind);

        Pools.with(observed(this.database.factory("lockWaitTimeout=20s")), it -> it.maxSize(10), pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE t (n)"));
            TestDatabase.await(Flux.range(0, BORROWERS)
                    .flatMap(i -> pool.borrow(it -> insert(it, i)), BORROWERS)
                    .then());

            Long count = pool.use(it -> Pools.number(it, "SELECT count(*) FROM t"));
            assertThat(count).isEqualTo(BORROWERS);
            assertThat(pool.acquired()).isZero();
        });
        assertThat(this.queries).hasSize(BORROWERS + 2);
    }

    private static Mono<Void> insert(Connection connection, int value) {
        return Mono.from(connection.beginTransaction())
                .then(Pools.run(connection, "INSERT INTO t VALUES (" + value + ")"))
                .then(Mono.from(connection.commitTransaction()));
    }

    /** r2dbc-proxy hides {@link Lifecycle}; then the pool rolls back what it has seen begin, and restores nothing else. */
    @Test
    void aPoolAboveTheProxyRollsBackWhatItHasSeenBegin() {
        Pools.with(observed(this.database.factory()), it -> it.maxSize(1), pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE t (n)"));
            pool.use(it -> Mono.from(it.beginTransaction()).then(Pools.run(it, "INSERT INTO t VALUES (1)")));

            pool.use(it -> {
                assertThat(((Wrapped<?>) it).unwrap()).isNotInstanceOf(Lifecycle.class);
                assertThat(it.isAutoCommit()).isTrue();
                return Pools.number(it, "SELECT count(*) FROM t")
                        .doOnNext(n -> assertThat(n).isZero());
            });
            this.database.executeByJdbc("INSERT INTO t VALUES (2)");
        });
    }

    /** What a transaction changes is undone with it, whoever ends it. */
    @Test
    void aPoolAboveTheProxyForgetsATransactionsAttributes() {
        Pools.with(observed(this.database.factory()), it -> it.maxSize(1), pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE t (n)"));
            pool.use(it -> Mono.from(it.beginTransaction(
                            ReturnedConnectionTest.definition(TransactionDefinition.READ_ONLY, true)))
                    .then(Pools.number(it, "SELECT count(*) FROM t"))
                    .then());

            pool.use(it -> Pools.run(it, "INSERT INTO t VALUES (1)"));
        });
    }

    @Test
    void aPoolAboveTheProxyNeedsToBeToldToRestoreTheRest() {
        Pools.with(observed(this.database.factory()), it -> it.maxSize(1), pool -> {
            pool.use(it -> Mono.from(it.setStatementTimeout(Duration.ofMillis(1))));

            assertThatThrownBy(() -> pool.use(it -> Pools.number(it, ReturnedConnectionTest.SLOW)))
                    .isInstanceOf(R2dbcTimeoutException.class);
        });
    }

    /** The pool takes the connection back without a word then; what it asks of it before it hands it on tells. */
    @ParameterizedTest
    @EnumSource(names = {"BEGIN", "NO_AUTO_COMMIT", "SAVEPOINT", "READ_ONLY", "EXCLUSIVE"})
    void aPoolAboveTheProxyHandsOnNoTransactionWhoseUserHasCancelled(ReturnedConnectionTest.LeftOpen how) {
        Pools.with(observed(this.database.factory()), it -> it.maxSize(1), pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE t (n)"));
            pool.cancelBehind(how::begin);

            ReturnedConnectionTest.asNew(pool);
        });
    }

    /** The pool's own hook does what Lifecycle would have done. */
    @ParameterizedTest
    @EnumSource
    void aPoolAboveTheProxyThatIsToldRestoresEverything(ReturnedConnectionTest.LeftOpen how) {
        Pools.with(
                observed(this.database.factory()),
                it -> it.maxSize(1).preRelease(ObservationTest::preRelease),
                pool -> {
                    pool.use(it -> Pools.run(it, "CREATE TABLE t (n)"));
                    pool.use(it -> how.begin(it)
                            .then(how.work(it))
                            .then(Mono.from(it.setStatementTimeout(Duration.ofMillis(1)))));

                    ReturnedConnectionTest.asNew(pool);
                    Long count = pool.use(it -> Pools.number(it, ReturnedConnectionTest.SLOW));
                    assertThat(count).isEqualTo(ReturnedConnectionTest.SLOW_COUNT);
                });
    }

    private static Publisher<Void> preRelease(Connection connection) {
        return ((Lifecycle) ((Wrapped<?>) connection).unwrap()).preRelease();
    }

    @ParameterizedTest
    @EnumSource
    void aProxyAboveThePoolLeavesItEverything(ReturnedConnectionTest.LeftOpen how) {
        Pools.with(this.database.factory(), it -> it.maxSize(1), pool -> {
            ConnectionFactory observed = observed(pool.pool());
            use(observed, it -> Pools.run(it, "CREATE TABLE t (n)"));
            use(observed, it -> how.begin(it).then(how.work(it)).then());

            ReturnedConnectionTest.asNew(pool);
        });
    }
}
