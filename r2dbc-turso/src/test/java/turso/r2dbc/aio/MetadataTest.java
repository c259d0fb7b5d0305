package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoRow;

/** columns, counts, rowids, rows. */
class MetadataTest extends AioTest {

    private List<String> columns(String sql) {
        await(this.cur.execute(sql));
        return this.cur.columnNames();
    }

    /** {@return the count, which cursor and execution must agree about} The statement runs once. */
    private long count(String sql) {
        await(this.cur.execute(sql));
        return this.cur.rowCount();
    }

    /** {@return what the cursor knows after a statement} */
    private Long rowId(String sql) {
        await(this.cur.execute(sql));
        return this.cur.lastInsertRowId();
    }

    /** {@return what the statement itself tells; null for nothing} */
    private Long ownRowId(String sql) {
        return await(this.conn.execute(sql).lastInsertRowId());
    }

    @Test
    void r077_namesOfColumns() {
        script("CREATE TABLE logs (id INTEGER, msg TEXT)");
        assertThat(columns("SELECT id, msg FROM logs")).containsExactly("id", "msg");
        run("INSERT INTO logs VALUES (1, 'start')");
        assertThat(columns("SELECT id, msg FROM logs")).containsExactly("id", "msg");
        TursoRow row = await(this.conn.execute("SELECT id, msg FROM logs").fetchOne());
        assertThat(row.columnNames()).containsExactly("id", "msg");
        assertThat(row.size()).isEqualTo(2);
    }

    @Test
    void r078_namesOfExpressionsAliasesAndDuplicates() {
        assertThat(columns("SELECT 1 AS one, 2+3, 'x' AS \"my col\"")).containsExactly("one", "2+3", "my col");
        assertThat(columns("SELECT 1 AS a, 2 AS a")).containsExactly("a", "a");
    }

    @Test
    void r079_otherStatementsHaveNoColumns() {
        assertThat(this.cur.columnNames()).isEmpty();
        assertThat(columns("CREATE TABLE t (x)")).isEmpty();
        assertThat(columns("INSERT INTO t VALUES (1)")).isEmpty();
        assertThat(columns("SELECT x FROM t")).hasSize(1);
        await(this.cur.executeScript("SELECT x FROM t"));
        assertThat(this.cur.columnNames()).isEmpty();
        assertThat(columns("SELECT x FROM t")).hasSize(1);
        await(this.cur.executeMany("UPDATE t SET x = ?", List.of(List.of(2))));
        assertThat(this.cur.columnNames()).isEmpty();
    }

    @Test
    void r080_returningPragmaAndExplainHaveColumns() {
        script("CREATE TABLE t (x)");
        assertThat(columns("INSERT INTO t VALUES (1) RETURNING rowid AS id, x")).containsExactly("id", "x");
        assertThat(next(this.cur)).isEqualTo(row(1L, 1L));
        assertThat(columns("PRAGMA integrity_check")).containsExactly("integrity_check");
        assertThat(next(this.cur)).isEqualTo(row("ok"));
        assertThat(columns("EXPLAIN SELECT x FROM t"))
                .containsExactly("addr", "opcode", "p1", "p2", "p3", "p4", "p5", "comment");
        assertThat(columns("EXPLAIN QUERY PLAN SELECT x FROM t")).containsExactly("id", "parent", "notused", "detail");
    }

    @Test
    void r081_countsOfChangedRows() {
        script("CREATE TABLE t (x)");
        assertThat(count("INSERT INTO t VALUES (1), (2), (3)")).isEqualTo(3);
        assertThat(count("UPDATE t SET x = 9 WHERE x = 1")).isEqualTo(1);
        assertThat(count("DELETE FROM t WHERE x < 9")).isEqualTo(2);
        assertThat(count("DELETE FROM t WHERE x = 77")).isZero();
        assertThat(run("INSERT INTO t VALUES (1), (2), (3)")).isEqualTo(3L);
        assertThat(run("UPDATE t SET x = 8 WHERE x = 1")).isEqualTo(1L);
        assertThat(run("DELETE FROM t WHERE x < 8")).isEqualTo(2L);
        assertThat(run("DELETE FROM t WHERE x = 77")).isZero();
    }

    @Test
    void r082_queryCountsMinusOne() {
        assertThat(this.cur.rowCount()).isEqualTo(-1);
        assertThat(count("SELECT 1")).isEqualTo(-1);
        assertThat(run("SELECT 1")).isEqualTo(-1L);
    }

