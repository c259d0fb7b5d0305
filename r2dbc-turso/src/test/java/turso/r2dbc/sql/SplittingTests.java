package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where statements begin and end: C-34, P-1, kit test 17, R-021 to. */
class SplittingTests {

    @Test
    void statementsComeInOrderWithoutTheirSemicolons() {
        assertThat(split("SELECT 1; SELECT 2;SELECT 3")).containsExactly("SELECT 1", "SELECT 2", "SELECT 3");
    }

    @Test
    void lastSemicolonBeginsNoStatement() {
        assertThat(split("SELECT 3 /* x */ ; /* y */")).containsExactly("SELECT 3");
        assertThat(split("SELECT 3;")).containsExactly("SELECT 3");
        assertThat(split("SELECT 3;;; ; -- x\n;")).containsExactly("SELECT 3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\n\t",
                ";",
                " ; ;; ",
                "-- c",
                "-- c\n",
                "/* c */",
                "/* c",
                "/*",
                "--",
                "\uFEFF",
                "/* c */ ; ;; -- x"
            })
    void nothingIsNoStatement(String sql) {
        assertThat(ParsedSql.parse(sql).statements()).isEmpty();
        assertThat(ParsedSql.parse(sql).parameterCount()).isZero();
        assertThat(ParsedSql.parse(sql).sql()).isEqualTo(sql);
    }

    @Test
    void blanksAndCommentsAroundAStatementAreCutOffButThoseInsideStay() {
        assertThat(split("\uFEFF /* a */ SELECT /* b */ 1 -- c\n ; -- d\nSELECT\n2 /* e"))
                .containsExactly("SELECT /* b */ 1", "SELECT\n2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 'a;b', \"a;b\", [a;b], `a;b`",
                "SELECT 'it'';s', \"a\"\";b\", `a``;b`",
                "SELECT 1 /* ; */ + 2",
                "SELECT 1 -- ;\n + 2",
                "SELECT '世界🌍;', 'ééééééééééé;'",
                "SELECT x'', '--;', '/*;'",
                "SELECT $a(;), :b(;)"
            })
    void semicolonInsideATokenOrCommentDoesNotSplit(String sql) {
        assertThat(split(sql + ";SELECT 2")).containsExactly(sql, "SELECT 2");
    }

    @Test
    void stringWithoutEndRunsToTheEnd() {
        assertThat(split("SELECT 1; SELECT 'abc; SELECT 2 ")).containsExactly("SELECT 1", "SELECT 'abc; SELECT 2 ");
        assertThat(split("SELECT [abc;")).containsExactly("SELECT [abc;");
    }

    @Test
    void commentWithoutEndIsCutOff() {
        assertThat(split("SELECT 1; SELECT 2 /* abc; SELECT 3 ")).containsExactly("SELECT 1", "SELECT 2");
    }

    @Test
    void unfinishedStatementStaysForTheEngineToReject() {
        assertThat(split("INSERT INTO t VALUES (1; SELECT 2")).containsExactly("INSERT INTO t VALUES (1", "SELECT 2");
    }

    @Test
    void beginAndEndOutsideATriggerAreTransactionControl() {
        assertThat(split("BEGIN; INSERT INTO t VALUES (1); END; SELECT 1"))
                .containsExactly("BEGIN", "INSERT INTO t VALUES (1)", "END", "SELECT 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
                "create trigger tr after insert on t begin select 1; select 2; end",
                "CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TEMPORARY TRIGGER IF NOT EXISTS tr AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE /* c */ TRIGGER -- c\n tr AFTER INSERT ON t BEGIN SELECT 1 /* ; END; */ ; -- END;\n END",
                "CREATE TRIGGER \"end\" AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TRIGGER end AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TRIGGER [begin] AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TRIGGER begin AFTER INSERT ON t BEGIN SELECT 1; END",
                "CREATE TRIGGER 'BEGIN' AFTER INSERT ON t BEGIN SELECT 'END;', \"END\" ; END",
                "CREATE TRIGGER tr AFTER INSERT ON t WHEN CASE WHEN 1 THEN 1 END BEGIN SELECT 1; END",
                "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 ELSE CASE 1 WHEN 2 THEN 3 END END; END",
                "CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO t SELECT CASE 1 WHEN 1 THEN 2 END AS \"end\"; UPDATE t SET a = 1; DELETE FROM t; END",
                "EXPLAIN CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
                "EXPLAIN QUERY PLAN CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END"
            })
    void triggerIsOneStatement(String trigger) {
        assertThat(split(trigger)).containsExactly(trigger);
        assertThat(split("SELECT 0;" + trigger + " ; SELECT 1; END"))
                .containsExactly("SELECT 0", trigger, "SELECT 1", "END");
        assertThat(split(trigger + "/* c */;" + trigger + ";")).containsExactly(trigger, trigger);
    }

