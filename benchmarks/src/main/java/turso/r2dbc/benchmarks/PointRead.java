package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Reads rows by their primary key, one statement each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PointRead {

    private static final int READS = 20_000;

    /** See {@link ItemReader.Implementation}. */
    @Param({"jdbcTyped", "raw", "driver"})
    public String impl = "";

    /** Memory, a file in WAL mode, or the same within one transaction. */
    @Param({"mem", "wal", "walTx"})
    public String db = "";

    /** Whether statements are prepared once; the driver does so unless its cache is switched off. */
    @Param("true")
    public boolean prepared;

    /** How many different keys are read, in random order. */
    @Param("10000")
    public int keys;

    /** How many reads the driver is given at a time; without effect on the others, which block. */
    @Param("1")
    public int inFlight;

    private int[] order = {};

    private @Nullable Connection memoryHolder;

    private @Nullable ItemReader reader;

    /** Makes the table at its first use, and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        this.order = new Random(1).ints(READS, 1, this.keys + 1).toArray();
        ItemDatabase database =
                database().inTransaction(this.db.equals("walTx")).prepared(this.prepared);
        this.reader = ItemReader.Implementation.valueOf(this.impl).open(database, true);
    }

    private ItemDatabase database() throws SQLException, IOException {
        if (!this.db.equals("mem")) {
            return ItemDatabase.file(this.keys);
        }
        ItemDatabase memory = ItemDatabase.memory();
        Connection holder = memory.connect();
        this.memoryHolder = holder;
        ItemDatabase.fill(holder, this.keys);
        return memory;
    }

    /** Closes the table. */
    @TearDown(Level.Trial)
    public void close() throws SQLException {
        reader().close();
        if (this.memoryHolder != null) {
            this.memoryHolder.close();
        }
    }

    /** Reads a row by its key, so many times. */
    @Benchmark
    @OperationsPerInvocation(READS)
    public void read(Blackhole sink) throws SQLException {
        long found = reader().readEach(this.order, this.inFlight, sink);
        if (found != READS) {
            throw new IllegalStateException("Found " + found + " rows instead of " + READS);
        }
    }

    private ItemReader reader() {
        ItemReader opened = this.reader;
        if (opened == null) {
            throw new IllegalStateException("Not open");
        }
        return opened;
    }
}