    @Test
    void r083_countsOfConflictClauses() {
        script("CREATE TABLE t (k PRIMARY KEY, v); INSERT INTO t VALUES (1, 'a')");
        assertThat(count("INSERT INTO t VALUES (1, 'b') ON CONFLICT DO NOTHING"))
                .isZero();
        assertThat(count("INSERT OR IGNORE INTO t VALUES (1, 'c'), (2, 'c'), (3, 'c')"))
                .isEqualTo(2);
        assertThat(count("REPLACE INTO t VALUES (1, 'd')")).isEqualTo(1);
        assertThat(count("INSERT INTO t VALUES (1, 'e') ON CONFLICT (k) DO UPDATE SET v = excluded.v"))
                .isEqualTo(1);
        assertThat(rows("SELECT k, v FROM t ORDER BY k")).containsExactly(row(1L, "e"), row(2L, "c"), row(3L, "c"));
    }

    @Test
    void r084_triggersAndCascadesAreNotCounted() {
        script("""
            CREATE TABLE parent (id INTEGER PRIMARY KEY);
            CREATE TABLE child (parent REFERENCES parent (id) ON DELETE CASCADE);
            CREATE TABLE log (id);
            CREATE TRIGGER logged AFTER INSERT ON parent BEGIN INSERT INTO log VALUES (new.id), (new.id); END;
            """);
        assertThat(count("INSERT INTO parent VALUES (1), (2)")).isEqualTo(2);
        run("INSERT INTO child VALUES (1), (1), (1)");
        assertThat(count("DELETE FROM parent WHERE id = 1")).isEqualTo(1);
        assertThat(value("SELECT count(*) FROM log")).isEqualTo(4L);
        assertThat(value("SELECT count(*) FROM child")).isEqualTo(0L);
    }

    @Test
    void r085_countOfAnInsertDoesNotStayForWhatFollows() {
        script("CREATE TABLE t (x)");
        assertThat(count("INSERT INTO t VALUES (1), (2)")).isEqualTo(2);
        assertThat(count("CREATE TABLE u (x)")).isZero();
        assertThat(run("DROP TABLE u")).isZero();
        await(this.conn.commit());
        assertThat(count("INSERT INTO t VALUES (1), (2)")).isEqualTo(2);
        assertThat(run("PRAGMA user_version = 3")).isZero();
        await(this.conn.commit());
        assertThat(count("BEGIN")).isZero();
        assertThat(count("INSERT INTO t VALUES (1), (2)")).isEqualTo(2);
        assertThat(count("COMMIT")).isZero();
    }

    @Test
    void r086_rowIdOfTheInsertedRow() {
        script("CREATE TABLE posts (id INTEGER PRIMARY KEY, title TEXT, content TEXT)");
        String insert = "INSERT INTO posts (title, content) VALUES (?, ?)";
        assertThat(await(this.conn.execute(insert, "Hello", "World").lastInsertRowId()))
                .satisfies(id -> assertThat(id).isEqualTo(1L));
        await(this.cur.execute(insert, "Second", "More"));
        assertThat(this.cur.lastInsertRowId()).isEqualTo(2L);
    }

    @Test
    void r087_rowIdIsTheLastOfTheStatementItself() {
        script("CREATE TABLE t (x); CREATE TABLE log (id INTEGER PRIMARY KEY, x);"
                + "INSERT INTO log VALUES (500, NULL);");
        assertThat(ownRowId("INSERT INTO t VALUES (1), (2), (3)")).isEqualTo(3L);
        script("CREATE TRIGGER logged AFTER INSERT ON t BEGIN INSERT INTO log (x) VALUES (new.x); END");
        assertThat(rowId("DELETE FROM t")).isNull();
        assertThat(rowId("INSERT INTO t VALUES (1), (2), (3)")).isEqualTo(3L);
        assertThat(value("SELECT max(id) FROM log")).isEqualTo(503L);
        assertThat(ownRowId("INSERT INTO t (rowid, x) VALUES (4611686018427387904, 4)"))
                .isEqualTo(1L << 62);
    }

