package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicInteger;

/** Numbers the pools that factories have for themselves, for the names of their threads. */
final class PoolNumbers {

    private static final AtomicInteger LAST = new AtomicInteger();

    private PoolNumbers() {}

    static int next() {
        return LAST.incrementAndGet();
    }
}
