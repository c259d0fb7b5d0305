package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;

/**
 * Passes a message on when a time has come, or earlier. It is for a session that waits again and again, hardly ever until
 * its time is over.
 *
 * <p>A timer of its own would take longer than all else about such a wait: it is set and taken back under the lock of a queue
 * that many sessions share. So one that is set stays, and serves the waits that come after it. When it goes off, whoever
 * waits then is asked to look whether its own time is over, and sets another one if it is not.
 *
 * <p>Confined to the session's worker.
 */
final class Alarm {

    /** Longer than any process runs, and short enough to be added to any time. */
    private static final long LONGEST = Long.MAX_VALUE >> 2;

    private final Runnable message;

    private @Nullable Disposable timer;

    /** When the timer goes off. */
    private long due;

    /** Changed by the timer's thread as well, which then looks who waits; a session waits, and then looks at this. */
    private volatile boolean set;

    /** @param message called on the timer's thread, and must only pass the message on, if anybody waits for it */
    Alarm(Runnable message) {
        this.message = message;
    }

    /** Makes sure that the message is passed on after so many nanoseconds, or before. It is known already who waits. */
    void within(long nanos) {
        long delay = Math.min(nanos, LONGEST);
        long now = System.nanoTime();
        long time = now + delay;
        // One that is overdue may have been lost with the scheduler it was set on.
        if (this.set && this.due - time <= 0 && this.due - now > 0) {
            return;
        }
        end();
        this.due = time;
        // Before it can go off.
        this.set = true;
        try {
            this.timer = Timers.schedule(this::goOff, delay);
        } catch (Throwable refused) {
            this.set = false;
            throw refused;
        }
    }

    private void goOff() {
        this.set = false;
        this.message.run();
    }

    /** Takes the timer back. */
    void end() {
        Disposable running = this.timer;
        if (running != null) {
            running.dispose();
            this.timer = null;
        }
    }
}
