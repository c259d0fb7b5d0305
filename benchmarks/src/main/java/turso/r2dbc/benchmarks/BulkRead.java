package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Reads every row of a table, and every column of each row. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class BulkRead {

    /** See {@link ItemReader.Implementation}. */
    @Param({"jdbcTyped", "jdbcObject", "raw", "driver"})
    public String impl = "";

    /** How many rows the table has. */
    @Param("1000000")
    public int rows;

    /** How many rows the driver is asked for at a time; without effect on the others, which have no demand. */
    @Param("24")
    public String demand = "";

    /** Whether raw and the driver are told the type of each column, {@code typed}, or not, {@code object}. */
    @Param("typed")
    public String get = "";

    private @Nullable ItemReader reader;

    /** Makes the table at its first use, and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        ItemReader.Implementation implementation = ItemReader.Implementation.valueOf(this.impl);
        this.reader = implementation.open(ItemDatabase.file(this.rows), this.get.equals("typed"));
    }

    /** Closes the table. */
    @TearDown(Level.Trial)
    public void close() throws SQLException {
        reader().close();
    }

    /** Reads the table once. */
    @Benchmark
    public void read(Blackhole sink) throws SQLException {
        long read = reader().readAll(Demand.valueOf(this.demand), sink);
        if (read != this.rows) {
            throw new IllegalStateException("Read " + read + " rows instead of " + this.rows);
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
