package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Reads rows by their primary key, one statement each, one or several at a time. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PointRead extends ReadBenchmark {

    private static final int READS = 5_000;

    /** See {@link ItemReader.Implementation}. */
    @Param({"jdbcTyped", "raw", "wrapper", "driver", "pool", "h2"})
    public String impl = "";

    /** See {@link Place}. */
    @Param({"mem", "wal", "walTx", "walExclusive", "delete"})
    public String db = "";

    /** Whether statements are prepared once; the driver does so unless its cache is switched off. */
    @Param("true")
    public boolean prepared;

    /** How many different keys are read, in random order. */
    @Param("10000")
    public int keys;

    /** How many reads there are at a time; without effect on those that block. */
    @Param("1")
    public int inFlight;

    private Keys order = new Keys(0, 1);

    /** Makes the table at its first use, and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        this.order = new Keys(READS, this.keys);
        open(this.impl, Setting.at(this.db).prepared(this.prepared), this.keys, true, this.inFlight);
    }

    /** Reads a row by its key, so many times. */
    @Benchmark
    @OperationsPerInvocation(READS)
    public void read(Blackhole sink) throws SQLException {
        this.order.read(reader(), this.inFlight, sink);
    }
}
