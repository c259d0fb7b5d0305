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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Inserts many rows in one transaction, and waits for the checkpoint after it: each time into a new table. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class BulkInsert extends WriteBenchmark {

    /** See {@link ItemWriter.Implementation}. */
    @Param({"jdbcBatch", "rawBind", "multi50", "wrapper", "driverAdd", "driverMany", "pool", "h2"})
    public String impl = "";

    /** See {@link Place}. */
    @Param("wal")
    public String db = "";

    /** SQLite's PRAGMA of this name; without effect on H2. */
    @Param({"FULL", "NORMAL"})
    public String synchronous = "";

    /** How many rows are handed over at a time; without effect on raw and multi50. */
    @Param({"1", "100", "1000"})
    public int batch;

    /** How many rows are inserted. */
    @Param("1000000")
    public int rows;

    /** Makes a new table. Making it takes no time that counts. */
    @Setup(Level.Invocation)
    public void open() throws IOException, SQLException {
        open(this.impl, Setting.at(this.db).synchronous(this.synchronous));
    }

    /** Checks what was written. */
    @TearDown(Level.Invocation)
    public void close() throws IOException, SQLException {
        close(this.rows);
    }

    /** Inserts the rows. */
    @Benchmark
    public void insert() throws SQLException {
        writer().insertAll(this.rows, this.batch);
    }
}
