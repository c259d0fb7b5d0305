package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Execution.Lock;
import turso.r2dbc.session.Execution.Tie;
import turso.r2dbc.session.MultiRowInsert;
import turso.r2dbc.session.StatementText;

/** Which rows are inserted together; that nobody can tell is shown through the public API. */
class BulkInsertTest {

    private static final MultiRowInsert INTO_T = new MultiRowInsert("t", "INSERT INTO t VALUES", "(?,?)", 2);

    private JdbcEngine jdbc;

    private BulkInsert bulk;

    @BeforeEach
    void open() throws Exception {
        this.jdbc = JdbcEngine.open("CREATE TABLE t (a UNIQUE, b)", "BEGIN");
        this.bulk = new BulkInsert(new StatementCache(this.jdbc.engine(), 16, new SessionNumbers()));
    }

    @AfterEach
    void close() throws Exception {
        this.jdbc.close();
    }

    private static Execution insert(List<@Nullable Object[]> rows) {
        return insert(INTO_T, rows);
    }

    private static Execution insert(MultiRowInsert into, List<@Nullable Object[]> rows) {
        StatementText one =
                new StatementText("INSERT INTO t VALUES (?, ?)", Effect.NONE, Lock.WRITE, Tie.NONE, false, false);
        return new Execution(one, into, rows);
    }

    private static List<@Nullable Object[]> rows(int count) {
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(new Object[] {(long) i, "b" + i});
        }
        return rows;
    }

    private String text(String sql) throws EngineError {
        return String.valueOf(this.jdbc.engine().queryText(sql));
    }

    @Test
    void spanIsInsertedInChunks() throws EngineError {
        assertThat(this.bulk.insert(insert(rows(1000)), 1)).isEqualTo(256);
        assertThat(text("SELECT count(*) || ' ' || min(a) || ' ' || max(a) || ' ' || max(b) FROM t"))
                .isEqualTo("256 1 256 b99");
    }

    @Test
    void lastRowIsLeftForAStatementOfItsOwn() throws EngineError {
        Execution insert = insert(rows(74));
        // 64 and 8 of the 72 that are not the last
        assertThat(this.bulk.insert(insert, 1)).isEqualTo(72);
        assertThat(this.bulk.insert(insert, 73)).isZero();
        assertThat(text("SELECT max(a) FROM t")).isEqualTo("72");
    }

    @Test
    void chunkWithAViolationIsUndoneAndLeft() throws EngineError {
        List<@Nullable Object[]> rows = rows(300);
        rows.get(100)[0] = 5L;
        Execution insert = insert(rows);

        assertThat(this.bulk.insert(insert, 1)).isEqualTo(64);
        assertThat(this.bulk.insert(insert, 65)).isZero();
        assertThat(text("SELECT max(a) FROM t")).isEqualTo("64");
    }

    @Test
    void largeValuesAreLeft() throws EngineError {
        List<@Nullable Object[]> rows = rows(300);
        rows.get(100)[1] = "x".repeat(4_097);
        rows.get(101)[1] = new byte[4_097];
        Execution insert = insert(rows);

        assertThat(this.bulk.insert(insert, 1)).isEqualTo(64 + 32);
        assertThat(this.bulk.insert(insert, 97)).isZero();
        assertThat(this.bulk.insert(insert, 102)).isPositive();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TRIGGER r AFTER INSERT ON T BEGIN SELECT 1; END",
                "CREATE TEMP TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TEMP TABLE T (a, b)",
                "ALTER TABLE t ADD COLUMN c REFERENCES t (a)",
                "DROP TABLE t",
                "ALTER TABLE t ADD COLUMN c CHECK (c <> 'conflict')",
            })
    void tablesInWhichSomebodyMightTellAreFoundOutAlsoLater(String change) throws EngineError {
        Execution insert = insert(rows(100));
        assertThat(this.bulk.isPossible(insert)).isTrue();

        this.jdbc.engine().run(change);

        assertThat(this.bulk.isPossible(insert)).isFalse();
    }

    @Test
    void wideRowsAreInsertedInSmallChunks() throws EngineError {
        int columns = 600;
        StringBuilder create = new StringBuilder("CREATE TABLE wide (c0");
        for (int i = 1; i < columns; i++) {
            create.append(", c").append(i);
        }
        this.jdbc.engine().run(create.append(')').toString());
        MultiRowInsert wide =
                new MultiRowInsert("wide", "INSERT INTO wide VALUES", "(" + "?,".repeat(columns - 1) + "?)", columns);
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            rows.add(new Object[columns]);
        }

        int inserted = this.bulk.insert(insert(wide, rows), 1);

        assertThat(inserted).isEqualTo(96);
        assertThat(text("SELECT count(*) FROM wide")).isEqualTo("96");
    }

    @Test
    void moreParametersThanSqliteTakesAreNeverAsked() throws EngineError {
        String row = "(" + "?,".repeat(1_999) + "?)";
        MultiRowInsert wide = new MultiRowInsert("t", "INSERT INTO t VALUES", row, 2_000);
        assertThat(this.bulk.isPossible(insert(wide, List.<@Nullable Object[]>of())))
                .isTrue();
        MultiRowInsert wider = new MultiRowInsert("t", "INSERT INTO t VALUES", row, 4_001);
        assertThat(this.bulk.isPossible(insert(wider, List.<@Nullable Object[]>of())))
                .isFalse();
    }
}
