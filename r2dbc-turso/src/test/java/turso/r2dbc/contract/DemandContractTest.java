package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;

/** C-47 and the rules of Reactive Streams: demand and cancellation of rows. */
class DemandContractTest extends ContractTest {

    /** More than a slice and more than any operator's prefetch. */
    private static final int MANY = 3_000;

    private static List<Integer> upTo(int last) {
        return IntStream.rangeClosed(1, last).boxed().toList();
    }

    /** The rows of the numbers, subscribed to directly, without an operator that could smooth the demand. */
    private Publisher<Integer> rows(int last) {
        Result result = await(one(String.format(NUMBERS, last)));
        return result.map(row -> row.get(0, Integer.class));
    }

    /** Collects rows, and requests as its subclass says. */
    private static class Collector extends BaseSubscriber<Integer> {

        final List<Integer> values = Collections.synchronizedList(new ArrayList<>());

        final CountDownLatch end = new CountDownLatch(1);

        final AtomicInteger terminals = new AtomicInteger();

        volatile Throwable error;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // requests later
        }

        @Override
        protected void hookOnNext(Integer value) {
            this.values.add(value);
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            this.error = throwable;
        }

        @Override
        protected void hookFinally(SignalType type) {
            this.terminals.incrementAndGet();
            this.end.countDown();
        }

