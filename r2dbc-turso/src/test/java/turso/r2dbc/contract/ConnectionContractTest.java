package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Lifecycle;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/** C-9 to C-18: connections and their settings. */
class ConnectionContractTest extends ContractTest {

    private String freshFile() {
        return "r2dbc:turso:file://" + freshPath().toUri().getRawPath();
    }

    private Path freshPath() {
        return this.database.directory().resolve("fresh.db");
    }

    @Test
    void c9NothingIsOpenedBeforeRequest() throws Exception {
        Publisher<? extends Connection> create =
                ConnectionFactories.get(freshFile()).create();
        CountDownLatch opened = new CountDownLatch(1);
        List<Connection> connections = new ArrayList<>();
        BaseSubscriber<Connection> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // requests nothing yet
            }

            @Override
            protected void hookOnNext(Connection value) {
                connections.add(value);
            }

            @Override
            protected void hookOnComplete() {
                opened.countDown();
            }
        };
        create.subscribe(subscriber);
        assertThat(freshPath()).doesNotExist();

        subscriber.request(1);
        assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(connections).hasSize(1);
        assertThat(freshPath()).exists();
        await(Mono.from(connections.get(0).close()));
    }

    @Test
    void c9EachSubscriptionOpensAnotherConnection() {
        Mono<TursoConnection> create = this.database.factory().create();
        TursoConnection one = await(create);
        TursoConnection two = await(create);
        assertThat(one).isNotSameAs(two);
        await(one.beginTransaction());
        assertThat(one.isAutoCommit()).isFalse();
        assertThat(two.isAutoCommit()).isTrue();
        await(one.close());
        await(two.close());
    }

    @Test
    void c9FailureToOpenIsSignalledOnceAndNamesThePath() {
        Path missing = this.database.directory().resolve("no-such-directory").resolve("a.db");
        ConnectionFactory factory =
                ConnectionFactories.get("r2dbc:turso:file://" + missing.toUri().getRawPath());
        StepVerifier.create(factory.create())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcNonTransientResourceException.class)
                        .hasMessageContaining("no-such-directory"));
    }

    @Test
    void c9AnyFileIsNotADatabase() throws Exception {
        Path text = this.database.directory().resolve("text.db");
        Files.writeString(text, "This is no database, but it is long enough to be taken for one. ".repeat(20));
        ConnectionFactory factory =
                ConnectionFactories.get("r2dbc:turso:file://" + text.toUri().getRawPath());
        StepVerifier.create(factory.create())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcNonTransientResourceException.class)
                        .hasMessageContaining("text.db"));
    }

    @Test
    void c10CancelledCreationReleasesTheConnection() {
        ConnectionFactory factory = ConnectionFactories.get(freshFile());
        for (int i = 0; i < 50; i++) {
            BaseSubscriber<Connection> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(Connection beforeTheCancel) {
                    Mono.from(beforeTheCancel.close()).subscribe();
                }
            };
            factory.create().subscribe(subscriber);
            if (i % 2 == 0) {
                Thread.yield();
            }
            subscriber.cancel();
        }
        OpenDatabase.until(() -> openFreshFiles().isEmpty());
    }

    @Test
    void c10TimeoutOfCreationReleasesTheConnection() {
        ConnectionFactory factory = ConnectionFactories.get(freshFile());
        // timeout() drops a connection that is on its way at that very moment: it has been handed over by then.
        Queue<Connection> handedOver = new ConcurrentLinkedQueue<>();
        Flux.range(0, 20)
                .flatMap(i -> Mono.<Connection>from(factory.create())
                        .doOnNext(handedOver::add)
                        .timeout(Duration.ofNanos(i * 100_000L))
                        .onErrorComplete())
                .blockLast(TestDatabase.LIMIT);
        OpenDatabase.until(() -> {
            Connection connection;
            while ((connection = handedOver.poll()) != null) {
                await(Mono.from(connection.close()));
            }
            return openFreshFiles().isEmpty();
        });
    }

    /** {@return the fresh file and what is beside it, where this system tells} */
    private List<String> openFreshFiles() {
        return Leftovers.canBeCounted()
                ? Leftovers.openFiles(this.database.directory()).stream()
                        .filter(it -> it.contains("/fresh.db"))
                        .toList()
                : List.of();
    }

    @Test
    void c11ConcurrentUseFromManyThreadsRunsEveryStatementOnce() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        int threads = 8;
        int each = 40;
        Flux<Long> inserts = Flux.range(0, threads)
                .flatMap(thread -> Flux.range(0, each)
                        .concatMap(i -> one(this.connection
                                        .createStatement("INSERT INTO t VALUES (?)")
                                        .bind(0, thread * each + i))
                                .flatMap(it -> Mono.from(it.getRowsUpdated())))
                        .subscribeOn(Schedulers.boundedElastic()));
        assertThat(await(inserts)).hasSize(threads * each).containsOnly(1L);
        assertThat(integers("SELECT id FROM t ORDER BY id"))
                .isEqualTo(IntStream.range(0, threads * each).boxed().toList());
    }

    @Test
    void c11StatementsRunInTheOrderOfSubscription() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT, n INTEGER)");
        Mono<?>[] inserts = IntStream.range(0, 100)
                .mapToObj(i -> one(this.connection
                                .createStatement("INSERT INTO t(n) VALUES (?)")
                                .bind(0, i))
                        .flatMap(it -> Mono.from(it.getRowsUpdated())))
                .toArray(Mono<?>[]::new);
        await(Mono.when(inserts));
        assertThat(integers("SELECT n FROM t ORDER BY id"))
                .isEqualTo(IntStream.range(0, 100).boxed().toList());
    }

    @Test
    void c12MetadataNamesProductAndVersion() {
        ConnectionMetadata metadata = this.connection.getMetadata();
        assertThat(metadata.getDatabaseProductName()).isEqualTo("SQLite");
        assertThat(metadata.getDatabaseVersion())
                .isEqualTo(query("SELECT sqlite_version()", String.class).get(0));
    }

    @Test
    void c12MetadataCanBeReadWhileAStatementRuns() {
        StepVerifier.create(numbers(3), 1)
                .expectNext(1)
                .then(() -> assertThat(this.connection.getMetadata().getDatabaseVersion())
                        .isNotEmpty())
                .thenRequest(10)
                .expectNext(2, 3)
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCAL", "REMOTE"})
    void c15ValidationAnswersTrueThenFalse(ValidationDepth depth) {
        StepVerifier.create(this.connection.validate(depth)).expectNext(true).verifyComplete();
        await(this.connection.close());
        StepVerifier.create(this.connection.validate(depth)).expectNext(false).verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"LOCAL", "REMOTE"})
    void c15ValidationReadsTheStateWhenSubscribed(ValidationDepth depth) {
        Mono<Boolean> validate = this.connection.validate(depth);
        await(this.connection.close());
        assertThat(await(validate)).isFalse();
    }

    @Test
    void c15LocalValidationDoesNotWaitForTheEngine() {
        assertLocalValidationDoesNotWait();
    }

    private void assertLocalValidationDoesNotWait() {
        Disposable endless = one("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n")
                .flatMapMany(it -> it.map(row -> row.get(0)))
                .subscribe();

        assertThat(await(this.connection.validate(ValidationDepth.LOCAL))).isTrue();

        assertThat(endless.isDisposed()).isFalse();
        endless.dispose();
        assertUsable();
    }

    @Test
    void c15ValidationLeavesTransactionAndCursorAlone() {
        execute("CREATE TABLE t(id INTEGER)");
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        StepVerifier.create(numbers(3), 1)
                .expectNext(1)
                .then(() -> assertThat(await(this.connection.validate(ValidationDepth.REMOTE)))
                        .isTrue())
                .then(() -> assertThat(await(this.connection.validate(ValidationDepth.LOCAL)))
                        .isTrue())
                .thenRequest(10)
                .expectNext(2, 3)
                .verifyComplete();
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    /** Whoever is handed such a connection would write into a transaction of somebody else. */
    @ParameterizedTest
    @ValueSource(strings = {"LOCAL", "REMOTE"})
    void c15AConnectionIsNotToBeHandedOutWithABegunTransactionThatHasRunNothing(ValidationDepth depth) {
        execute("CREATE TABLE t(id INTEGER)");
        await(this.connection.beginTransaction());
        assertThat(await(this.connection.validate(depth))).isFalse();

        execute("INSERT INTO t VALUES (1)");
        assertThat(await(this.connection.validate(depth))).isTrue();
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
        assertThat(await(this.connection.validate(depth))).isTrue();

        await(this.connection.beginTransaction());
        await(this.connection.commitTransaction());
        assertThat(await(this.connection.validate(depth))).isTrue();
    }

    @Test
    void c15ValidationSeesABeginOnItsWay() {
        Disposable endless = one("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n")
                .flatMapMany(it -> it.map(row -> row.get(0)))
                .subscribe();
        Disposable begin = this.connection.beginTransaction().subscribe();

        StepVerifier.create(this.connection.validate(ValidationDepth.LOCAL))
                .then(endless::dispose)
                .expectNext(false)
                .verifyComplete();
        assertThat(begin.isDisposed()).isTrue();
    }

    @Test
    void c15ValidationSeesThatABeginWasTakenBack() {
        Disposable endless = one("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n")
                .flatMapMany(it -> it.map(row -> row.get(0)))
                .subscribe();
        Disposable begin = this.connection.beginTransaction().subscribe();

        StepVerifier.create(this.connection.validate(ValidationDepth.LOCAL))
                .then(begin::dispose)
                .then(endless::dispose)
                .expectNext(true)
                .verifyComplete();
        assertThat(this.connection.isAutoCommit()).isTrue();
    }

    /** It does wait for a begin on its way, but for none that has come to its end, whatever that was. */
    @Test
    void c15LocalValidationDoesNotWaitForTheEngineBehindABegin() {
        await(this.connection.beginTransaction());
        await(this.connection.rollbackTransaction());
        StepVerifier.create(this.connection.beginTransaction(
                        Definitions.none().with(TransactionDefinition.LOCK_WAIT_TIMEOUT, Duration.ofMillis(-1))))
                .verifyError(IllegalArgumentException.class);
        BaseSubscriber<Void> cancelled = new BaseSubscriber<>() {};
        cancelled.cancel();
        this.connection.beginTransaction().subscribe(cancelled);
        BaseSubscriber<Void> cancelling = new BaseSubscriber<>() {};
        this.connection
                .beginTransaction(new TransactionDefinition() {
                    @Override
                    public <T> T getAttribute(Option<T> option) {
                        cancelling.cancel();
                        return null;
                    }
                })
                .subscribe(cancelling);
        assertUsable();

        assertLocalValidationDoesNotWait();
    }

    @Test
    void c15ValidationInsideATransactionScopeIsTrue() {
        StepVerifier.create(this.connection.transaction(it -> it.validate(ValidationDepth.LOCAL)))
                .expectNext(true)
                .verifyComplete();
    }

    @Test
    void c15ValidationDepthIsRequired() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.validate(null));
    }

    @Test
    void c16LockWaitTimeoutIsAccepted() {
        StepVerifier.create(this.connection.setLockWaitTimeout(Duration.ofMillis(100)))
                .verifyComplete();
        StepVerifier.create(this.connection.setLockWaitTimeout(Duration.ZERO)).verifyComplete();
        TursoConnection other = this.database.connect("lockWaitTimeout=250ms");
        assertThat(TestDatabase.query(other, "SELECT 1", Integer.class)).containsExactly(1);
        assertUsable();
    }

    @Test
    void c16LockWaitTimeoutBeyondAllMeasureNeverExpires() {
        execute("CREATE TABLE t(id INTEGER)");
        TursoConnection other = this.database.connect();
        await(other.beginTransaction());
        TestDatabase.execute(other, "INSERT INTO t VALUES (1)");
        await(this.connection.setLockWaitTimeout(Duration.ofSeconds(Long.MAX_VALUE)));

        Mono<Long> waiting = counts(this.connection
                        .createStatement("INSERT INTO t VALUES (2)")
                        .execute())
                .single();
        StepVerifier.create(waiting)
                .expectSubscription()
                .then(() -> await(other.commitTransaction()))
                .expectNext(1L)
                .verifyComplete();
    }

    @Test
    void c16LockWaitTimeoutMustBePresentAndNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.setLockWaitTimeout(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> this.connection.setLockWaitTimeout(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionFactories.get(this.database.url("lockWaitTimeout=-1s")));
    }

    @Test
    void c17StatementTimeoutIsAccepted() {
        StepVerifier.create(this.connection.setStatementTimeout(Duration.ofSeconds(30)))
                .verifyComplete();
        assertUsable();
        StepVerifier.create(this.connection.setStatementTimeout(Duration.ZERO)).verifyComplete();
        StepVerifier.create(this.connection.setStatementTimeout(Duration.ofSeconds(Long.MAX_VALUE)))
                .verifyComplete();
        assertUsable();
        TursoConnection other = this.database.connect("statementTimeout=PT30S");
        assertThat(TestDatabase.query(other, "SELECT 1", Integer.class)).containsExactly(1);
    }

    @Test
    void c17StatementTimeoutMustBePresentAndNotNegative() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.setStatementTimeout(null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> this.connection.setStatementTimeout(Duration.ofMillis(-1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionFactories.get(this.database.url("statementTimeout=-1s")));
    }

    @Test
    void c17TimeoutsAreColdAndDoNotDisturbATransaction() {
        execute("CREATE TABLE t(id INTEGER)");
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        await(this.connection.setStatementTimeout(Duration.ofSeconds(20)));
        await(this.connection.setLockWaitTimeout(Duration.ofSeconds(20)));
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c18StatementsAndBatchesDieWithTheirConnection() {
        var statement = this.connection.createStatement("SELECT 1");
        var batch = this.connection.createBatch().add("SELECT 1");
        await(this.connection.close());
        StepVerifier.create(statement.execute()).verifyError(IllegalStateException.class);
        StepVerifier.create(batch.execute()).verifyError(IllegalStateException.class);
        assertThatIllegalStateException().isThrownBy(() -> this.connection.createStatement("SELECT 1"));
        assertThatIllegalStateException().isThrownBy(() -> this.connection.createBatch());
    }

    @Test
    void c23IsolationLevelIsRememberedAndRequired() {
        assertThat(this.connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        for (IsolationLevel level : List.of(
                IsolationLevel.READ_UNCOMMITTED,
                IsolationLevel.READ_COMMITTED,
                IsolationLevel.REPEATABLE_READ,
                IsolationLevel.SERIALIZABLE,
                IsolationLevel.valueOf("SNAPSHOT"))) {
            await(this.connection.setTransactionIsolationLevel(level));
            assertThat(this.connection.getTransactionIsolationLevel()).isEqualTo(level);
            assertUsable();
        }
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.setTransactionIsolationLevel(null));
    }

    @Test
    void c55PreReleaseRestoresWhatANewConnectionHas() {
        assertThat(this.connection).isInstanceOf(Lifecycle.class);
        execute("CREATE TABLE t(id INTEGER)");
        await(this.connection.setTransactionIsolationLevel(IsolationLevel.READ_COMMITTED));
        await(this.connection.setAutoCommit(false));
        execute("INSERT INTO t VALUES (1)");
        await(this.connection.createSavepoint("s"));

        await(this.connection.preRelease());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
        assertThat(this.database.count("t")).isZero();

        await(this.connection.postAllocate());
        assertThat(update("INSERT INTO t VALUES (2)")).isEqualTo(1);
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c55PostAllocateEndsWhatNoReleaseHasEnded() {
        execute("CREATE TABLE t(id INTEGER)");
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");

        await(this.connection.postAllocate());

        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(update("INSERT INTO t VALUES (2)")).isEqualTo(1);
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c55PostAllocateEndsATransactionWhoseBeginIsOnItsWay() {
        Disposable endless = one("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n")
                .flatMapMany(it -> it.map(row -> row.get(0)))
                .subscribe();
        this.connection.beginTransaction().subscribe();

        StepVerifier.create(this.connection.postAllocate())
                .then(endless::dispose)
                .verifyComplete();
        assertThat(this.connection.isAutoCommit()).isTrue();
    }

    @Test
    void c55PreReleaseEndsAHalfReadCursorAndALostTransaction() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        StepVerifier.create(numbers(1_000), 1)
                .expectNext(1)
                .then(() -> await(this.connection.preRelease()))
                .thenRequest(10)
                .verifyError(IllegalStateException.class);
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        StepVerifier.create(one("INSERT OR ROLLBACK INTO t VALUES (1)")).verifyError();
        await(this.connection.preRelease());
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("DROP TABLE t");
        assertUsable();
    }

    @Test
    void c55PreReleaseUndoesReadOnly() {
        execute("CREATE TABLE t(id INTEGER)");
        await(this.connection.beginTransaction(Definitions.readOnly()));
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(0);
        await(this.connection.preRelease());
        assertThat(update("INSERT INTO t VALUES (2)")).isEqualTo(1);
    }

    @Test
    void c55PreReleaseOfAClosedConnectionCompletes() {
        await(this.connection.close());
        StepVerifier.create(this.connection.preRelease()).verifyComplete();
        StepVerifier.create(this.connection.postAllocate()).verifyComplete();
    }

    @Test
    void c56ConnectionAndFactoryAreNotWrapped() {
        assertThat(this.connection).isNotInstanceOf(Wrapped.class);
        assertThat(this.database.factory()).isNotInstanceOf(Wrapped.class);
        assertThat(this.connection.createStatement("SELECT 1")).isNotInstanceOf(Wrapped.class);
    }

    @Test
    void resultsComeOnTheDriversThreadsNotTheCallers() {
        HashSet<String> threads = new HashSet<>();
        await(numbers(5).doOnNext(it -> threads.add(Thread.currentThread().getName())));
        assertThat(threads).allMatch(it -> it.startsWith("turso"));
    }

    @Test
    void blockingOnTheDriversThreadFailsAtOnce() {
        Mono<Integer> deadlock =
                numbers(1).map(it -> integers("SELECT 1").get(0)).next();
        StepVerifier.create(deadlock).verifyError(IllegalStateException.class);
        assertUsable();
    }
}
