package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import turso.r2dbc.sqlite.SharedWrite.Counts;

/** What SQLite's functions answer about writes that were run elsewhere. */
class RowCountersTest {

    private static final String ANSWERS = "SELECT last_insert_rowid() || ' ' || changes() || ' ' || total_changes()";

    private JdbcEngine connection;

    private Engine engine;

    private RowCounters counters;

    @BeforeEach
    void open() throws Exception {
        this.connection = JdbcEngine.open();
        this.engine = this.connection.engine();
        this.counters = new RowCounters(new StatementCache(this.engine, 16, new SessionNumbers()));
        this.counters.prepare();
    }

    @AfterEach
    void close() throws Exception {
        this.connection.close();
    }

    @Test
    void theyAreThoseOfTheLastWriteAndOfAllTogether() throws Exception {
        this.counters.ranElsewhere(new Counts(3, 5, 42L));
        this.counters.ranElsewhere(new Counts(1, 4, null));
        this.counters.catchUp();
        assertThat(this.engine.queryText(ANSWERS)).isEqualTo("42 1 9");
        this.counters.ranElsewhere(new Counts(0, 0, null));
        this.counters.catchUp();
        assertThat(this.engine.queryText(ANSWERS)).isEqualTo("42 0 9");
    }

    @Test
    void theyAreNotLeftBehindForEver() throws Exception {
        for (int i = 1; i <= 10; i++) {
            this.counters.prepare();
            this.counters.ranElsewhere(new Counts(100, 100, null));
            assertThat(this.counters.isBehind()).isTrue();
        }
        this.counters.ranElsewhere(new Counts(1, 1, null));
        this.counters.prepare();
        assertThat(this.counters.isBehind()).isFalse();
        assertThat(this.engine.queryText(ANSWERS)).isEqualTo("0 1 1001");
    }

    @Test
    void whatIsInterruptedIsNotCountedTwice() throws Exception {
        this.counters.ranElsewhere(new Counts(100_000, 100_001, 42L));
        // The engine asks after so many operations that only what is done again last is long enough.
        this.engine.watch(() -> true);
        assertThatThrownBy(this.counters::catchUp).isInstanceOf(EngineError.class);
        this.engine.unwatch();
        assertThat(this.counters.isBehind()).isTrue();
        this.counters.catchUp();
        assertThat(this.engine.queryText(ANSWERS)).isEqualTo("42 100000 100001");
    }
}
