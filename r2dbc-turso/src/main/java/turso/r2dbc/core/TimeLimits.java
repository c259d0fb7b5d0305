package turso.r2dbc.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Command.Timeouts;

/** How long statements of a connection may wait and run. Confined to the session's worker. */
final class TimeLimits {

    private final ConnectionSettings settings;

    private Duration lockWait;

    private Duration statement;

    /** The wait of the current transaction, if it has one of its own. */
    private @Nullable Duration transactionLockWait;

    /** What the durations above come to; null after one of them has changed. */
    private @Nullable Timeouts timeouts;

    TimeLimits(ConnectionSettings settings) {
        this.settings = settings;
        this.lockWait = settings.lockWaitTimeout();
        this.statement = settings.statementTimeout();
    }

    Timeouts timeouts() {
        Timeouts known = this.timeouts;
        if (known == null) {
            Duration wait = this.transactionLockWait != null ? this.transactionLockWait : this.lockWait;
            known = new Timeouts(nanos(wait), nanos(this.statement));
            this.timeouts = known;
        }
        return known;
    }

    void lockWait(Duration timeout) {
        this.lockWait = timeout;
        this.timeouts = null;
    }

    void statement(Duration timeout) {
        this.statement = timeout;
        this.timeouts = null;
    }

    /** @param timeout null for none of its own */
    void transactionLockWait(@Nullable Duration timeout) {
        this.transactionLockWait = timeout;
        this.timeouts = null;
    }

    /** Restores what the connection started with. */
    void reset() {
        this.lockWait = this.settings.lockWaitTimeout();
        this.statement = this.settings.statementTimeout();
        this.timeouts = null;
    }

    private static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException longerThanLong) {
            return Long.MAX_VALUE;
        }
    }
}