    @Test
    void r088_rowIdStaysWhereNothingIsInserted() {
        script("CREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE)");
        assertThat(this.cur.lastInsertRowId()).isNull();
        assertThat(rowId("INSERT INTO t VALUES (5, 'five')")).isEqualTo(5L);
        assertThat(rowId("UPDATE t SET u = 'V'")).isEqualTo(5L);
        assertThat(rowId("INSERT OR IGNORE INTO t VALUES (6, 'V')")).isEqualTo(5L);
        assertFails(Category.INTEGRITY, this.cur.execute("INSERT INTO t VALUES (7, 'V')"));
        assertThat(this.cur.lastInsertRowId()).isEqualTo(5L);
        await(this.cur.executeMany("INSERT INTO t VALUES (?, ?)", List.of(List.of(8, "VIII"))));
        assertThat(this.cur.lastInsertRowId()).isEqualTo(5L);

        StepVerifier.create(
                        this.conn.execute("UPDATE t SET u = 'W' WHERE id = 5").lastInsertRowId())
                .verifyComplete();
        StepVerifier.create(this.conn
                        .execute("INSERT OR IGNORE INTO t VALUES (9, 'W')")
                        .lastInsertRowId())
                .verifyComplete();
    }

    @Test
    void r089_rowIdsOfReplaceAndOfBothKindsOfKeys() {
        script("CREATE TABLE plain (id INTEGER PRIMARY KEY); CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT)");
        assertThat(rowId("REPLACE INTO plain VALUES (9)")).isEqualTo(9L);
        run("INSERT INTO auto DEFAULT VALUES");
        script("DELETE FROM auto; DELETE FROM plain");
        assertThat(rowId("INSERT INTO auto DEFAULT VALUES")).isEqualTo(2L);
        assertThat(rowId("INSERT INTO plain DEFAULT VALUES")).isEqualTo(1L);
    }

    @Test
    void r090_insertBehindWithAndWithReturningCountToo() {
        script("CREATE TABLE t (id INTEGER PRIMARY KEY)");
        assertThat(rowId("WITH x(n) AS (VALUES (77)) INSERT INTO t SELECT n FROM x"))
                .isEqualTo(77L);
        assertThat(this.cur.rowCount()).isEqualTo(1);
        assertThat(rowId("INSERT INTO t VALUES (88) RETURNING id")).isEqualTo(88L);
        assertThat(next(this.cur)).isEqualTo(row(88L));
        assertThat(ownRowId("WITH x(n) AS (VALUES (78)) INSERT INTO t SELECT n FROM x"))
                .isEqualTo(78L);
        assertThat(ownRowId("INSERT INTO t VALUES (89) RETURNING id")).isEqualTo(89L);
    }

    private TursoRow row() {
        return await(this.conn
                .execute("SELECT 7 AS id, 'x' AS name, 8 AS ID, NULL AS empty")
                .fetchOne());
    }

    @Test
    void r091_valuesByNameAndPosition() {
        TursoRow row = row();
        assertThat(row.get("id", Long.class)).isEqualTo(7L);
        assertThat(row.get(0)).isEqualTo(7L);
        assertThat(row.getLong("id")).isEqualTo(7L);
        assertThat(row.getString(1)).isEqualTo("x");
        assertThat(row.getInteger("id")).isEqualTo(7);
        assertThat(row.get("empty")).isNull();
        assertThat(row).hasToString("[7, x, 8, null]");
        assertThat(row).isEqualTo(row()).hasSameHashCodeAs(row());
    }

    @Test
    void r092_namesIgnoreCaseAndTheFirstWins() {
        assertThat(row().getLong("ID")).isEqualTo(7L);
        assertThat(row().getLong("Id")).isEqualTo(7L);
        assertThat(row().getString("NAME")).isEqualTo("x");
    }

    @Test
    void r093_unknownNameAndIndexAreErrors() {
        TursoRow row = row();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> row.get("missing"));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> row.get(4));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> row.get(-1));
    }

    @Test
    void r094_rowsAreMappedToWhatIsWanted() {
        script("CREATE TABLE t (id INTEGER, name TEXT); INSERT INTO t VALUES (1, 'a'), (2, NULL)");
        List<Map<String, Object>> maps = await(
                this.conn.execute("SELECT * FROM t ORDER BY id").fetchAll().map(TursoRow::asMap));
        assertThat(maps.get(0)).containsExactly(Map.entry("id", 1L), Map.entry("name", "a"));
        assertThat(maps.get(1)).containsEntry("id", 2L).containsEntry("name", null);
        assertThat(await(this.conn.execute("SELECT * FROM t ORDER BY id").fetchAll(row -> row.getLong("id") + 10)))
                .containsExactly(11L, 12L);
    }
}
