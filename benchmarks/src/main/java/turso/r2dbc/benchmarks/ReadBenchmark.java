package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A benchmark that reads items. */
@State(Scope.Benchmark)
public abstract class ReadBenchmark {

    private @Nullable ItemDatabase database;

    private @Nullable ItemReader reader;

    /** Makes the database, if it is not there, and opens it. */
    void open(String implementation, Setting setting, int items, boolean typed, int inFlight)
            throws IOException, SQLException {
        ItemReader.Implementation way = ItemReader.Implementation.valueOf(implementation);
        ItemDatabase opened = way.filled(setting, items);
        this.database = opened;
        this.reader = way.open(opened, typed, inFlight);
    }

    /** Closes what was opened. */
    @TearDown(Level.Trial)
    public void close() throws IOException, SQLException {
        if (this.reader != null) {
            this.reader.close();
        }
        if (this.database != null) {
            this.database.close();
        }
    }

    ItemReader reader() {
        ItemReader opened = this.reader;
        if (opened == null) {
            throw new IllegalStateException("Not open");
        }
        return opened;
    }
}
