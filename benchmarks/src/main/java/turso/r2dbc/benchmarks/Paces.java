package turso.r2dbc.benchmarks;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How fast each of many clients makes its operations while all of them are at work. The time from the start says something
 * else: with few processors the first to begin is alone for milliseconds, in which it makes a thousand.
 */
final class Paces {

    /** So that two clients do not write to the same cache line. */
    private static final int STRIDE = 16;

    private final int clients;

    private final int operations;

    private final AtomicInteger begun = new AtomicInteger();

    private final AtomicLongArray made;

    private final AtomicLongArray madeAlone;

    private final AtomicLongArray ends;

    private volatile long allBegan;

    /** @param operations how many operations each client makes */
    Paces(int clients, int operations) {
        this.clients = clients;
        this.operations = operations;
        this.made = new AtomicLongArray(clients * STRIDE);
        this.madeAlone = new AtomicLongArray(clients);
        this.ends = new AtomicLongArray(clients);
    }

    /** A client begins another operation; the first has the number 0. */
    void begins(int client, int number) {
        this.made.setRelease(client * STRIDE, number);
        if (number == 0 && this.begun.incrementAndGet() == this.clients) {
            for (int each = 0; each < this.clients; each++) {
                this.madeAlone.set(each, this.made.getAcquire(each * STRIDE));
            }
            this.allBegan = System.nanoTime();
        }
    }

    /** A client has made all of its operations. */
    void ended(int client) {
        this.ends.set(client, System.nanoTime());
    }

    /**
     * {@return how many times as many operations in the same time the fastest makes as the slowest} Clients that had made most
     * of theirs before all had begun are left out. To be asked when all have ended.
     */
    double fastestToSlowest() {
        double fastest = 0;
        double slowest = Double.MAX_VALUE;
        for (int client = 0; client < this.clients; client++) {
            long left = this.operations - this.madeAlone.get(client);
            if (left * 2 < this.operations) {
                continue;
            }
            double pace = (double) left / (this.ends.get(client) - this.allBegan);
            fastest = Math.max(fastest, pace);
            slowest = Math.min(slowest, pace);
        }
        return fastest / slowest;
    }
}
