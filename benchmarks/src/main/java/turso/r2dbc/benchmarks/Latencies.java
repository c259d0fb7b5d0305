package turso.r2dbc.benchmarks;

import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;

/** How long the operations of some clients took, and how many each of them made. Thread-safe. */
final class Latencies {

    private final ConcurrentLinkedQueue<Long> nanos = new ConcurrentLinkedQueue<>();

    private final AtomicIntegerArray operations;

    Latencies(int clients) {
        this.operations = new AtomicIntegerArray(clients);
    }

    /** An operation has ended that began at the given {@link System#nanoTime()}. */
    void ended(int client, long start) {
        this.nanos.add(System.nanoTime() - start);
        this.operations.incrementAndGet(client);
    }

    int count() {
        return this.nanos.size();
    }

    /** {@return percentiles, and the clients with the fewest and the most operations} */
    String describe() {
        long[] sorted = this.nanos.stream().mapToLong(Long::longValue).sorted().toArray();
        if (sorted.length == 0) {
            return "none";
        }
        int[] counts = new int[this.operations.length()];
        Arrays.setAll(counts, this.operations::get);
        return String.format(
                Locale.ROOT,
                "p50 %.2f  p99 %.2f  max %.2f ms; per client %d to %d",
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                millis(sorted, 1),
                Arrays.stream(counts).min().orElse(0),
                Arrays.stream(counts).max().orElse(0));
    }

    private static double millis(long[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.round(share * (sorted.length - 1)))] / 1e6;
    }
}
