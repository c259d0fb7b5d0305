package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException.Category;

/** scripts. */
class ScriptTest extends AioTest {

    @Test
    void r021_lastStatementNeedsNoSemicolon() {
        script("CREATE TABLE t (v); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)");
        assertThat(column("SELECT v FROM t ORDER BY v")).containsExactly(1L, 2L);
    }

    @Test
    void r022_scriptOfTheAioExample() {
        script("""
                CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
                INSERT INTO users VALUES (1, 'alice'), (2, 'bob');
            """);
        await(this.cur.execute("SELECT COUNT(*) FROM users"));
        assertThat(next(this.cur)).isEqualTo(row(2L));
        await(this.cur.execute("SELECT * FROM users WHERE id = ?", 1));
        assertThat(next(this.cur)).isEqualTo(row(1L, "alice"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \r\n\t ", "-- c", "/* c */ ; ;; -- x", ";"})
    void r023_scriptWithoutAStatementDoesNothing(String sql) {
        script(sql);
        assertUsable();
    }

    @Test
    void r024_commentsMayStandAnywhere() {
        script(
                "/* first */ CREATE TABLE t (v) -- end; of it\n; -- INSERT INTO t VALUES (9);\n"
                        + "INSERT /* ; */ INTO t VALUES (1); /* INSERT INTO t VALUES (8); */ INSERT INTO t -- here\n VALUES (2);");
        assertThat(column("SELECT v FROM t ORDER BY v")).containsExactly(1L, 2L);
    }

    @Test
    void r025_semicolonsInStringsAndNamesAreKept() {
        script("CREATE TABLE t (v, \"a;b\", [c;d], `e;f`); INSERT INTO t VALUES ('x;y', ';', '''; --', '/*;*/');"
                + "INSERT INTO t (\"a;b\") VALUES (';;'); INSERT INTO t ([c;d]) VALUES ('it''s;');"
                + "INSERT INTO t (`e;f`) VALUES ('\n;')");
        assertThat(rows("SELECT * FROM t ORDER BY rowid"))
                .containsExactly(
                        row("x;y", ";", "'; --", "/*;*/"),
                        row(null, ";;", null, null),
                        row(null, null, "it's;", null),
                        row(null, null, null, "\n;"));
    }

    @Test
    void r026_triggersAreOneStatement() {
        script("""
            CREATE TABLE t (v);
            CREATE TABLE log (what);
            CREATE TRIGGER added AFTER INSERT ON t BEGIN
                INSERT INTO log VALUES ('added ' || new.v);
                INSERT INTO log SELECT CASE WHEN new.v > 1 THEN 'big' ELSE 'small' END;
            END;
            CREATE TEMP TRIGGER IF NOT EXISTS "end" AFTER DELETE ON t BEGIN INSERT INTO log VALUES ('end;'); END;
            INSERT INTO t VALUES (1), (2);
            DELETE FROM t WHERE v = 1;
            """);
        assertThat(column("SELECT what FROM log ORDER BY rowid"))
                .containsExactly("added 1", "small", "added 2", "big", "end;");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1;", "", "-- nothing"})
    void r027_pendingTransactionIsCommittedFirst(String sql) {
        script("CREATE TABLE t (v)");
        run("INSERT INTO t VALUES (1)");
        script(sql);
        assertThat(inTransaction()).isFalse();
        await(this.conn.rollback());
        assertThat(column("SELECT v FROM t")).containsExactly(1L);
    }

    @Test
    void r028_withoutAutocommitNothingIsCommittedFirst() {
        script("CREATE TABLE t (v)");
        TursoConnection off = connect(options -> options.autocommit(Autocommit.OFF));
        await(off.execute("INSERT INTO t VALUES (1)").then());
        await(off.executeScript("INSERT INTO t VALUES (2)"));
        assertThat(rows(off, "SELECT count(*) FROM t")).containsExactly(List.of(2L));
        await(off.rollback());
        assertThat(rows(off, "SELECT count(*) FROM t")).containsExactly(List.of(0L));
        await(off.close());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r029_writesOfAScriptCommitByThemselves() {
        script("CREATE TABLE t (v); INSERT INTO t VALUES (1)");
        assertThat(inTransaction()).isFalse();
        await(this.conn.rollback());
        assertThat(rows(connect(), "SELECT v FROM t")).containsExactly(List.of(1L));
    }

    @Test
    void r030_scriptMayBeginAndCommit() {
        script("CREATE TABLE t (v); BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (2); COMMIT");
        assertThat(inTransaction()).isFalse();
        assertThat(column("SELECT v FROM t ORDER BY v")).containsExactly(1L, 2L);

        script("DELETE FROM t; BEGIN; INSERT INTO t VALUES (3)");
        assertThat(inTransaction()).isTrue();
        await(this.conn.rollback());
        assertThat(inTransaction()).isFalse();
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r031_whatRanBeforeAnErrorStays() {
        script("CREATE TABLE t (v UNIQUE)");
        assertFails(
                Category.INTEGRITY,
                Code.CONSTRAINT_UNIQUE,
                "UNIQUE constraint failed: t.v",
                this.conn.executeScript(
                        "INSERT INTO t VALUES (1); SELECT 1; INSERT INTO t VALUES (1);" + "INSERT INTO t VALUES (2)"));
        assertThat(inTransaction()).isFalse();
        assertThat(column("SELECT v FROM t")).containsExactly(1L);
    }

    @Test
    void r032_whatRanBeforeASyntaxErrorStays() {
        script("CREATE TABLE t (v)");
        assertFails(
                Category.PROGRAMMING,
                Code.ERROR,
                "near \"INSRT\": syntax error",
                this.conn.executeScript(
                        "INSERT INTO t VALUES (1); SELECT 1; INSRT INTO t VALUES (2);" + "INSERT INTO t VALUES (3)"));
        assertThat(column("SELECT v FROM t")).containsExactly(1L);
    }

    @Test
    void r033_errorInsideATransactionLeavesItOpen() {
        script("CREATE TABLE t (v UNIQUE)");
        assertFails(
                Category.INTEGRITY,
                this.conn.executeScript("BEGIN; INSERT INTO t VALUES (1); INSERT INTO t VALUES (1); COMMIT"));
        assertThat(inTransaction()).isTrue();
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(1L);
        await(this.conn.rollback());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r034_unfinishedStatementIsAnError() {
        script("CREATE TABLE t (v)");
        assertFails(
                Category.PROGRAMMING,
                Code.ERROR,
                "incomplete input",
                this.conn.executeScript("INSERT INTO t VALUES (1"));
        assertFails(
                Category.PROGRAMMING,
                Code.ERROR,
                "unrecognized token: \"'abc);\"",
                this.conn.executeScript("INSERT INTO t VALUES ('abc);"));
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r035_unterminatedBlockCommentEndsTheScript() {
        script("CREATE TABLE t (v); INSERT INTO t VALUES (1); /* INSERT INTO t VALUES (2);");
        assertThat(column("SELECT v FROM t")).containsExactly(1L);
    }

    @Test
    void r036_rowsAreThrownAway() {
        await(this.cur.executeScript("CREATE TABLE t (v); INSERT INTO t VALUES (1); SELECT * FROM t;"));
        assertThat(next(this.cur)).isNull();
        assertThat(this.cur.columnNames()).isEmpty();
    }

    @Test
    void r037_returningRunsToItsEnd() {
        script("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3) RETURNING v; INSERT INTO t VALUES (4)");
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(4L);
    }

    @Test
    void r038_parametersAreNull() {
        script("CREATE TABLE t (v); INSERT INTO t VALUES (?); INSERT INTO t VALUES (:name)");
        assertThat(rows("SELECT v FROM t")).containsExactly(row((Object) null), row((Object) null));
    }

    @Test
    void r039_anyTextIsSplitWhereItShouldBe() {
        script("CREATE TABLE t (v); INSERT INTO t VALUES ('ééééééééééé'); INSERT INTO t VALUES ('世界🌍');"
                + "INSERT INTO t VALUES ('z')");
        assertThat(column("SELECT v FROM t ORDER BY rowid")).containsExactly("ééééééééééé", "世界🌍", "z");
    }

    @Test
    void r040_linesMayEndWithCarriageReturns() {
        script(
                "CREATE TABLE t (v);\r\n-- a comment\r\nINSERT INTO t\r\nVALUES (1);\r\n\r\nINSERT INTO t VALUES ('a\r\nb');\r\n");
        assertThat(column("SELECT v FROM t ORDER BY rowid")).containsExactly(1L, "a\r\nb");

        script(IntStream.rangeClosed(1, 200)
                .mapToObj(i -> "INSERT INTO t VALUES (" + i + ")")
                .collect(Collectors.joining(";\n")));
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(202L);

        script("PRAGMA user_version = 7; WITH n(x) AS (VALUES (1), (2)) INSERT INTO t SELECT x FROM n;"
                + "CREATE VIEW counted AS SELECT count(*) AS n FROM t");
        assertThat(value("PRAGMA user_version")).isEqualTo(7L);
        assertThat(value("SELECT n FROM counted")).isEqualTo(204L);
    }
}
