package turso.r2dbc.benchmarks;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Random;
import org.openjdk.jmh.infra.Blackhole;

/** Keys of items in random order, the same in every run. */
final class Keys {

    private final int[] order;

    private final long sum;

    /** So many keys, each between 1 and the number of items. */
    Keys(int reads, int items) {
        this.order = new Random(1).ints(reads, 1, items + 1).toArray();
        this.sum = Arrays.stream(this.order).asLongStream().sum();
    }

    /** Reads all of them, one statement each, and checks that they were found. */
    void read(ItemReader reader, int inFlight, Blackhole blackhole) throws SQLException {
        ItemSink sink = new ItemSink(blackhole);
        reader.readEach(this.order, inFlight, sink);
        sink.expect(this.order.length, this.sum);
    }
}
