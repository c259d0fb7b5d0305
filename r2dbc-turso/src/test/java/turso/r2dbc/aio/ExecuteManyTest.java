package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TursoBadGrammarException;
import turso.r2dbc.api.TursoException.Category;

/** one statement, many sets of values. */
class ExecuteManyTest extends AioTest {

    private Long many(String sql, Object... sets) {
        return await(this.conn.executeMany(sql, Arrays.asList(sets)));
    }

    @Test
    void r095_listOfSets() {
        script("CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT)");
        Long inserted = many("INSERT INTO users VALUES (?, ?)", List.of(3, "carol"), List.of(4, "dave"));
        assertThat(inserted).isEqualTo(2L);
        await(this.cur.executeMany(
                "INSERT INTO users VALUES (?, ?)", List.of(new Object[] {5, "eve"}, new Object[] {6, "frank"})));
        assertThat(this.cur.rowCount()).isEqualTo(2);
        await(this.conn.commit());
        assertThat(rows(connect(), "SELECT * FROM users ORDER BY id"))
                .containsExactly(row(3L, "carol"), row(4L, "dave"), row(5L, "eve"), row(6L, "frank"));
    }

    @Test
    void r096_setsMayComeLazily() {
        script("CREATE TABLE t (x)");
        List<Integer> made = new ArrayList<>();
        Iterable<List<Integer>> lazy = () ->
                IntStream.range(0, 50).peek(made::add).mapToObj(i -> List.of(i)).iterator();
        var work = this.conn.executeMany("INSERT INTO t VALUES (?)", lazy);
        assertThat(made).isEmpty();
        assertThat(await(work).longValue()).isEqualTo(50);

        // A publisher that itself uses the connection would wait for itself if the connection were held meanwhile.
        Publisher<Object[]> queried =
                this.conn.execute("SELECT x + 50 FROM t ORDER BY x").fetchAll(it -> new Object[] {it.getLong(0)});
        assertThat(await(this.conn.executeMany("INSERT INTO t VALUES (?)", queried))
                        .longValue())
                .isEqualTo(50);
        assertThat(rows("SELECT count(*), sum(x) FROM t")).containsExactly(row(100L, 4950L));
    }

    @Test
    void r097_noSetsAreNoRowsAndATransaction() {
        script("CREATE TABLE t (x)");
        assertThat(many("INSERT INTO t VALUES (?)")).isZero();
        assertThat(inTransaction()).isTrue();
        await(this.conn.rollback());
        assertThat(await(this.conn.executeMany("INSERT INTO t VALUES (?)", Flux.empty()))
                        .longValue())
                .isZero();
        assertThat(inTransaction()).isTrue();
    }

    @Test
    void r098_countsAreAddedUp() {
        script("CREATE TABLE t (x); INSERT INTO t VALUES (1), (1), (2), (3)");
        assertThat(many("UPDATE t SET x = x + 10 WHERE x = ?", List.of(1), List.of(2), List.of(9)))
                .isEqualTo(3L);
        assertThat(many("DELETE FROM t WHERE x = ?", List.of(11), List.of(12), List.of(9)))
                .isEqualTo(3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT ?", "CREATE TABLE u (x)", "PRAGMA user_version", "BEGIN", "VALUES (?)"})
    void r099_onlyWritesHaveSets(String sql) {
        assertFails(Category.PROGRAMMING, this.conn.executeMany(sql, List.of(List.of(1))))
                .isInstanceOf(TursoBadGrammarException.class);
        assertFails(Category.PROGRAMMING, this.cur.executeMany(sql, List.of(List.of(1))));
        assertFails(Category.PROGRAMMING, this.conn.executeMany(sql, Flux.just(List.of(1))));
        assertThat(inTransaction()).isFalse();
        assertThat(value("SELECT count(*) FROM sqlite_schema")).isEqualTo(0L);
    }

    @Test
    void r100_setsBeforeAnErrorStayInTheTransaction() {
        script("CREATE TABLE t (x UNIQUE)");
        assertFails(
                Category.INTEGRITY,
                Code.CONSTRAINT_UNIQUE,
                "UNIQUE constraint failed: t.x",
                this.conn.executeMany(
                        "INSERT INTO t VALUES (?)", List.of(List.of(1), List.of(2), List.of(1), List.of(3))));
        assertThat(inTransaction()).isTrue();
        assertThat(column("SELECT x FROM t ORDER BY x")).containsExactly(1L, 2L);
        await(this.conn.rollback());
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r101_setsByNameOfAnyTypes() {
        script("CREATE TABLE t (k PRIMARY KEY, v)");
        assertThat(many(
                        "INSERT INTO t VALUES (:k, :v) ON CONFLICT (k) DO UPDATE SET v = excluded.v",
                        Map.of("k", 1, "v", "one"),
                        Map.of(":k", 2, ":v", 2.5),
                        Map.of("k", 1, "v", "uno"),
                        Map.of("k", 3, "v", true, "unused", "x")))
                .isEqualTo(4L);
        assertThat(many("REPLACE INTO t VALUES (?, ?)", Arrays.asList(3, null), new Object[] {4L, "vier"}))
                .isEqualTo(2L);
        assertThat(rows("SELECT k, v FROM t ORDER BY k"))
                .containsExactly(row(1L, "uno"), row(2L, 2.5), row(3L, null), row(4L, "vier"));
    }

    @Test
    void r102_wrongNumberOfValuesIsMisuseBeforeAnythingRuns() {
        script("CREATE TABLE t (x, y)");
        String insert = "INSERT INTO t VALUES (?, ?)";
        assertFails(Category.INTERFACE, this.conn.executeMany(insert, List.of(List.of(1, 2), List.of(1))));
        assertFails(Category.INTERFACE, this.conn.executeMany(insert, List.of(List.of(1, 2), List.of(1, 2, 3))));
        assertFails(Category.INTERFACE, this.conn.executeMany(insert, Flux.just(List.of(1, 2), List.of(1))));
        assertFails(Category.INTERFACE, this.cur.executeMany(insert, List.of(List.of())));
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
        assertThat(inTransaction()).isFalse();
    }

    @Test
    void r103_rowsOfReturningAreThrownAway() {
        script("CREATE TABLE t (x)");
        await(this.cur.executeMany("INSERT INTO t VALUES (?) RETURNING x", List.of(List.of(1), List.of(2))));
        assertThat(next(this.cur)).isNull();
        assertThat(this.cur.rowCount()).isEqualTo(2);
        assertThat(column("SELECT x FROM t ORDER BY x")).containsExactly(1L, 2L);
    }
}
