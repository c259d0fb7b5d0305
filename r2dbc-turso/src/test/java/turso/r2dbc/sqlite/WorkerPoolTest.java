package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.errors.OpenDatabase;

/** The pool: its bound, its threads, and that no drain is left lying. */
class WorkerPoolTest {

    private static final int PATIENCE_SECONDS = 20;

    private final List<WorkerPool> pools = new ArrayList<>();

    private WorkerPool pool(int threads) {
        WorkerPool pool = new WorkerPool("test-pool-" + System.nanoTime(), threads, 10);
        this.pools.add(pool);
        return pool;
    }

    @AfterEach
    void close() {
        this.pools.forEach(WorkerPool::close);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    /** Runs something on a worker. {@return that worker} */
    private static Thread run(Workers workers) throws InterruptedException {
        Thread[] thread = new Thread[1];
        CountDownLatch done = new CountDownLatch(1);
        workers.execute(() -> {
            thread[0] = Thread.currentThread();
            done.countDown();
        });
        await(done);
        return thread[0];
    }

    /** Keeps a worker busy without blocking it, which BlockHound would forbid. {@return how long, in rounds} */
    private static long spinUntil(AtomicBoolean flag) {
        long rounds = 0;
        while (!flag.get()) {
            rounds++;
        }
        return rounds;
    }

    @Test
    void threadsAreNamedDaemonsThatMustNotBlock() throws InterruptedException {
        WorkerPool pool = new WorkerPool("turso-test", 3, 10);
        this.pools.add(pool);

        Thread worker = run(pool);

        assertThat(worker.getName()).isEqualTo("turso-test-1");
        assertThat(worker.isDaemon()).isTrue();
        assertThat(worker).isInstanceOf(NonBlocking.class);
    }

    /** As when the system refuses the process another thread. */
    @Test
    void whatWaitsForAThreadThatCannotBeStartedRunsWhenThereIsOne() throws InterruptedException {
        AtomicInteger failures = new AtomicInteger(2);
        WorkerPool pool = new WorkerPool("turso-refused", 1, 10, TimeUnit.SECONDS.toNanos(10), thread -> {
            if (failures.getAndDecrement() > 0) {
                throw new OutOfMemoryError("expected by the test");
            }
            thread.start();
        });
        this.pools.add(pool);

        assertThat(run(pool).getName()).isEqualTo("turso-refused-1");
        assertThat(pool.threads()).isOne();
        assertThat(failures).hasValue(-1);
    }

    /** To be refused takes long, and each time is logged. */
    @Test
    void threadThatCannotBeStartedIsNotAskedForAgainAtOnce() throws InterruptedException {
        AtomicInteger asked = new AtomicInteger();
        WorkerPool pool = new WorkerPool("turso-refusing", 2, 10, TimeUnit.SECONDS.toNanos(10), thread -> {
            if (asked.getAndIncrement() > 0) {
                throw new OutOfMemoryError("expected by the test");
            }
            thread.start();
        });
        this.pools.add(pool);
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1_000);
        long begin = System.nanoTime();
        try {
            pool.execute(() -> {
                started.countDown();
                spinUntil(release);
            });
            await(started);
            for (int i = 0; i < 1_000; i++) {
                pool.execute(done::countDown);
            }
            int tenthsOfASecond = (int) ((System.nanoTime() - begin) / 100_000_000);
            assertThat(asked.get()).isBetween(2, 2 + tenthsOfASecond);
        } finally {
            release.set(true);
        }
        await(done);
    }

    @Test
    void blockingInACallbackFailsAtOnce() throws InterruptedException {
        boolean[] nonBlocking = new boolean[1];
        CountDownLatch done = new CountDownLatch(1);
        pool(1).execute(() -> {
            nonBlocking[0] = Schedulers.isInNonBlockingThread();
            done.countDown();
        });
        await(done);
        assertThat(nonBlocking[0]).isTrue();
    }

    @Test
    void sharedPoolIsNamedTurso() throws InterruptedException {
        assertThat(run(SharedWorkers.INSTANCE).getName()).matches("turso-\\d+");
        SharedWorkers.INSTANCE.close();
        assertThat(run(SharedWorkers.INSTANCE).getName()).matches("turso-\\d+");
    }

