package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * The statement timeout of one command: for each of its statements, with each set of values, from its beginning to its
 * first row or count.
 */
final class StatementTimeout {

    private final long limit;

    private final Runnable onExpiry;

    private volatile @Nullable Disposable timer;

    /** When the statement that is running began. */
    private volatile long since = System.nanoTime();

    private volatile boolean expired;

    /** Whether nothing counts any more. */
    private volatile boolean ended;

    /**
     * @param limit in nanoseconds
     * @param onExpiry called on the timer's thread, and must only pass the message on
     */
    StatementTimeout(long limit, Runnable onExpiry) {
        this.limit = limit;
        this.onExpiry = onExpiry;
    }

    /** Begins to count. */
    void start() {
        schedule(this.limit);
    }

    private void schedule(long nanos) {
        this.timer = Timers.schedule(this::check, nanos);
    }

    private void check() {
        if (this.ended) {
            return;
        }
        long left = this.limit - (System.nanoTime() - this.since);
        if (left > 0) {
            schedule(left);
        } else {
            this.expired = true;
            this.onExpiry.run();
        }
    }

    /** {@return whether the time is over} From any thread. */
    boolean hasExpired() {
        return this.expired;
    }

    /** {@return whether the time was over before there was a response} */
    boolean isMissed() {
        return this.expired && !this.ended;
    }

    /** A statement has responded, and another one begins. */
    void next() {
        this.since = System.nanoTime();
    }

    /** The last statement has responded, or the command is over. */
    void end() {
        this.ended = true;
        Disposable running = this.timer;
        if (running != null) {
            running.dispose();
        }
    }
}
