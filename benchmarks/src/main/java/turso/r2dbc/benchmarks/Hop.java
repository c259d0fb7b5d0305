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

/**
 * A caller that waits for one row before it does anything else: the way of a statement to the thread that runs it and back,
 * which nothing hides. Programs that chain their statements do not pay for it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Hop {

    private static final int ITEMS = 1_000;

    private static final Keys ONE = new Keys(1, ITEMS);

    /** See {@link ItemReader.Implementation}. */
    @Param({"wrapper", "jdbcTyped", "driver"})
    public String impl = "";

    private @Nullable ItemDatabase database;

    /** Makes the table. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        this.database = way().filled(Setting.at("mem"), ITEMS);
    }

    private ItemReader.Implementation way() {
        return ItemReader.Implementation.valueOf(this.impl);
    }

    /** Closes it. */
    @TearDown(Level.Trial)
    public void close() throws IOException, SQLException {
        if (this.database != null) {
            this.database.close();
        }
    }

    /** Reads one row. */
    @Benchmark
    public void read(Caller caller, Blackhole sink) throws SQLException {
        ONE.read(caller.reader(), 1, sink);
    }

    /** A thread with a connection of its own. */
    @State(Scope.Thread)
    public static class Caller {

        private @Nullable ItemReader reader;

        /** Opens the connection. */
        @Setup(Level.Trial)
        public void open(Hop hop) throws SQLException {
            if (hop.database != null) {
                this.reader = hop.way().open(hop.database, true, 1);
            }
        }

        ItemReader reader() {
            ItemReader opened = this.reader;
            if (opened == null) {
                throw new IllegalStateException("Not open");
            }
            return opened;
        }

        /** Closes the connection. */
        @TearDown(Level.Trial)
        public void close() throws SQLException {
            reader().close();
        }
    }
}
