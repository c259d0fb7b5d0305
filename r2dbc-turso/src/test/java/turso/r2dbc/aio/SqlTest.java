package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoException.Category;

/** a bit of everything SQLite's SQL has goes through. */
class SqlTest extends AioTest {

    @BeforeEach
    void people() {
        script("""
            CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT, age INTEGER, city INTEGER);
            CREATE TABLE city (id INTEGER PRIMARY KEY, name TEXT);
            INSERT INTO city VALUES (1, 'Bonn'), (2, 'Rome'), (3, 'Oslo');
            INSERT INTO person VALUES (1, 'ann', 30, 1), (2, 'bob', 20, 1), (3, 'cid', 40, 2), (4, 'dan', 20, NULL);
            """);
    }

    private void assertRow(String sql, @Nullable Object... values) {
        assertThat(rows(sql)).containsExactly(row(values));
    }

    private void assertColumn(String sql, @Nullable Object... values) {
        assertThat(column(sql)).containsExactly(values);
    }

    @Test
    void r167_subqueries() {
        assertColumn("SELECT name FROM person WHERE age > (SELECT avg(age) FROM person) ORDER BY id", "ann", "cid");
        assertColumn("SELECT name FROM city c WHERE NOT EXISTS (SELECT 1 FROM person WHERE city = c.id)", "Oslo");
        assertColumn("SELECT name FROM person WHERE city IN (SELECT id FROM city WHERE name = 'Rome')", "cid");
    }

    @Test
    void r168_joins() {
        assertThat(rows("SELECT p.name, c.name FROM person p LEFT JOIN city c ON c.id = p.city ORDER BY p.id"))
                .containsExactly(row("ann", "Bonn"), row("bob", "Bonn"), row("cid", "Rome"), row("dan", null));
        assertThat(rows("SELECT p.name, c.name FROM person p FULL JOIN city c ON c.id = p.city WHERE p.id IS NULL"))
                .containsExactly(row(null, "Oslo"));
        assertRow("SELECT count(*) FROM person CROSS JOIN city", 12L);
    }

    @Test
    void r169_aggregates() {
        assertRow("SELECT count(*), sum(age), min(name), max(age), avg(age) FROM person", 4L, 110L, "ann", 40L, 27.5);
        assertThat(rows("SELECT age, count(*) FROM person GROUP BY age HAVING count(*) > 1"))
                .containsExactly(row(20L, 2L));
        assertRow("SELECT group_concat(name, '+') FROM (SELECT name FROM person ORDER BY id)", "ann+bob+cid+dan");
    }

    @Test
    void r170_commonTableExpressions() {
        assertColumn(
                "WITH old AS (SELECT name FROM person WHERE age >= 30) SELECT name FROM old ORDER BY 1", "ann", "cid");
        assertRow(
                "WITH RECURSIVE f(n, x) AS (SELECT 1, 1 UNION ALL SELECT n + 1, x * (n + 1) FROM f WHERE n < 10)"
                        + " SELECT max(x) FROM f",
                3628800L);
    }

    @Test
    void r171_windows() {
        assertThat(rows("SELECT name, row_number() OVER w, lag(name) OVER w, lead(name) OVER w, ntile(2) OVER w"
                        + " FROM person WHERE id < 4 WINDOW w AS (ORDER BY id)"))
                .containsExactly(
                        row("ann", 1L, null, "bob", 1L),
                        row("bob", 2L, "ann", "cid", 1L),
                        row("cid", 3L, "bob", null, 2L));
    }

    @Test
    void r172_operators() {
        assertRow(
                "SELECT 7 % 3, 1 << 4, 6 & 3, 6 | 3, ~1, 'a' || 'b', 2 BETWEEN 1 AND 3, 'abc' LIKE 'A%', 'abc' GLOB 'a*',"
                        + " NULL IS NULL, 1 IS NOT 2, NOT 0, '{\"a\": 1}' ->> 'a'",
                1L, 16L, 2L, 7L, -2L, "ab", 1L, 1L, 1L, 1L, 1L, 1L, 1L);
    }

    @Test
    void r173_setOperations() {
        assertColumn("SELECT 1 UNION SELECT 2 UNION SELECT 1 ORDER BY 1", 1L, 2L);
        assertColumn("SELECT 1 UNION ALL SELECT 1", 1L, 1L);
        assertColumn("SELECT 1 INTERSECT SELECT 1", 1L);
        assertColumn("SELECT 1 EXCEPT SELECT 1");
    }

    @Test
    void r174_views() {
        run("CREATE VIEW adult AS SELECT name FROM person WHERE age > 25");
        assertColumn("SELECT name FROM adult ORDER BY name", "ann", "cid");
        run("DROP VIEW adult");
        assertFails(
                Category.PROGRAMMING,
                Code.ERROR,
                "no such table: adult",
                this.conn.execute("SELECT * FROM adult").then());
    }

    @Test
    void r175_json() {
        assertThat(rows(
                        "SELECT json_extract(?, '$.b[1]'), json_array(1, 'x'), json_object('k', NULL)",
                        "{\"b\": [1, 2]}"))
                .containsExactly(row(2L, "[1,\"x\"]", "{\"k\":null}"));
        assertThat(column("SELECT value FROM json_each(?)", "[1, \"two\", null]"))
                .containsExactly(1L, "two", null);
    }

    @Test
    void r176_scalarFunctions() {
        assertRow(
                "SELECT upper('a'), substr('hello', 2, 3), coalesce(NULL, 2), round(2.567, 1), hex(x'ff'), instr('abc', 'c'),"
                        + " iif(1, 'y', 'n'), printf('%03d', 7), typeof(1.0), nullif(1, 1)",
                "A", "ell", 2L, 2.6, "FF", 3L, "y", "007", "real", null);
    }

