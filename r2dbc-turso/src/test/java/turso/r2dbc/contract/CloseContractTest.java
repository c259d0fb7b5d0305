package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** C-13 and C-14: closing. */
class CloseContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY)");
        // Keeps the memory database while the connection under test is closed.
        this.database.connect();
    }

    private static void assertClosed(Publisher<?> publisher) {
        StepVerifier.create(publisher)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed"));
    }

    @Test
    void c13CloseIsIdempotent() {
        Mono<Void> close = this.connection.close();
        StepVerifier.create(close).verifyComplete();
        StepVerifier.create(close).verifyComplete();
        StepVerifier.create(this.connection.close()).verifyComplete();
    }

    @Test
    void c13CloseIsCold() {
        this.connection.close();
        assertUsable();
    }

    @Test
    void c13ManyClosesAtOnceComplete() {
        await(Flux.range(0, 50).flatMap(i -> this.connection.close(), 50).then());
        assertThat(await(this.connection.validate(ValidationDepth.LOCAL))).isFalse();
    }

    @Test
    void c13CloseRollsBack() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        await(this.connection.close());
        assertThat(this.database.count("t")).isZero();
        this.database.execute("INSERT INTO t VALUES (2)");
    }

    @Test
    void c13CloseRollsBackATransactionOfSql() {
        execute("BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)");
        await(this.connection.close());
        assertThat(this.database.count("t")).isZero();
        this.database.execute("INSERT INTO t VALUES (2)");
    }

    @Test
    void c13CloseWithAPendingTransactionCompletes() {
        await(this.connection.beginTransaction());
        await(this.connection.createSavepoint("s"));
        await(this.connection.close());
        this.database.execute("INSERT INTO t VALUES (2)");
    }

    @Test
    void c13CloseWithALostTransactionCompletes() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        StepVerifier.create(one("INSERT OR ROLLBACK INTO t VALUES (1)")).verifyError();
        await(this.connection.close());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c13CloseRunsEvenIfItsSubscriberCancels() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        this.connection.close().subscribe().dispose();
        // Waits for the lock that the connection held.
        this.database.execute("INSERT INTO t VALUES (2)");
        assertThat(this.database.query("SELECT id FROM t", Integer.class)).containsExactly(2);
        await(this.connection.close());
    }

    @Test
    void c14UseAfterCloseIsIllegal() {
        await(this.connection.close());
        assertThatIllegalStateException().isThrownBy(() -> this.connection.createStatement("SELECT 1"));
        assertThatIllegalStateException().isThrownBy(() -> this.connection.createBatch());
        assertClosed(this.connection.beginTransaction());
        assertClosed(this.connection.beginTransaction(Definitions.readOnly()));
        assertClosed(this.connection.commitTransaction());
        assertClosed(this.connection.rollbackTransaction());
        assertClosed(this.connection.createSavepoint("s"));
        assertClosed(this.connection.releaseSavepoint("s"));
        assertClosed(this.connection.rollbackTransactionToSavepoint("s"));
        assertClosed(this.connection.setAutoCommit(false));
        assertClosed(this.connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE));
        assertClosed(this.connection.setLockWaitTimeout(TestDatabase.LIMIT));
        assertClosed(this.connection.setStatementTimeout(TestDatabase.LIMIT));
        assertThatCode(() -> this.connection.getMetadata()).doesNotThrowAnyException();
        assertThatCode(() -> this.connection.isAutoCommit()).doesNotThrowAnyException();
    }

    @Test
    void c14WhatWasAssembledBeforeIsIllegalToo() {
        Flux<? extends Result> execute = Flux.from(this.connection
                .createStatement("INSERT INTO t VALUES (?)")
                .bind(0, 1)
                .execute());
        Flux<? extends Result> batch = Flux.from(
                this.connection.createBatch().add("INSERT INTO t VALUES (1)").execute());
        Mono<Void> begin = this.connection.beginTransaction();
        Result result = await(one("SELECT id FROM t"));
        Result stored = await(one("INSERT INTO t VALUES (7)"));
        await(this.connection.close());
        assertClosed(execute);
        assertClosed(batch);
        assertClosed(begin);
        assertClosed(result.map(row -> 1));
        StepVerifier.create(stored.getRowsUpdated()).expectNext(1L).verifyComplete();
        assertThat(this.database.query("SELECT id FROM t", Integer.class)).containsExactly(7);
    }

    @Test
    void c13WorkQueuedBeforeCloseStillRuns() {
        List<Mono<?>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(one("INSERT INTO t VALUES (" + i + ")"));
        }
        all.add(this.connection.close());
        await(Mono.when(all));
        assertThat(this.database.count("t")).isEqualTo(100);
    }

    @Test
    void c13CommitQueuedBeforeCloseStillRuns() {
        await(Mono.when(
                this.connection.beginTransaction(),
                one("INSERT INTO t VALUES (1)"),
                this.connection.commitTransaction(),
                this.connection.close()));
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c13HalfReadCursorGetsAnErrorAtClose() {
        StepVerifier.create(numbers(1_000), 1)
                .expectNext(1)
                .then(() -> await(this.connection.close()))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed"));
    }

    @Test
    void c13ManyHalfReadCursorsGetEachAnError() {
        List<Throwable> errors = new ArrayList<>();
        Flux<Integer> query = numbers(1_000);
        List<BaseSubscriber<Integer>> readers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            BaseSubscriber<Integer> reader = new BaseSubscriber<>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(2);
                }

                @Override
                protected void hookOnError(Throwable throwable) {
                    synchronized (errors) {
                        errors.add(throwable);
                    }
                }
            };
            query.subscribe(reader);
            readers.add(reader);
        }
        integers("SELECT 1");
        await(this.connection.close());
        synchronized (errors) {
            assertThat(errors).hasSize(20).allMatch(IllegalStateException.class::isInstance);
        }
    }

    @Test
    void c13ResultsNotYetRequestedGetAnErrorAtClose() {
        StepVerifier.create(
                        this.connection
                                .createStatement("SELECT 1; SELECT 2; SELECT 3")
                                .execute(),
                        1)
                .expectNextCount(1)
                .then(() -> await(this.connection.close()))
                .verifyError(IllegalStateException.class);
        TursoConnection other = this.database.connect();
        StepVerifier.create(
                        other.createStatement("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
                                .execute(),
                        1)
                .expectNextCount(1)
                .then(() -> await(other.close()))
                .verifyError(IllegalStateException.class);
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t VALUES (1)", "SELECT id FROM t", "INSERT INTO nowhere VALUES (1)"})
    void c13CloseSaysNothingToWhoHasHadTheEnd(String sql) {
        Signals signals = new Signals();
        this.connection.createStatement(sql).execute().subscribe(signals);
        assertUsable();

        await(this.connection.close());

        assertThat(signals.ends).hasValue(1);
    }

    @Test
    void cancelWithinOnNextIsTheLastSignal() {
        Signals signals = new Signals() {
            @Override
            public void onNext(Object value) {
                super.onNext(value);
                this.subscription.cancel();
            }
        };
        this.connection
                .createStatement("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")
                .execute()
                .subscribe(signals);
        assertUsable();

        await(this.connection.close());

        assertThat(signals.values).hasValue(1);
        assertThat(signals.ends).hasValue(0);
    }

    /** Counts what it gets, without an operator before it that would keep something back. */
    private static class Signals implements CoreSubscriber<Object> {

        final AtomicInteger values = new AtomicInteger();

        final AtomicInteger ends = new AtomicInteger();

        Subscription subscription;

        @Override
        public void onSubscribe(Subscription subscription) {
            this.subscription = subscription;
            subscription.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(Object value) {
            this.values.incrementAndGet();
        }

        @Override
        public void onError(Throwable error) {
            this.ends.incrementAndGet();
        }

        @Override
        public void onComplete() {
            this.ends.incrementAndGet();
        }
    }

    @Test
    void c13CloseWithinOnNextEndsTheRows() {
        StepVerifier.create(numbers(100_000)
                        .concatMap(x -> x == 3 ? this.connection.close().thenReturn(x) : Mono.just(x), 1))
                .expectNext(1, 2)
                .thenConsumeWhile(it -> true)
                .verifyError(IllegalStateException.class);
        assertThat(await(this.connection.validate(ValidationDepth.REMOTE))).isFalse();
    }

    @Test
    void c13CloseRacingWithStatementsAnswersEverybody() {
        for (int round = 0; round < 20; round++) {
            TursoConnection racing = this.database.connect();
            Flux<Integer> work = Flux.range(0, 50)
                    .flatMap(
                            i -> Mono.defer(() -> Mono.from(racing.createStatement("SELECT " + i)
                                            .execute()))
                                    .flatMap(it -> Mono.from(it.map(row -> row.get(0, Integer.class))))
                                    .onErrorResume(IllegalStateException.class, it -> Mono.just(-1)),
                            50)
                    .subscribeOn(Schedulers.parallel());
            Mono<Void> close = racing.close().subscribeOn(Schedulers.boundedElastic());
            assertThat(await(work.mergeWith(close.then(Mono.empty())))).hasSize(50);
        }
    }

    @Test
    void c13CloseReleasesTheFiles() throws Exception {
        if (!this.database.isFile()) {
            return;
        }
        this.database.close();
        this.database = TestDatabase.of(this.kind);
        TursoConnection only = this.database.connect();
        TestDatabase.execute(only, "CREATE TABLE t(id INTEGER)", "INSERT INTO t VALUES (1)");
        await(only.close());
        try (Stream<java.nio.file.Path> files = Files.list(this.database.directory())) {
            assertThat(files).containsExactly(this.database.path());
        }
    }

    @Test
    void c7ClosedFactoryOpensNothingAndLeavesItsConnectionsOpen() {
        TestDatabase own = TestDatabase.of(this.kind);
        TursoConnectionFactory factory = own.factory();
        TursoConnection open = own.connect();
        StepVerifier.create(factory.close()).verifyComplete();
        StepVerifier.create(factory.close()).verifyComplete();
        StepVerifier.create(factory.create()).verifyError(IllegalStateException.class);
        assertThat(TestDatabase.query(open, "SELECT 1", Integer.class)).containsExactly(1);
        own.close();
    }

    @Test
    void privateMemoryLivesAsLongAsItsFactory() {
        TursoConnectionFactory factory =
                (TursoConnectionFactory) io.r2dbc.spi.ConnectionFactories.get("r2dbc:turso:mem:///");
        TursoConnection one = await(factory.create());
        TestDatabase.execute(one, "CREATE TABLE kept(x)");
        await(one.close());
        TursoConnection two = await(factory.create());
        assertThat(TestDatabase.query(two, "SELECT count(*) FROM kept", Integer.class))
                .containsExactly(0);
        await(two.close());
        await(factory.close());
    }

    @Test
    void c13CloseEndsAnEndlessStream() {
        String endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n";
        AtomicLong rows = new AtomicLong();
        Mono<Throwable> end = TestDatabase.rows(this.connection, endless, Long.class)
                .doOnNext(rows::set)
                .then(Mono.<Throwable>empty())
                .onErrorResume(Mono::just);
        Mono<Void> close = Mono.fromRunnable(() -> OpenDatabase.until(() -> rows.get() > 1_000))
                .subscribeOn(Schedulers.boundedElastic())
                .then(this.connection.close());
        Throwable error = await(Mono.zip(end, close.thenReturn(true))).getT1();
        assertThat(error).isInstanceOf(IllegalStateException.class).hasMessageContaining("closed");
    }

    @Test
    void c13StatementsQueuedBehindAStreamRunBeforeItEnds() {
        String endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n";
        TursoConnection other = this.database.connect();
        AtomicLong rows = new AtomicLong();
        TestDatabase.rows(other, endless, Long.class)
                .doOnNext(rows::set)
                .onErrorComplete()
                .subscribe();
        OpenDatabase.until(() -> rows.get() > 1_000);
        Mono<Long> insert = counts(other.createStatement(
                                "INSERT INTO t SELECT x FROM (" + String.format(NUMBERS, 2_000) + ") RETURNING id")
                        .execute())
                .single();
        StepVerifier.create(Mono.zip(insert, other.close().thenReturn(true)))
                .assertNext(it -> assertThat(it.getT1()).isEqualTo(2_000))
                .verifyComplete();
        assertThat(this.database.count("t")).isEqualTo(2_000);
    }
}
