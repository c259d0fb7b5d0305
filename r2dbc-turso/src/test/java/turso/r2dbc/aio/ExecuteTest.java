package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.api.TursoBadGrammarException;
import turso.r2dbc.api.TursoDataException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoRow;

/** one statement and its parameters. */
class ExecuteTest extends AioTest {

    private List<List<@Nullable Object>> rowsByName(String sql, Map<String, ?> arguments) {
        return await(this.conn.execute(sql, arguments).fetchAll().map(TursoRow::values));
    }

    /** Asserts that a statement is refused before the engine sees it, however it is run. */
    private void assertRefused(Category category, String sql, @Nullable Object... arguments) {
        assertFails(category, this.conn.execute(sql, arguments).fetchOne())
                .isInstanceOf(TursoBadGrammarException.class);
        assertFails(category, this.conn.execute(sql, arguments).fetchAll());
        assertFails(category, this.conn.execute(sql, arguments).rowCount());
        assertFails(category, this.conn.execute(sql, arguments).lastInsertRowId());
        assertFails(category, this.conn.execute(sql, arguments).then());
        assertFails(category, this.conn.execute(sql, arguments).cursor());
        assertFails(category, this.cur.execute(sql, arguments));
        assertThat(inTransaction()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1; SELECT 2",
                "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)",
                "INSERT INTO t VALUES (1);; /* and */ SELECT 1"
            })
    void r041_onlyOneStatementIsAllowed(String sql) {
        script("CREATE TABLE t (v)");
        assertRefused(Category.PROGRAMMING, sql);
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 3 /* x */ ; /* y */", "SELECT 3;", " \n;; SELECT 3 ; ;-- end", "\tSELECT 3;\r\n"})
    void r042_semicolonsBlanksAndCommentsAroundItAreFine(String sql) {
        assertThat(value(sql)).isEqualTo(3L);
    }

    @Test
    void r043_secondStatementAfterOtherThanAsciiIsSeen() {
        assertRefused(Category.PROGRAMMING, "SELECT 'éééééééééééééééé'; SELECT 2");
        assertRefused(Category.PROGRAMMING, "SELECT '世界🌍🌍🌍🌍🌍🌍'; SELECT 2");
        assertThat(value("SELECT 'éééé; SELECT 2'")).isEqualTo("éééé; SELECT 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "-- c", "/* c */", ";"})
    void r044_noStatementIsAnError(String sql) {
        assertRefused(Category.PROGRAMMING, sql);
        assertThat(failure(this.conn.execute(sql).then())).hasMessageContaining("no SQL statement");
        assertUsable();
        await(this.conn.close());
    }

    @Test
    void r045_valuesByPosition() {
        script("CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL)");
        run("INSERT INTO products (name, price) VALUES (?, ?)", "Widget", 9.99);
        run("INSERT INTO products (name, price) VALUES (?, ?)", "Gadget", 19.99);
        assertThat(rows("SELECT * FROM products WHERE price < ?", 15.0)).containsExactly(row(1L, "Widget", 9.99));
    }

    @Test
    void r046_numberedParameters() {
        assertThat(rows("SELECT ?2, ?1, ?2", "a", "b")).containsExactly(row("b", "a", "b"));
        assertThat(rows("SELECT ?3", 1, 2, 3)).containsExactly(row(3L));
        assertRefused(Category.INTERFACE, "SELECT ?3", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {":x", "@x", "$x"})
    void r047_valuesByName(String parameter) {
        String sql = "SELECT " + parameter + " + " + parameter;
        assertThat(rowsByName(sql, Map.of("x", 7))).containsExactly(row(14L));
        assertThat(rowsByName(sql, Map.of(parameter, 7))).containsExactly(row(14L));
        assertThat(rowsByName(sql, Collections.singletonMap("x", null))).containsExactly(row((Object) null));
        await(this.cur.execute(sql, Map.of("x", 7)));
        assertThat(next(this.cur)).isEqualTo(row(14L));
    }

    @Test
    void r048_namesTheStatementDoesNotHaveAreIgnored() {
        assertThat(rowsByName("SELECT :x", Map.of("x", 1, "unused", 999))).containsExactly(row(1L));
    }

    @Test
    void r049_numberAsName() {
        assertThat(rowsByName("SELECT ?1 + :x", Map.of("1", 2, "x", 3))).containsExactly(row(5L));
    }

    @Test
    void r050_nameWithoutAValueIsMisuse() {
        Map<String, Object> values = new HashMap<>();
        values.put("a", 1);
        assertFails(
                        Category.INTERFACE,
                        this.conn.execute("SELECT :a, :b", values).fetchOne())
                .isInstanceOf(TursoBadGrammarException.class)
                .hasMessageContaining("b");
        assertFails(Category.INTERFACE, this.cur.execute("SELECT :a, :b", values));
    }

    @Test
    void r051_tooManyValuesAreMisuse() {
        assertRefused(Category.INTERFACE, "SELECT ?", 1, 2);
        assertRefused(Category.INTERFACE, "SELECT 1", 1);
    }

    @Test
    void r052_tooFewValuesAreMisuse() {
        assertRefused(Category.INTERFACE, "SELECT ?, ?", 1);
        assertRefused(Category.INTERFACE, "SELECT ?");
    }

    @Test
    void r053_wrongNumberOfValuesLeavesNoRow() {
        script("CREATE TABLE t (a, b)");
        assertRefused(Category.INTERFACE, "INSERT INTO t VALUES (?, ?)", 1, 2, 3);
        assertRefused(Category.INTERFACE, "INSERT INTO t VALUES (?, ?)", 1);
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r054_questionMarksElsewhereAreNoParameters() {
        assertThat(rows("SELECT '?', ':x', x AS \"?\" /* ? */ FROM (SELECT ? AS x) -- ?", "bound"))
                .containsExactly(row("?", ":x", "bound"));
        assertThat(rows("SELECT '?'")).containsExactly(row("?"));
    }

    @Test
    void r055_valuesStayData() {
        script("CREATE TABLE t (v)");
        String evil = "x'); DROP TABLE t; --";
        run("INSERT INTO t VALUES (?)", evil);
        assertThat(column("SELECT v FROM t WHERE v = ?", evil)).containsExactly(evil);
    }

    @Test
    void r056_manyParameters() {
        Object[] values = IntStream.range(0, 1200).boxed().toArray();
        String marks = "?, ".repeat(values.length - 1) + "?";
        assertThat(value("SELECT 5 IN (" + marks + ")", values)).isEqualTo(1L);
    }

    @Test
    void r057_valuesByPositionGoToNamesInOrder() {
        assertThat(rows("SELECT :b, :a, :b", 1, 2)).containsExactly(row(1L, 2L, 1L));
    }

    @Test
    void r058_valueThatCannotBeStoredIsMisuse() {
        script("CREATE TABLE t (v)");
        assertFails(
                        Category.INTERFACE,
                        this.conn
                                .execute("INSERT INTO t VALUES (?)", new Object())
                                .then())
                .isInstanceOf(TursoDataException.class)
                .hasMessageContaining("java.lang.Object");
        assertFails(
                Category.INTERFACE,
                this.conn
                        .execute("INSERT INTO t VALUES (:v)", Map.of("v", new Object()))
                        .then());
        assertThat(inTransaction()).isFalse();
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }
}