    @Test
    void noThreadBeforeTheFirstDrain() {
        String prefix = "turso-lazy-" + System.nanoTime();
        this.pools.add(new WorkerPool(prefix, 3, 10));

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().startsWith(prefix));
    }

    /** What a worker hands over is left to it only as long as it has not something longer to do. */
    @Test
    void drainLeftToAWorkerThatStaysBusyIsTakenByAnother() throws InterruptedException {
        WorkerPool pool = pool(3);
        // Within two looks of whoever watches: should it take much longer each time, the test does not end in time.
        for (int i = 0; i < 400; i++) {
            AtomicBoolean taken = new AtomicBoolean();
            CountDownLatch done = new CountDownLatch(2);
            pool.execute(() -> {
                pool.execute(() -> {
                    taken.set(true);
                    done.countDown();
                });
                spinUntil(taken);
                done.countDown();
            });
            await(done);
        }
    }

    /** One after another, each handed over by the one before it, and none is lost. */
    @Test
    void drainsHandedOnAndOnAllRun() throws InterruptedException {
        WorkerPool pool = pool(4);
        CountDownLatch done = new CountDownLatch(20_000);
        for (int i = 0; i < 4; i++) {
            handOn(pool, done, 5_000);
        }
        await(done);
    }

    private static void handOn(WorkerPool pool, CountDownLatch done, int left) {
        pool.execute(() -> {
            done.countDown();
            if (left > 1) {
                handOn(pool, done, left - 1);
            }
        });
    }

    @Test
    void idleThreadIsUsedAgain() throws InterruptedException {
        WorkerPool pool = pool(4);
        Thread first = run(pool);
        for (int i = 0; i < 50; i++) {
            // One still on its way to its place among the idle ones would not be found.
            OpenDatabase.until(() -> first.getState() == Thread.State.TIMED_WAITING);
            assertThat(run(pool)).isSameAs(first);
        }
        assertThat(threadsOf(first)).hasSize(1);
    }

    private static List<Thread> threadsOf(Thread one) {
        String prefix = one.getName().substring(0, one.getName().lastIndexOf('-') + 1);
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(prefix))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void neverMoreThreadsThanTheBound(int bound) throws InterruptedException {
        WorkerPool pool = pool(bound);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Set<String> names = ConcurrentHashMap.newKeySet();
        int drains = 2_000;
        CountDownLatch done = new CountDownLatch(drains);
        for (int i = 0; i < drains; i++) {
            pool.execute(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                names.add(Thread.currentThread().getName());
                running.decrementAndGet();
                done.countDown();
            });
        }
        await(done);

        assertThat(most.get()).isBetween(1, bound);
        assertThat(names).hasSizeBetween(1, bound);
    }

    @Test
    void asManyThreadsAsTheBoundWhenAllAreBusy() throws InterruptedException {
        WorkerPool pool = pool(3);
        AtomicBoolean release = new AtomicBoolean();
        CountDownLatch started = new CountDownLatch(3);
        try {
            for (int i = 0; i < 3; i++) {
                pool.execute(() -> {
                    started.countDown();
                    spinUntil(release);
                });
            }
            await(started);
            assertThat(pool.hasWaiting()).isFalse();
            pool.execute(() -> {});
            assertThat(pool.hasWaiting()).isTrue();
        } finally {
            release.set(true);
        }
    }

    @Test
    void drainsOfOneThreadRunInOrder() throws InterruptedException {
        WorkerPool pool = pool(1);
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1000);
        for (int i = 0; i < 1000; i++) {
            int number = i;
            pool.execute(() -> {
                order.add(number);
                done.countDown();
            });
        }
        await(done);
        assertThat(order).isSorted().hasSize(1000);
    }

    @Test
    void neverRunsOnTheCallersThread() throws InterruptedException {
        assertThat(run(pool(1))).isNotSameAs(Thread.currentThread());
    }

    @Test
    void exceptionDoesNotEndTheThread() throws InterruptedException {
        WorkerPool pool = pool(1);
        Thread before = run(pool);
        pool.execute(() -> {
            IllegalStateException failure = new IllegalStateException("expected by the test");
            failure.setStackTrace(new StackTraceElement[0]);
            throw failure;
        });
        assertThat(run(pool)).isSameAs(before);
    }

    /** An error may end the thread, but not the pool, also when there are drains waiting and no other thread may start. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void errorDoesNotEndThePool(int bound) throws InterruptedException {
        WorkerPool pool = pool(bound);
        CountDownLatch done = new CountDownLatch(20);
        List<Thread> failing = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 20; i++) {
            pool.execute(() -> {
                Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> {});
                failing.add(Thread.currentThread());
                done.countDown();
                throw new ExpectedError();
            });
        }
        await(done);
        for (int i = 0; i < 20; i++) {
            run(pool);
        }
        // A thread gives its place away before the virtual machine has buried it.
        for (Thread thread : failing) {
            thread.join(5_000);
        }
        assertThat(threadsOf(run(pool))).hasSizeLessThanOrEqualTo(bound);
    }

    private static final class ExpectedError extends Error {
        private static final long serialVersionUID = 1L;

        ExpectedError() {
            super("expected by the test", null, false, false);
        }
    }

    @Test
    void idleThreadsEndWhenThePoolIsClosed() throws InterruptedException {
        WorkerPool pool = pool(3);
        CountDownLatch started = new CountDownLatch(3);
        AtomicBoolean release = new AtomicBoolean();
        List<Thread> workers = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 3; i++) {
            pool.execute(() -> {
                workers.add(Thread.currentThread());
                started.countDown();
                spinUntil(release);
            });
        }
        await(started);
        release.set(true);
        run(pool);

        pool.close();

        for (Thread worker : workers) {
            worker.join(5_000);
            assertThat(worker.isAlive()).isFalse();
        }
    }

    @Test
    void closedPoolStillRunsWhatIsHandedOver() throws InterruptedException {
        WorkerPool pool = pool(2);
        pool.close();

        Thread worker = run(pool);

        worker.join(5_000);
        assertThat(worker.isAlive()).isFalse();
        assertThat(run(pool)).isNotSameAs(worker);
        pool.close();
    }

    @Test
    void numbersAreUsedAgain() throws InterruptedException {
        WorkerPool pool = pool(2);
        pool.close();
        Set<String> names = ConcurrentHashMap.newKeySet();
        for (int i = 0; i < 20; i++) {
            Thread worker = run(pool);
            names.add(worker.getName());
            worker.join(5_000);
        }
        assertThat(names).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void noWakeUpIsLostUnderStress() throws InterruptedException {
        for (int threads = 1; threads <= 3; threads++) {
            WorkerPool pool = pool(threads);
            int producers = 4;
            int rounds = 10_000;
            CountDownLatch done = new CountDownLatch(producers * rounds);
            List<Thread> started = new ArrayList<>();
            for (int p = 0; p < producers; p++) {
                Thread producer = new Thread(() -> {
                    for (int i = 0; i < rounds; i++) {
                        pool.execute(done::countDown);
                        if (i % 64 == 0) {
                            // Long enough for the workers to become idle.
                            LockSupport.parkNanos(20_000);
                        }
                    }
                });
                producer.start();
                started.add(producer);
            }
            for (Thread producer : started) {
                producer.join();
            }
            await(done);
        }
    }

    @Test
    void idleThreadsEndByThemselvesAndNewOnesStart() throws InterruptedException {
        WorkerPool pool = new WorkerPool("turso-idle-" + System.nanoTime(), 2, 10, 1_000_000);
        this.pools.add(pool);
        for (int i = 0; i < 20; i++) {
            Thread worker = run(pool);
            worker.join(5_000);
            assertThat(worker.isAlive()).isFalse();
            assertThat(worker.getName()).matches("turso-idle-\\d+-[12]");
        }
    }

    /** A drain that comes at the very moment a thread gives up waiting must find another one, or still this one. */
    @Test
    void noDrainIsLostWhileThreadsEndOfIdleness() throws InterruptedException {
        for (int threads = 1; threads <= 3; threads++) {
            WorkerPool pool = new WorkerPool("turso-idle-" + System.nanoTime(), threads, 10, 1_000);
            this.pools.add(pool);
            for (int i = 0; i < 2_000; i++) {
                run(pool);
            }
            int drains = 5_000;
            CountDownLatch done = new CountDownLatch(drains);
            for (int i = 0; i < drains; i++) {
                pool.execute(done::countDown);
                if (i % 4 == 0) {
                    LockSupport.parkNanos(1_000);
                }
            }
            await(done);
        }
    }

    /** Every drain finds the pool closing, so that each thread ends as soon as it is idle. */
    @Test
    void noDrainIsLostWhileThreadsEnd() throws InterruptedException {
        WorkerPool pool = pool(2);
        pool.close();
        int drains = 2_000;
        CountDownLatch done = new CountDownLatch(drains);
        for (int i = 0; i < drains; i++) {
            pool.execute(done::countDown);
            if (i % 8 == 0) {
                LockSupport.parkNanos(1_000);
            }
        }
        await(done);
    }

    /** One drain at a time is the hardest case: there is no later one to wake whoever missed it. */
    @Test
    void pingPongNeverStalls() throws InterruptedException {
        WorkerPool pool = pool(2);
        for (int i = 0; i < 5_000; i++) {
            run(pool);
        }
    }
}