        List<Integer> result() throws InterruptedException {
            assertThat(this.end.await(10, TimeUnit.SECONDS))
                    .as("an end after %s rows", this.values.size())
                    .isTrue();
            assertThat(this.error).isNull();
            assertThat(this.terminals).hasValue(1);
            return this.values;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 24, 32, 255, 256, 257, 1_000, Integer.MAX_VALUE})
    void reentrantRequestsGetEveryRowInOrder(int batch) throws Exception {
        Collector collector = new Collector() {
            private int left;

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                this.left = batch;
                request(batch);
            }

            @Override
            protected void hookOnNext(Integer value) {
                super.hookOnNext(value);
                if (--this.left == 0) {
                    this.left = batch;
                    request(batch);
                }
            }
        };
        rows(MANY).subscribe(collector);
        assertThat(collector.result()).isEqualTo(upTo(MANY));
    }

    @Test
    void unboundedRequestGetsEveryRow() throws Exception {
        Collector collector = new Collector() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                requestUnbounded();
            }
        };
        rows(MANY).subscribe(collector);
        assertThat(collector.result()).isEqualTo(upTo(MANY));
    }

    @Test
    void noRowComesBeyondTheDemand() {
        StepVerifier.create(rows(MANY), 0)
                .expectSubscription()
                .then(this::assertUsable)
                .thenRequest(1)
                .expectNext(1)
                .then(this::assertUsable)
                .thenRequest(3)
                .expectNext(2, 3, 4)
                .then(this::assertUsable)
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(MANY - 4)
                .verifyComplete();
    }

    @Test
    void demandAddsUpWithoutOverflow() throws Exception {
        Collector collector = new Collector() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(5);
                subscription.request(Long.MAX_VALUE - 1);
                subscription.request(Long.MAX_VALUE);
                subscription.request(1);
            }
        };
        rows(MANY).subscribe(collector);
        assertThat(collector.result()).isEqualTo(upTo(MANY));
    }

    @Test
    void requestsFromOtherThreadsAreServed() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Collector collector = new Collector();
            rows(MANY).subscribe(collector);
            for (int i = 0; i < MANY; i++) {
                threads.execute(() -> collector.request(1));
            }
            threads.execute(() -> collector.request(1));
            assertThat(collector.result()).isEqualTo(upTo(MANY));
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void exactDemandCompletesWithoutAnotherRequest() throws Exception {
        Collector collector = new Collector() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(3);
            }
        };
        rows(3).subscribe(collector);
        assertThat(collector.result()).isEqualTo(upTo(3));
    }

    @Test
    void noRowsCompleteOnceRequested() throws Exception {
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT 1 WHERE false", Integer.class), 1)
                .verifyComplete();
    }

    @Test
    void requestOfNothingIsAnErrorOfTheSubscriber() {
        for (long wrong : new long[] {0, -1, Long.MIN_VALUE}) {
            List<Throwable> dropped = Collections.synchronizedList(new ArrayList<>());
            reactor.core.publisher.Hooks.onErrorDropped(dropped::add);
            try {
                rows(3).subscribe(new Collector() {
                    @Override
                    protected void hookOnSubscribe(Subscription subscription) {
                        subscription.request(wrong);
                    }
                });
            } catch (IllegalArgumentException alsoFine) {
                assertThat(alsoFine).hasMessageContaining("3.9");
            } finally {
                reactor.core.publisher.Hooks.resetOnErrorDropped();
            }
            assertUsable();
        }
    }

    @Test
    void deepReentrancyNeedsNoDeepStack() throws Exception {
        int rows = 50_000;
        Collector collector = new Collector() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                request(1);
            }

            @Override
            protected void hookOnNext(Integer value) {
                super.hookOnNext(value);
                request(1);
            }
        };
        rows(rows).subscribe(collector);
        assertThat(collector.result()).hasSize(rows);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 1_000})
    void c47CancelInTheMiddleFreesTheCursorAndLeavesTheConnectionUsable(int after) {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY)", "INSERT INTO t " + String.format(NUMBERS, MANY));
        Flux<Integer> rows = TestDatabase.rows(this.connection, "SELECT id FROM t", Integer.class);
        assertThat(await(rows.take(after))).hasSize(after);
        StepVerifier.create(rows, after).expectNextCount(after).thenCancel().verify();
        StepVerifier.create(rows).expectNextCount(after).thenCancel().verify();
        assertUsable();
        // An open cursor would be in the way.
        execute("DROP TABLE t");
    }

    @Test
    void c47NoRowComesAfterCancelWithinOnNext() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        Collector collector = new Collector() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                requestUnbounded();
            }

            @Override
            protected void hookOnNext(Integer value) {
                super.hookOnNext(value);
                if (value == 5) {
                    cancel();
                    cancelled.countDown();
                }
            }
        };
        rows(MANY).subscribe(collector);
        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertUsable();
        assertThat(collector.values).isEqualTo(upTo(5));
        assertThat(collector.terminals).hasValue(1);
    }

    @Test
    void c47CancelFromAnotherThreadWhileRowsFlow() {
        for (int i = 0; i < 30; i++) {
            AtomicInteger seen = new AtomicInteger();
            CountDownLatch some = new CountDownLatch(3);
            BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {
                @Override
                protected void hookOnNext(Integer value) {
                    seen.incrementAndGet();
                    some.countDown();
                }
            };
            rows(1_000_000).subscribe(subscriber);
            assertThat(await(Mono.fromCallable(() -> some.await(10, TimeUnit.SECONDS))))
                    .isTrue();
            subscriber.cancel();
            assertUsable();
            assertThat(seen.get()).isLessThan(1_000_000);
        }
    }

    @Test
    void c47CancelOfAPausedCursor() {
        for (int i = 0; i < 50; i++) {
            StepVerifier.create(rows(MANY), 1).expectNext(1).thenCancel().verify();
        }
        execute("CREATE TABLE u(x)", "DROP TABLE u");
        assertUsable();
    }

    @Test
    void c47CancelBeforeAnyRequestRunsNothing() {
        StepVerifier.create(rows(3), 0).expectSubscription().thenCancel().verify();
        StepVerifier.create(
                        this.connection.createStatement("CREATE TABLE never(x)").execute(), 0)
                .expectSubscription()
                .thenCancel()
                .verify();
        assertUsable();
        assertThat(integers("SELECT count(*) FROM sqlite_schema")).containsExactly(0);
    }

    @Test
    void c47CancelTwiceAndRequestAfterCancelDoNothing() {
        BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.cancel();
                subscription.cancel();
                subscription.request(10);
                subscription.request(-1);
            }

            @Override
            protected void hookOnNext(Integer value) {
                throw new AssertionError("a row after cancel");
            }
        };
        rows(3).subscribe(subscriber);
        assertUsable();
    }

    @Test
    void c47CancelWithinATransactionKeepsIt() {
        execute("CREATE TABLE t(id INTEGER)");
        await(this.connection.beginTransaction());
        execute("INSERT INTO t VALUES (1)");
        StepVerifier.create(numbers(MANY), 2).expectNext(1, 2).thenCancel().verify();
        StepVerifier.create(numbers(MANY)).expectNextCount(300).thenCancel().verify();
        execute("INSERT INTO t VALUES (2)");
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @Test
    void c47CancelOfOneCursorLeavesItsSiblingAlone() {
        StepVerifier.create(numbers(5), 1)
                .expectNext(1)
                .then(() -> StepVerifier.create(numbers(MANY), 1)
                        .expectNext(1)
                        .thenCancel()
                        .verify())
                .then(() -> StepVerifier.create(numbers(MANY))
                        .expectNextCount(500)
                        .thenCancel()
                        .verify())
                .then(this::assertUsable)
                .thenRequest(10)
                .expectNext(2, 3, 4, 5)
                .verifyComplete();
    }

    @Test
    void manyCursorsOfOneConnectionAreReadInTurn() {
        int cursors = 40;
        List<Flux<Integer>> all = new ArrayList<>();
        for (int i = 0; i < cursors; i++) {
            all.add(numbers(200));
        }
        List<Integer> sums = await(Flux.zip(
                all,
                3,
                values -> Arrays.stream(values).mapToInt(Integer.class::cast).sum()));
        assertThat(sums).hasSize(200).startsWith(cursors).endsWith(200 * cursors);
    }

    @Test
    void operatorsWithPrefetchWork() {
        assertThat(await(numbers(MANY).limitRate(10))).isEqualTo(upTo(MANY));
        assertThat(await(numbers(MANY).limitRate(1))).isEqualTo(upTo(MANY));
        assertThat(await(numbers(MANY).publishOn(Schedulers.parallel()))).isEqualTo(upTo(MANY));
        assertThat(await(numbers(MANY).publishOn(Schedulers.boundedElastic(), 1)))
                .isEqualTo(upTo(MANY));
        assertThat(await(numbers(MANY).concatMap(Mono::just, 1))).isEqualTo(upTo(MANY));
        assertThat(await(numbers(MANY).flatMap(it -> Mono.just(it).delayElement(Duration.ofNanos(1)), 8)))
                .containsExactlyInAnyOrderElementsOf(upTo(MANY));
        assertThat(await(numbers(MANY).buffer(100).flatMapIterable(it -> it))).isEqualTo(upTo(MANY));
        assertThat(await(numbers(MANY).window(7).concatMap(it -> it))).isEqualTo(upTo(MANY));
    }

    @Test
    void blockingIterationOfRowsWorks() {
        AtomicInteger sum = new AtomicInteger();
        numbers(500).toIterable(3).forEach(sum::addAndGet);
        assertThat(sum).hasValue(500 * 501 / 2);
        assertThat(numbers(MANY).toStream(2).limit(5).toList()).isEqualTo(upTo(5));
        assertUsable();
    }

    @Test
    void slowReaderHoldsUpNobodyElse() {
        StepVerifier.create(numbers(MANY), 1)
                .expectNext(1)
                .then(() -> {
                    for (int i = 0; i < 100; i++) {
                        assertUsable();
                    }
                })
                .then(() -> {
                    try (TestDatabase other = TestDatabase.memory()) {
                        assertThat(other.query("SELECT 1", Integer.class)).containsExactly(1);
                    }
                })
                .thenCancel()
                .verify();
    }

    @Test
    void lastRowReleasesTheCursorWithoutAnotherRequest() {
        execute("CREATE TABLE t(id INTEGER)", "INSERT INTO t VALUES (1), (2)");
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT id FROM t", Integer.class), 2)
                .expectNext(1, 2)
                .verifyComplete();
        this.database.execute("INSERT INTO t VALUES (3)");
        execute("DROP TABLE t");
    }

    @Test
    void firstRowDoesNotWaitForTheSecond() {
        // The second row takes hundreds of times as long as the whole test may.
        String sql = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)"
                + " SELECT x FROM n WHERE x = 1 OR x = 20000000000";
        StepVerifier.create(TestDatabase.rows(this.connection, sql, Integer.class), 1)
                .expectNext(1)
                .thenCancel()
                .verify();
        assertUsable();
    }

    @Test
    void takeStopsTheQuery() {
        String endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n";
        assertThat(await(TestDatabase.rows(this.connection, endless, Integer.class)
                        .take(100)))
                .hasSize(100);
        assertThat(await(TestDatabase.rows(this.connection, endless, Integer.class)
                        .next()))
                .isEqualTo(1);
        assertThat(await(TestDatabase.rows(this.connection, endless, Integer.class)
                        .takeUntil(it -> it == 5_000)
                        .last()))
                .isEqualTo(5_000);
        assertUsable();
    }

    @Test
    void subscriberThatThrowsHarmsNobodyElse() {
        BaseSubscriber<Integer> broken = new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(Integer value) {
                throw new IllegalArgumentException("broken subscriber");
            }

            @Override
            protected void hookOnError(Throwable throwable) {
                throw new IllegalArgumentException("broken twice");
            }
        };
        reactor.core.publisher.Hooks.onErrorDropped(it -> {});
        try {
            rows(10).subscribe(broken);
            assertUsable();
        } finally {
            reactor.core.publisher.Hooks.resetOnErrorDropped();
        }
        execute("CREATE TABLE u(x)", "DROP TABLE u");
    }
}
