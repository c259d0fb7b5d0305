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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Inserts rows one after the other, each in a transaction of its own: what the disk does counts most. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class AutocommitInsert extends WriteBenchmark {

    private static final int INSERTS = 100;

    /** See {@link ItemWriter.Implementation}. */
    @Param({"jdbcBatch", "rawBind", "wrapper", "driverAdd", "pool", "h2"})
    public String impl = "";

    /** See {@link Place}. */
    @Param({"wal", "delete"})
    public String db = "";

    /** SQLite's PRAGMA of this name; without effect on H2. */
    @Param({"FULL", "NORMAL"})
    public String synchronous = "";

    private long inserted;

    /** Makes a new table. */
    @Setup(Level.Iteration)
    public void open() throws IOException, SQLException {
        this.inserted = 0;
        open(this.impl, Setting.at(this.db).synchronous(this.synchronous));
    }

    /** Checks what was written. */
    @TearDown(Level.Iteration)
    public void close() throws IOException, SQLException {
        close(this.inserted);
    }

    /** Inserts some rows. */
    @Benchmark
    @OperationsPerInvocation(INSERTS)
    public void insert() throws SQLException {
        writer().insertEach(this.inserted + 1, INSERTS);
        this.inserted += INSERTS;
    }
}
