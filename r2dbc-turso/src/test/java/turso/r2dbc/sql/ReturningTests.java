package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RETURNING and result columns: C-32, kit tests 24 and 25. */
class ReturningTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1) RETURNING a",
                "insert into t values (1) returning *",
                "REPLACE INTO t VALUES (1) RETURNING a",
                "UPDATE t SET a = (SELECT 1) RETURNING a, b",
                "DELETE FROM t WHERE a IN (1)RETURNING(a)",
                "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x RETURNING a",
                "DELETE FROM t RETURNING a LIMIT 1"
            })
    void returningClauseIsSeen(String sql) {
        assertThat(statement(sql).hasReturning()).isTrue();
        assertThat(statement(sql).withReturning(List.of("b"))).isEqualTo(sql);
        assertThat(statement(sql).withReturning(List.of())).isEqualTo(sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t VALUES (1)",
                "INSERT INTO t VALUES ('RETURNING a')",
                "INSERT INTO t VALUES (1) -- RETURNING a",
                "INSERT INTO t SELECT \"returning\" FROM u",
                "UPDATE t SET a = (DELETE FROM t RETURNING a)",
                "UPDATE t SET a = [RETURNING]",
                "DELETE FROM t /* RETURNING a */",
                "WITH a AS (INSERT INTO t VALUES (1) RETURNING a) DELETE FROM t"
            })
    void whatOnlyLooksLikeReturningIsNone(String sql) {
        ParsedStatement statement = statement(sql);
        assertThat(statement.hasReturning()).isFalse();
        assertThat(statement.withReturning(List.of("a"))).isEqualTo(statement.sql() + "\nRETURNING `a`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1 RETURNING",
                "EXPLAIN INSERT INTO t VALUES (1) RETURNING a",
                "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO u VALUES (1) RETURNING a; END",
                "WITH a AS (SELECT 1) SELECT 1 RETURNING",
                "PRAGMA returning",
                "INSRT INTO t VALUES (1) RETURNING a",
                "COMMIT"
            })
    void onlyDmlHasReturning(String sql) {
        assertThat(statement(sql).hasReturning()).isFalse();
        assertThat(statement(sql).withReturning(List.of("a"))).isEqualTo(sql);
    }

    @Test
    void returningOfOneStatementSaysNothingAboutTheNext() {
        assertThat(ParsedSql.parse("INSERT INTO t VALUES (1) RETURNING *; INSERT INTO t VALUES (1)")
                        .statements())
                .extracting(ParsedStatement::hasReturning)
                .containsExactly(true, false);
    }

    @Test
    void returningIsAddedOnALineOfItsOwn() {
        assertThat(statement("INSERT INTO t VALUES (1);").withReturning(List.of("id", "Created At")))
                .isEqualTo("INSERT INTO t VALUES (1)\nRETURNING `id`, `Created At`");
        assertThat(statement("UPDATE t SET a = 1 -- all").withReturning(List.of()))
                .isEqualTo("UPDATE t SET a = 1\nRETURNING *");
    }

    @Test
    void returningGoesInFrontOfOrderByAndLimitOfUpdateAndDelete() {
        assertThat(statement(
                                " DELETE FROM t WHERE a IN (SELECT a FROM t ORDER BY a LIMIT 1) -- c\nORDER BY a LIMIT 1 OFFSET 2")
                        .withReturning(List.of("a")))
                .isEqualTo("DELETE FROM t WHERE a IN (SELECT a FROM t ORDER BY a LIMIT 1) -- c\n"
                        + "\nRETURNING `a`\nORDER BY a LIMIT 1 OFFSET 2");
        assertThat(statement("UPDATE t SET a = 1 LIMIT 1").withReturning(List.of()))
                .isEqualTo("UPDATE t SET a = 1 \nRETURNING *\nLIMIT 1");
    }

    @Test
    void returningFollowsOrderByAndLimitOfTheQueryOfAnInsert() {
        assertThat(statement("INSERT INTO t SELECT * FROM u ORDER BY a LIMIT 1").withReturning(List.of("a")))
                .isEqualTo("INSERT INTO t SELECT * FROM u ORDER BY a LIMIT 1\nRETURNING `a`");
    }

    @Test
    void positionIsCountedFromTheStatement() {
        assertThat(ParsedSql.parse("SELECT 1; DELETE FROM t LIMIT 1")
                        .statements()
                        .get(1)
                        .withReturning(List.of()))
                .isEqualTo("DELETE FROM t \nRETURNING *\nLIMIT 1");
    }

    static Stream<Arguments> names() {
        return Stream.of(
                arguments("id", "`id`"),
                arguments("a b", "`a b`"),
                arguments("a\"b", "`a\"b`"),
                arguments("\"id\"", "`id`"),
                arguments("\"a\"\"b\"", "`a\"b`"),
                arguments("`id`", "`id`"),
                arguments("`a``b`", "`a``b`"),
                arguments("[id]", "`id`"),
                arguments("[a b]", "`a b`"),
                arguments("\"\"", "``"),
                arguments("'id'", "`'id'`"),
                arguments("\"a\", \"b\"", "`\"a\", \"b\"`"),
                arguments("\"a\"b\"", "`\"a\"b\"`"),
                arguments("\"a", "`\"a`"),
                arguments("a\"", "`a\"`"),
                arguments("\"", "`\"`"),
                arguments("\"a\"\"", "`\"a\"\"`"),
                arguments("[a]b]", "`[a]b]`"),
                arguments("[a", "`[a`"),
                arguments("`a`b`", "```a``b```"),
                arguments("*", "`*`"),
                arguments("t.a", "`t.a`"),
                arguments("\"t\".\"a\"", "`\"t\".\"a\"`"));
    }

    @ParameterizedTest
    @MethodSource("names")
    void namesAreQuotedOnceInBackticks(String name, String quoted) {
        assertThat(statement("DELETE FROM t").withReturning(List.of(name)))
                .isEqualTo("DELETE FROM t\nRETURNING " + quoted);
    }

    @Test
    void blanksBelongToAName() {
        assertThat(statement("DELETE FROM t").withReturning(List.of(" \"a\"", "\"a\" ", "")))
                .isEqualTo("DELETE FROM t\nRETURNING ` \"a\"`, `\"a\" `, ``");
    }

    @Test
    void nullNamesAreIllegal() {
        ParsedStatement insert = statement("INSERT INTO t VALUES (1)");
        ParsedStatement select = statement("SELECT 1");
        for (ParsedStatement statement : List.of(insert, select)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> statement.withReturning(null))
                    .withMessage("columns must not be null");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> statement.withReturning(Collections.singletonList(null)))
                    .withMessage("column must not be null");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT * FROM t",
                "SELECT a, * FROM t",
                "SELECT t.* FROM t",
                "SELECT DISTINCT * FROM t",
                "SELECT ALL * FROM t",
                "SELECT/**/* FROM t",
                "select \"t\" . * from t",
                "WITH a AS (SELECT 1) SELECT * FROM a",
                "SELECT a FROM (SELECT * FROM t)",
                "INSERT INTO t VALUES (1) RETURNING *",
                "INSERT INTO t SELECT * FROM u",
                "VALUES (1) UNION ALL SELECT * FROM t",
                "EXPLAIN SELECT * FROM t",
                "(SELECT * FROM t)"
            })
    void starOfAResultIsSeen(String sql) {
        assertThat(statement(sql).hasStar()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT a FROM t",
                "SELECT count(*) FROM t",
                "SELECT 2*3, a*b, (1)*(2), 'a'*\"b\", ?*?, a *b",
                "SELECT '*', \"*\", [*] -- *\n /* * */",
                "SELECT 1.*2",
                "INSERT INTO t VALUES (1)",
                "* SELECT",
                "SELECT \"select\" * 2"
            })
    void otherStarsAreNot(String sql) {
        assertThat(statement(sql).hasStar()).isFalse();
    }

    @Test
    void starOfOneStatementSaysNothingAboutTheNext() {
        assertThat(ParsedSql.parse("SELECT * FROM t; SELECT a FROM t").statements())
                .extracting(ParsedStatement::hasStar)
                .containsExactly(true, false);
    }

    private static ParsedStatement statement(String sql) {
        ParsedSql parsed = ParsedSql.parse(sql);
        assertThat(parsed.statements()).hasSize(1);
        return parsed.statements().get(0);
    }
}
