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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Reads every row of a table, and every column of each row. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class BulkRead extends ReadBenchmark {

    /** See {@link ItemReader.Implementation}. */
    @Param({"jdbcTyped", "jdbcObject", "raw", "wrapper", "driver", "pool", "h2"})
    public String impl = "";

    /** See {@link Place}. */
    @Param("wal")
    public String db = "";

    /** How many rows the table has. */
    @Param("1000000")
    public int rows;

    /** How many rows R2DBC is asked for at a time; without effect on the others, which have no demand. */
    @Param("24")
    public String demand = "";

    /** Whether raw and R2DBC are told the type of each column, {@code typed}, or not, {@code object}. */
    @Param("typed")
    public String get = "";

    /** Makes the table at its first use, and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        open(this.impl, Setting.at(this.db), this.rows, this.get.equals("typed"), 1);
    }

    /** Reads the table once. */
    @Benchmark
    public void read(Blackhole blackhole) throws SQLException {
        ItemSink sink = new ItemSink(blackhole);
        reader().readAll(Demand.valueOf(this.demand), sink);
        sink.expect(this.rows, Item.sumOfKeys(this.rows));
    }
}
