package turso.r2dbc.sqlite;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;

/** One command's waiting for locks: how long it has been, how long it may be, and the timer that ends a pause. */
final class LockWait {

    private static final long FIRST_DELAY = TimeUnit.MILLISECONDS.toNanos(1);

    private static final long LONGEST_DELAY = TimeUnit.MILLISECONDS.toNanos(32);

    private final long start = System.nanoTime();

    private final long limit;

    private final Runnable resume;

    private long delay = FIRST_DELAY;

    private @Nullable Disposable timer;

    LockWait(long limitNanos, Runnable resume) {
        this.limit = limitNanos;
        this.resume = resume;
    }

    /** {@return the duration in nanoseconds, or the longest there is} */
    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException longerThanLong) {
            return Long.MAX_VALUE;
        }
    }

    boolean expired() {
        return remaining() <= 0;
    }

    /**
     * {@return the failure of waiting in vain}
     *
     * @param why what was in the way
     * @param conflict what the engine said, if it was asked
     */
    EngineFailure timeout(String why, @Nullable EngineFailure conflict) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos());
        return new EngineFailure(
                Reason.LOCK_TIMEOUT,
                conflict == null ? Codes.BUSY : conflict.code(),
                "The lock was not free within " + millis + " ms (option lockWaitTimeout): " + why,
                null,
                conflict == null ? null : conflict.cause());
    }

    /** {@return how long the waiting has taken} */
    long nanos() {
        return System.nanoTime() - this.start;
    }

    /** {@return how many nanoseconds are left; not more than 0 if it is over} */
    long remaining() {
        return this.limit - nanos();
    }

    /** Resumes when the limit is reached, unless something else resumes before. */
    void awaitGrant() {
        schedule(Math.max(remaining(), 0));
    }

    /** Resumes after a pause that grows from one to the next. */
    void awaitRetry() {
        long pause = Math.min(this.delay, Math.max(remaining(), 0));
        this.delay = Math.min(this.delay * 2, LONGEST_DELAY);
        schedule(pause);
    }

    private void schedule(long nanos) {
        end();
        this.timer = Timers.schedule(this.resume, nanos);
    }

    void end() {
        if (this.timer != null) {
            this.timer.dispose();
            this.timer = null;
        }
    }
}
