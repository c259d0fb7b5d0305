package turso.r2dbc.sqlite;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;
import reactor.util.Logger;
import reactor.util.Loggers;

/** Delays, on Reactor's shared timer; what runs there only passes a message on. */
final class Timers {

    private static final Logger LOGGER = Loggers.getLogger(Timers.class);

    /** Whether the log says that there is no timer: where there is none once, there is none each time. */
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private Timers() {}

    static Disposable schedule(Runnable message, long delayNanos) {
        return Schedulers.parallel().schedule(message, delayNanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Does so for who can do without: the system may have no thread to give for the timer.
     *
     * @return whether the message will be passed on
     */
    static boolean trySchedule(Runnable message, long delayNanos) {
        try {
            schedule(message, delayNanos);
            return true;
        } catch (Throwable refused) {
            if (WARNED.compareAndSet(false, true)) {
                LOGGER.warn("There is no timer", refused);
            }
            return false;
        }
    }
}
