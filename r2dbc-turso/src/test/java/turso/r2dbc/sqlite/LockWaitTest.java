package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;

/** Waiting for locks, by timers alone. */
class LockWaitTest {

    private static final long HOUR = Duration.ofHours(1).toNanos();

    @Test
    void retriesComeByThemselvesAndGrowRarer() throws InterruptedException {
        CountDownLatch resumed = new CountDownLatch(5);
        LockWait[] wait = new LockWait[1];
        long start = System.nanoTime();
        wait[0] = new LockWait(HOUR, () -> {
            resumed.countDown();
            if (resumed.getCount() > 0) {
                wait[0].awaitRetry();
            }
        });
        wait[0].awaitRetry();

        assertThat(resumed.await(20, TimeUnit.SECONDS)).isTrue();
        // 1 + 2 + 4 + 8 + 16 ms
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(31));
    }

    @Test
    void waitForAGrantResumesWhenTheLimitIsReached() throws InterruptedException {
        CountDownLatch resumed = new CountDownLatch(1);
        LockWait wait = new LockWait(Duration.ofMillis(500).toNanos(), resumed::countDown);
        assertThat(wait.expired()).isFalse();

        wait.awaitGrant();

        assertThat(resumed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(wait.expired()).isTrue();
    }

    @Test
    void endedWaitResumesNothing() throws InterruptedException {
        AtomicInteger resumed = new AtomicInteger();
        LockWait ended = new LockWait(Duration.ofMillis(20).toNanos(), resumed::incrementAndGet);
        ended.awaitGrant();
        ended.end();
        ended.end();
        CountDownLatch later = new CountDownLatch(1);
        new LockWait(Duration.ofMillis(60).toNanos(), later::countDown).awaitGrant();

        assertThat(later.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(resumed).hasValue(0);
    }

    @Test
    void limitOfZeroHasExpired() {
        assertThat(new LockWait(0, () -> {}).expired()).isTrue();
    }

    @Test
    void longestLimitNeverExpires() {
        LockWait wait = new LockWait(LockWait.nanos(Duration.ofSeconds(Long.MAX_VALUE)), () -> {});
        assertThat(wait.expired()).isFalse();
        wait.awaitGrant();
        wait.awaitRetry();
        wait.end();
        assertThat(LockWait.nanos(Duration.ofMillis(3))).isEqualTo(3_000_000);
    }

    @Test
    void failureTellsTheOptionAndWhatWasInTheWay() {
        LockWait wait = new LockWait(0, () -> {});

        EngineFailure inProcess = wait.timeout("held by somebody", null);
        assertThat(inProcess.reason()).isEqualTo(Reason.LOCK_TIMEOUT);
        assertThat(inProcess.code()).isEqualTo(Codes.BUSY);
        assertThat(inProcess.message()).contains("option lockWaitTimeout", "held by somebody");

        EngineFailure conflict = new EngineFailure(Reason.RUN, 261, "database is locked", null, null);
        assertThat(wait.timeout(conflict.message(), conflict).code()).isEqualTo(261);
    }
}