    @Test
    void r177_statementsFollowTheSchema() {
        assertThat(await(this.conn.execute("SELECT * FROM city").fetchOne()).size())
                .isEqualTo(2);
        run("ALTER TABLE city ADD COLUMN country TEXT DEFAULT 'x'");
        assertThat(rows("SELECT * FROM city ORDER BY id").get(0)).isEqualTo(row(1L, "Bonn", "x"));
        // Another connection changes it too.
        await(connect()
                .executeScript("ALTER TABLE city RENAME COLUMN country TO land; ALTER TABLE city DROP COLUMN name"));
        assertThat(await(this.conn.execute("SELECT * FROM city").fetchOne()).columnNames())
                .containsExactly("id", "land");
        run("ALTER TABLE city RENAME TO town");
        assertRow("SELECT count(*) FROM town", 3L);
    }

    @Test
    void r178_ifExists() {
        run("CREATE TABLE IF NOT EXISTS city (other)");
        run("DROP TABLE IF EXISTS missing");
        run("DROP INDEX IF EXISTS missing");
        assertRow("SELECT count(*) FROM city", 3L);
    }

    @Test
    void r179_orderLimitDistinct() {
        assertColumn("SELECT name FROM person ORDER BY age DESC, name LIMIT 2 OFFSET 1", "ann", "bob");
        assertColumn("SELECT DISTINCT age FROM person ORDER BY age", 20L, 30L, 40L);
        assertColumn("SELECT city FROM person ORDER BY city NULLS LAST", 1L, 1L, 2L, null);
    }

    @Test
    void r180_conflictClauses() {
        assertThat(run("INSERT OR IGNORE INTO city VALUES (1, 'no')")).isZero();
        assertThat(run("INSERT OR REPLACE INTO city VALUES (1, 'Berlin')")).isEqualTo(1L);
        assertThat(run("INSERT INTO city VALUES (2, 'x') ON CONFLICT (id) DO UPDATE SET name = name || '!'"))
                .isEqualTo(1L);
        assertColumn("SELECT name FROM city ORDER BY id", "Berlin", "Rome!", "Oslo");
    }

    @Test
    void r181_defaultsAndIndexes() {
        script("CREATE TABLE d (a DEFAULT 7, b TEXT DEFAULT ('x' || 'y'), c DEFAULT CURRENT_DATE);"
                + "CREATE UNIQUE INDEX d_a ON d (a) WHERE a > 5; INSERT INTO d DEFAULT VALUES");
        assertRow("SELECT a, b, length(c) FROM d", 7L, "xy", 10L);
        assertFails(
                Category.INTEGRITY,
                Code.CONSTRAINT_UNIQUE,
                "UNIQUE constraint failed: d.a",
                this.conn.execute("INSERT INTO d DEFAULT VALUES").then());
        assertThat(rows("EXPLAIN QUERY PLAN SELECT a FROM d INDEXED BY d_a WHERE a = 7 AND a > 5")
                        .get(0)
                        .get(3)
                        .toString())
                .contains("d_a");
    }

    @Test
    void r182_generatedColumnsAndTablesWithoutRowId() {
        script("CREATE TABLE g (a, twice AS (a * 2), thrice AS (a * 3) STORED); INSERT INTO g VALUES (5);"
                + "CREATE TABLE w (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO w VALUES ('k', 1)");
        assertRow("SELECT a, twice, thrice FROM g", 5L, 10L, 15L);
        assertRow("SELECT k, v FROM w", "k", 1L);
    }

    @Test
    void r183_mathAndFullText() {
        assertRow("SELECT sqrt(16), ceil(1.2), pow(2, 10), log10(1000)", 4.0, 2.0, 1024.0, 3.0);
        script(
                "CREATE VIRTUAL TABLE doc USING fts5 (body); INSERT INTO doc VALUES ('the quick fox'), ('a slow snail')");
        assertColumn("SELECT body FROM doc WHERE doc MATCH 'quick OR lazy'", "the quick fox");
    }

    /** Turso has it, this SQLite does not; either is fine, if it is said clearly. */
    @Test
    void r184_generateSeries() {
        try {
            assertColumn("SELECT value FROM generate_series(1, 3)", 1L, 2L, 3L);
        } catch (RuntimeException missing) {
            assertThat(missing)
                    .isInstanceOf(TursoException.class)
                    .hasMessageContaining("no such table: generate_series");
        }
        assertUsable();
    }

    @Test
    void r185_attachedDatabases() {
        Object other = this.database.isFile()
                ? this.database.directory().resolve("other.db").toString()
                : ":memory:";
        await(this.conn.execute("ATTACH ? AS other", other).then());
        script("CREATE TABLE other.t (x); INSERT INTO other.t VALUES (1); INSERT INTO other.t SELECT id FROM city");
        assertRow("SELECT sum(x) FROM other.t", 7L);
        await(this.conn.execute("DETACH other").then());
        assertThat(rows("SELECT name FROM pragma_database_list")).containsExactly(row("main"));
    }

    @Test
    void r186_pragmas() {
        assertRow("PRAGMA foreign_keys", 1L);
        run("PRAGMA user_version = 42");
        assertRow("PRAGMA user_version", 42L);
        assertThat(column("SELECT name FROM pragma_table_info('city')")).isEqualTo(List.of("id", "name"));
        assertRow("PRAGMA quick_check", "ok");
    }
}
