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

/** Statements that do next to nothing, so that the way to them counts: reads of few rows in memory, through flatMap. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FluxStatements extends ReadBenchmark {

    private static final int STATEMENTS = 5_000;

    private static final int ITEMS = 100;

    private static final Keys KEYS = new Keys(STATEMENTS, ITEMS);

    /** See {@link ItemReader.Implementation}; raw is a direct loop, without Reactor and on one thread. */
    @Param({"wrapper", "raw", "driver"})
    public String impl = "";

    /** How many statements there are at a time; without effect on a direct loop. */
    @Param({"1", "8", "64"})
    public int concurrency;

    /** Makes the table, and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        open(this.impl, Setting.at("mem"), ITEMS, true, this.concurrency);
    }

    /** Runs the statements. */
    @Benchmark
    @OperationsPerInvocation(STATEMENTS)
    public void read(Blackhole sink) throws SQLException {
        KEYS.read(reader(), this.concurrency, sink);
    }
}
