package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts tasks that have been submitted and not begun, up to a limit. */
final class TaskBound {

    private final int limit;

    private final AtomicInteger waiting = new AtomicInteger();

    TaskBound(int limit) {
        this.limit = limit;
    }

    boolean admit() {
        if (this.waiting.incrementAndGet() > this.limit) {
            this.waiting.decrementAndGet();
            return false;
        }
        return true;
    }

    void release() {
        this.waiting.decrementAndGet();
    }

    int waiting() {
        return this.waiting.get();
    }

    int limit() {
        return this.limit;
    }
}
