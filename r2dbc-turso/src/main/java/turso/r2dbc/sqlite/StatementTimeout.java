package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/** One command's statement timeout: from its first turn to its first row or count. */
final class StatementTimeout {

    private @Nullable Disposable timer;

    private volatile boolean expired;

    /** Whether the first row or count has come, after which nothing counts any more. */
    private boolean responded;

    /**
     * Begins to count.
     *
     * @param onExpiry called on the timer's thread, and must only pass the message on
     */
    void start(long nanos, Runnable onExpiry) {
        this.timer = Timers.schedule(
                () -> {
                    this.expired = true;
                    onExpiry.run();
                },
                nanos);
    }

    /** {@return whether the time is over} From any thread. */
    boolean hasExpired() {
        return this.expired;
    }

    /** {@return whether the time was over before there was a response} */
    boolean isMissed() {
        return this.expired && !this.responded;
    }

    void respond() {
        if (!this.responded) {
            this.responded = true;
            end();
        }
    }

    void end() {
        if (this.timer != null) {
            this.timer.dispose();
            this.timer = null;
        }
    }
}
