package turso.r2dbc.pool;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TestDatabase.Kind;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoTransactionDefinition;
import turso.r2dbc.pool.Pools.Pool;

/** C-55: the next borrower of a connection finds it as if it were new. The pool has one connection here. */
class ReturnedConnectionTest {

    static final long SLOW_COUNT = 300_000;

    /** Takes far longer than the millisecond that some tests allow it. */
    static final String SLOW = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < " + SLOW_COUNT
            + ") SELECT count(*) FROM c";

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
        withPool(test);
    }

    private void withPool(Consumer<Pool> test) {
        Pools.with(this.database.factory(), it -> it.maxSize(1), pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE t (n INTEGER)"));
            test.accept(pool);
        });
    }

    /** A way to have a transaction open when the connection is returned. */
    enum LeftOpen {
        BEGIN(Connection::beginTransaction),
        NO_AUTO_COMMIT(it -> it.setAutoCommit(false)),
        SAVEPOINT(it -> it.createSavepoint("s")),
        SQL_BEGIN(it -> Pools.run(it, "BEGIN")),
        SQL_BEGIN_IMMEDIATE(it -> Pools.run(it, "BEGIN IMMEDIATE")),
        SQL_SAVEPOINT(it -> Pools.run(it, "SAVEPOINT s")),
        READ_ONLY(it -> it.beginTransaction(definition(TransactionDefinition.READ_ONLY, true))),
        EXCLUSIVE(it -> it.beginTransaction(definition(TursoTransactionDefinition.MODE, TransactionMode.EXCLUSIVE)));

        private final Function<Connection, Publisher<Void>> begin;

        LeftOpen(Function<Connection, Publisher<Void>> begin) {
            this.begin = begin;
        }

        Mono<Void> begin(Connection connection) {
            return Mono.from(this.begin.apply(connection));
        }

        /** {@return something that makes the engine begin} */
        Mono<?> work(Connection connection) {
            return this == READ_ONLY
                    ? Pools.number(connection, "SELECT count(*) FROM t")
                    : Pools.run(connection, "INSERT INTO t VALUES (1)");
        }
    }

    static <T> TransactionDefinition definition(Option<T> option, T value) {
        Map<Option<?>, Object> values = Map.of(option, value);
        return new TransactionDefinition() {
            @Override
            @SuppressWarnings("unchecked")
            public <A> @Nullable A getAttribute(Option<A> asked) {
                return (A) values.get(asked);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void whatWasLeftOpenIsRolledBack(LeftOpen how) throws SQLException {
        withPool(pool -> {
            pool.use(it -> how.begin(it).then(how.work(it)).then());

            asNew(pool);
            this.database.executeByJdbc("INSERT INTO t VALUES (2)");
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatWasLeftOpenInMemoryIsRolledBack(LeftOpen how) {
        withPool(Kind.MEMORY, pool -> {
            pool.use(it -> how.begin(it).then(how.work(it)).then());

            asNew(pool);
        });
    }

    /** A pool that takes a connection back because its user cancels calls no preRelease. */
    @ParameterizedTest
    @EnumSource
    void whatACancelLeftOpenIsRolledBack(LeftOpen how) throws SQLException {
        withPool(pool -> {
            pool.cancelBehind(it -> how.begin(it).then(how.work(it)).then());

            asNew(pool);
            this.database.executeByJdbc("INSERT INTO t VALUES (2)");
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatACancelLeftAndHadNotBegunIsForgotten(LeftOpen how) {
        withPool(pool -> {
            pool.cancelBehind(how::begin);

            asNew(pool);
        });
    }

    @ParameterizedTest
    @EnumSource
    void whatHadNotBegunIsForgotten(LeftOpen how) {
        withPool(pool -> {
            pool.use(how::begin);

            asNew(pool);
        });
    }

    static void asNew(Pool pool) {
        pool.use(it -> {
            assertThat(it.isAutoCommit()).isTrue();
            return Pools.number(it, "SELECT count(*) FROM t")
                    .doOnNext(n -> assertThat(n).isZero())
                    .then(Pools.run(it, "INSERT INTO t VALUES (7)"))
                    .then(Mono.from(it.rollbackTransaction()))
                    .then(Pools.number(it, "SELECT count(*) FROM t"))
                    .doOnNext(n -> assertThat(n).as("auto-commit").isEqualTo(1));
        });
    }

    @Test
    void aStatementTimeoutIsNotInherited() {
        withPool(pool -> {
            pool.use(it -> Mono.from(it.setStatementTimeout(Duration.ofMillis(1))));

            Long count = pool.use(it -> Pools.number(it, SLOW));
            assertThat(count).isEqualTo(SLOW_COUNT);
        });
    }

    @Test
    void aLockWaitTimeoutIsNotInherited() throws SQLException {
        withPool(pool -> {
            pool.use(it -> Mono.from(it.setLockWaitTimeout(Duration.ZERO)));

            writeBehindALock(pool);
        });
    }

    @Test
    void aTransactionsLockWaitTimeoutIsNotInherited() {
        withPool(pool -> {
            pool.use(it -> it.beginTransaction(definition(TransactionDefinition.LOCK_WAIT_TIMEOUT, Duration.ZERO)));

            writeBehindALock(pool);
        });
    }

    private void writeBehindALock(Pool pool) {
        try (java.sql.Connection other = this.database.jdbc();
                java.sql.Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            Mono<Void> write = pool.borrow(it -> Pools.run(it, "INSERT INTO t VALUES (1)"));
            Mono<Void> unlock = Mono.delay(Duration.ofMillis(50))
                    .then(Mono.fromCallable(() -> {
                                statement.execute("COMMIT");
                                return true;
                            })
                            .subscribeOn(Schedulers.boundedElastic())
                            .then());

            TestDatabase.await(Mono.when(write, unlock));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anIsolationLevelIsNotInherited() {
        withPool(pool -> {
            IsolationLevel before = pool.use(it -> Mono.just(it.getTransactionIsolationLevel()));
            pool.use(it -> Mono.from(it.setTransactionIsolationLevel(IsolationLevel.READ_UNCOMMITTED)));

            IsolationLevel after = pool.use(it -> Mono.just(it.getTransactionIsolationLevel()));
            assertThat(after).isEqualTo(before);
        });
    }

    @Test
    void aCursorLeftOpenIsClosed() {
        withPool(pool -> {
            pool.use(it -> Mono.<Void>create(sink -> TestDatabase.rows(
                            it,
                            "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c",
                            Long.class)
                    .subscribe(new BaseSubscriber<Long>() {
                        @Override
                        protected void hookOnSubscribe(Subscription subscription) {
                            subscription.request(1);
                        }

                        @Override
                        protected void hookOnNext(Long value) {
                            sink.success();
                        }

                        @Override
                        protected void hookOnError(Throwable error) {
                            // The cursor's end.
                        }
                    })));

            pool.use(it -> Pools.run(it, "DROP TABLE t", "CREATE TABLE t (n INTEGER)"));
        });
    }

    @Test
    void aFailedTransactionIsNotInherited() {
        withPool(pool -> {
            pool.use(it -> Mono.from(it.beginTransaction())
                    .then(Pools.run(it, "INSERT INTO t VALUES (1)", "INSERT OR ROLLBACK INTO missing VALUES (1)"))
                    .onErrorComplete());

            asNew(pool);
        });
    }

    @Test
    void aTransactionLostToTheEngineIsNotInherited() {
        withPool(pool -> {
            pool.use(it -> Pools.run(it, "CREATE TABLE u (n INTEGER UNIQUE)", "INSERT INTO u VALUES (1)"));
            pool.use(it -> Mono.from(it.beginTransaction())
                    .then(Pools.run(it, "INSERT INTO t VALUES (1)", "INSERT OR ROLLBACK INTO u VALUES (1)"))
                    .onErrorComplete());

            asNew(pool);
        });
    }
}
