package turso.r2dbc.sqlite;

import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/** Delays, on Reactor's shared timer; what runs there only passes a message on. */
final class Timers {

    private Timers() {}

    static Disposable schedule(Runnable message, long delayNanos) {
        return Schedulers.parallel().schedule(message, delayNanos, TimeUnit.NANOSECONDS);
    }
}
