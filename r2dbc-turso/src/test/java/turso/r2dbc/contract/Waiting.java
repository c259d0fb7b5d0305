package turso.r2dbc.contract;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import turso.r2dbc.TestDatabase;

/** Waits for what no publisher tells. */
final class Waiting {

    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private Waiting() {}

    static void until(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TestDatabase.LIMIT.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("It did not happen within " + TestDatabase.LIMIT);
            }
            LockSupport.parkNanos(PAUSE);
        }
    }
}