    @Test
    void doubledSemicolonDoesNotHideTheEndOfATrigger() {
        assertThat(split("CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1;; END; SELECT 2"))
                .containsExactly("CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1;; END", "SELECT 2");
    }

    @Test
    void endInsideABodyStatementDoesNotEndTheTrigger() {
        String trigger = "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; SELECT CASE 1 WHEN 1 THEN 2 END; END";
        assertThat(split(trigger + ";SELECT 3")).containsExactly(trigger, "SELECT 3");
    }

    @Test
    void triggerWithoutEndRunsToTheEnd() {
        String trigger = "CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; SELECT 2;";
        assertThat(split(trigger)).containsExactly(trigger);
    }

    @Test
    void triggerWithoutBodyEndsAtTheSemicolon() {
        assertThat(split("CREATE TRIGGER tr; SELECT 1")).containsExactly("CREATE TRIGGER tr", "SELECT 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TABLE trigger(begin)",
                "CREATE TEMP TABLE trigger(begin)",
                "CREATE VIEW trigger AS SELECT 1 AS begin",
                "DROP TRIGGER begin",
                "SELECT begin FROM trigger",
                "EXPLAIN SELECT begin FROM trigger",
                "EXPLAIN CREATE TABLE trigger(begin)",
                "CREATE \"TRIGGER\" trigger begin",
                "EXPLAIN \"CREATE\" TRIGGER begin",
                "SELECT CREATE TRIGGER BEGIN",
                "QUERY CREATE TRIGGER BEGIN",
                "TEMP TRIGGER BEGIN",
                "(CREATE TRIGGER BEGIN",
                "CREATE INDEX TEMP TRIGGER BEGIN"
            })
    void onlyCreateTriggerHasABody(String sql) {
        assertThat(split(sql + "; SELECT 1; END; SELECT 2")).containsExactly(sql, "SELECT 1", "END", "SELECT 2");
    }

    @Test
    void manyStatementsAndCarriageReturns() {
        String one = "INSERT INTO t\r\nVALUES (1)";
        assertThat(split((one + " ;\r\n").repeat(200))).hasSize(200).containsOnly(one);
    }

    @Test
    void listOfStatementsIsUnmodifiable() {
        List<ParsedStatement> statements = ParsedSql.parse("SELECT 1;SELECT 2").statements();
        assertThatThrownBy(() -> statements.remove(0)).isInstanceOf(UnsupportedOperationException.class);
        List<ParsedStatement> none = ParsedSql.parse("").statements();
        ParsedStatement statement = statements.get(0);
        assertThatThrownBy(() -> none.add(statement)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void sqlAndTextForMessagesAreTheGivenText() {
        ParsedSql parsed = ParsedSql.parse(" SELECT 1 ; ");
        assertThat(parsed.sql()).isEqualTo(" SELECT 1 ; ");
        assertThat(parsed).hasToString(" SELECT 1 ; ");
        assertThat(parsed.statements().get(0)).hasToString("SELECT 1");
    }

    @Test
    void nullTextIsIllegal() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ParsedSql.parse(null))
                .withMessage("sql must not be null");
    }

    private static List<String> split(String sql) {
        return ParsedSql.parse(sql).statements().stream()
                .map(ParsedStatement::sql)
                .toList();
    }
}
