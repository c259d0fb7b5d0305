package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A benchmark that inserts items into a table that is empty at first. */
@State(Scope.Benchmark)
public abstract class WriteBenchmark {

    private @Nullable ItemDatabase database;

    private @Nullable ItemWriter writer;

    void open(String implementation, Setting setting) throws IOException, SQLException {
        ItemWriter.Implementation way = ItemWriter.Implementation.valueOf(implementation);
        ItemDatabase opened = way.empty(setting);
        this.database = opened;
        this.writer = way.open(opened);
    }

    /** Closes what was opened, checks that the table has the items with keys from 1 to this number, and deletes it. */
    void close(long items) throws IOException, SQLException {
        ItemDatabase opened = this.database;
        if (opened == null) {
            return;
        }
        writer().close();
        opened.expectItems(items);
        opened.close();
        this.database = null;
    }

    ItemWriter writer() {
        ItemWriter opened = this.writer;
        if (opened == null) {
            throw new IllegalStateException("Not open");
        }
        return opened;
    }
}
