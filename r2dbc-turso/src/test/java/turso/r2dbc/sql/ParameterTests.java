package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters without an engine: C-28, kit tests 5, 22 and 23, R-046 to R-057. */
class ParameterTests {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SELECT 1                    | 0
                    SELECT ?                    | 1
                    SELECT ?, ?, ?              | 3
                    SELECT ?2, ?1, ?2           | 2
                    SELECT ?3                   | 3
                    SELECT ?3, ?                | 4
                    SELECT ?, ?1, ?             | 2
                    SELECT ?, ?3, ?, ?2         | 4
                    SELECT :a + :a              | 1
                    SELECT :a, @a, $a, #a       | 4
                    SELECT :a, :A               | 2
                    SELECT :a, ?1, ?, :b, :a    | 3
                    SELECT ?2, :a, ?            | 4
                    SELECT ?001, ?1             | 1
                    SELECT :a(1), :a(2), :a     | 3
                    SELECT $a::b, $a            | 2
                    SELECT ?250000              | 250000
                    SELECT ?1a                  | 1
                    """)
    void numberingFollowsSqlite(String sql, int count) {
        ParsedSql parsed = ParsedSql.parse(sql);
        assertThat(parsed.parameterCount()).isEqualTo(count);
        ParsedStatement statement = parsed.statements().get(0);
        assertThat(statement.parameterCount()).isEqualTo(count);
        assertThat(slots(statement)).isEqualTo(IntStream.range(0, count).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"?0", "?000", "?250001", "?99999999999", "?2147483648", "?4294967297", "?18446744073709551617"})
    void illegalNumberCountsForNothing(String parameter) {
        ParsedSql parsed = ParsedSql.parse("SELECT " + parameter + ", ?, :a");
        assertThat(parsed.parameterCount()).isEqualTo(2);
        assertThat(parsed.statements().get(0).sql()).isEqualTo("SELECT " + parameter + ", ?, :a");
        assertThat(parsed.statements().get(0).parameterCount()).isEqualTo(2);
        assertThat(parsed.slots(parameter)).isEmpty();
        assertThat(parsed.slots("a")).containsExactly(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '?', \"?\", `?`, [?] -- ?\n /* ? */",
                "SELECT ':a', \":a\", `:a`, [:a] -- :a\n /* :a */",
                "SELECT a$b, é$a, _$1, 1$a, 0x1F, 1e5, 1_000, x'ab', 5 ->> '$.a', 1 != 2, a || b",
                "SELECT #1, : , @, $",
                "CREATE VIRTUAL TABLE v USING fts5(a, ?, :b, $c)"
            })
    void whatOnlyLooksLikeAParameterIsNone(String sql) {
        assertThat(ParsedSql.parse(sql).parameterCount()).isZero();
        assertThat(ParsedSql.parse(sql).statements().get(0).parameterCount()).isZero();
    }

    @Test
    void virtualTableHidesOnlyItsOwnParameters() {
        ParsedSql parsed = ParsedSql.parse(
                "CREATE VIRTUAL TABLE v USING m(?); SELECT ?; EXPLAIN CREATE VIRTUAL TABLE v USING m(?)");
        assertThat(parsed.statements())
                .extracting(ParsedStatement::parameterCount)
                .containsExactly(0, 1, 0);
        assertThat(parsed.parameterCount()).isEqualTo(1);
        assertThat(ParsedSql.parse("CREATE TABLE virtual AS SELECT ?").parameterCount())
                .isEqualTo(1);
    }

    @Test
    void manyParameters() {
        ParsedSql parsed = ParsedSql.parse("SELECT 5 IN (?" + ",?".repeat(39_999) + ")");
        assertThat(parsed.parameterCount()).isEqualTo(40_000);
        assertThat(parsed.statements().get(0).parameterCount()).isEqualTo(40_000);
        assertThat(parsed.parameterName(39_999)).isEqualTo("?");
    }

    @Test
    void slotsOfStatementsFollowOneAnother() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?; SELECT 1; SELECT ?, ?; SELECT ?");
        assertThat(parsed.parameterCount()).isEqualTo(4);
        assertThat(slotsByStatement(parsed)).containsExactly(List.of(0), List.of(), List.of(1, 2), List.of(3));
    }

    @Test
    void statementsShareTheSlotOfAName() {
        ParsedSql parsed = ParsedSql.parse("SELECT :a, :b; SELECT :b, :c, :a, :b");
        assertThat(parsed.parameterCount()).isEqualTo(3);
        assertThat(slotsByStatement(parsed)).containsExactly(List.of(0, 1), List.of(1, 2, 0));
        assertThat(parsed.slots("b")).containsExactly(1);
    }

    @Test
    void statementsShareTheSlotOfANumber() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?1; SELECT ?2, ?1; SELECT ?1");
        assertThat(parsed.parameterCount()).isEqualTo(2);
        assertThat(slotsByStatement(parsed)).containsExactly(List.of(0), List.of(0, 1), List.of(0));
    }

    @Test
    void gapOfAStatementAnswersItsOwnPlace() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?, ?; SELECT :a, ?3, ?");
        // the second statement's numbers: :a 1, nothing 2, ?3 3, ? 4
        assertThat(slotsByStatement(parsed)).containsExactly(List.of(0, 1), List.of(2, 1, 2, 3));
        assertThat(parsed.parameterCount()).isEqualTo(4);
    }

    @Test
    void firstWritingDecidesWhereAStatementMakesOneParameterOfTwoSlots() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?; SELECT ?, ?1; SELECT ?1, :a; SELECT :a, ?1");
        assertThat(slotsByStatement(parsed)).containsExactly(List.of(0), List.of(1), List.of(0, 2), List.of(2));
    }

    @Test
    void illegalNumberOfALaterStatementCountsForNothing() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?; SELECT ?0, ?, ?250001");
        assertThat(slotsByStatement(parsed)).containsExactly(List.of(0), List.of(1));
    }

    @Test
    void firstStatementWithParametersNumbersThemAsTheTextDoes() {
        ParsedSql parsed = ParsedSql.parse("SELECT 1; SELECT ?, :a; SELECT :a");
        assertThat(slotsByStatement(parsed)).containsExactly(List.of(), List.of(0, 1), List.of(1));
    }

    @Test
    void nameWithoutPrefixBindsEveryPrefix() {
        ParsedSql parsed = ParsedSql.parse("SELECT $a, :b, :a, #a, @a, :a");
        assertThat(parsed.slots("a")).containsExactly(0, 2, 3, 4);
        assertThat(parsed.slots("$a")).containsExactly(0);
        assertThat(parsed.slots(":a")).containsExactly(2);
        assertThat(parsed.slots("#a")).containsExactly(3);
        assertThat(parsed.slots("@a")).containsExactly(4);
        assertThat(parsed.slots("b")).containsExactly(1);
    }

    @Test
    void slotsOfANameAreAscendingWhateverTheOrderInTheText() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?, ?, :1, ?1");
        assertThat(parsed.slots("1")).containsExactly(0, 2);
        assertThat(parsed.slots("?1")).containsExactly(0);
        assertThat(parsed.slots(":1")).containsExactly(2);
    }

    @Test
    void numberedParameterHasANameAsWritten() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?1 + :x, ?01, $1");
        assertThat(parsed.slots("?1")).containsExactly(0);
        assertThat(parsed.slots("?01")).containsExactly(0);
        assertThat(parsed.slots("$1")).containsExactly(2);
        assertThat(parsed.slots("1")).containsExactly(0, 2);
        assertThat(parsed.slots("x")).containsExactly(1);
        assertThat(parsed.parameterName(0)).isEqualTo("?1");
    }

    @Test
    void unknownNameHasNoSlots() {
        ParsedSql parsed = ParsedSql.parse("SELECT :a, ?");
        for (String name : List.of("", ":", "?", "b", ":b", "@a", "$a", "?1", "1", "A", ":A", "aa", " a")) {
            assertThat(parsed.slots(name)).as(name).isEmpty();
        }
        assertThat(ParsedSql.parse("SELECT ?").slots("a")).isEmpty();
        assertThat(ParsedSql.parse("SELECT ?").slots("")).isEmpty();
    }

    @Test
    void nameThatBeginsLikeAPrefixIsFoundWithoutItsOwn() {
        ParsedSql parsed = ParsedSql.parse("SELECT :$a, $::b, :c(1)");
        assertThat(parsed.slots("$a")).containsExactly(0);
        assertThat(parsed.slots(":$a")).containsExactly(0);
        assertThat(parsed.slots("$::b")).containsExactly(1);
        assertThat(parsed.slots("::b")).containsExactly(1);
        assertThat(parsed.slots("c(1)")).containsExactly(2);
        assertThat(parsed.slots("c")).isEmpty();
    }

    @Test
    void exactNameWinsOverANameThatBeginsLikeAPrefix() {
        ParsedSql parsed = ParsedSql.parse("SELECT :$a, $a");
        assertThat(parsed.slots("$a")).containsExactly(1);
    }

    @Test
    void slotsAreTheCallersToKeep() {
        ParsedSql parsed = ParsedSql.parse("SELECT :a, @a");
        parsed.slots("a")[0] = 99;
        parsed.slots(":a")[0] = 99;
        assertThat(parsed.slots("a")).containsExactly(0, 1);
        assertThat(parsed.slots(":a")).containsExactly(0);
    }

    @Test
    void gapsAreNotUsed() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?3, ?, ?7, ?6");
        assertThat(used(parsed)).containsExactly(2, 3, 5, 6);
        assertThat(used(ParsedSql.parse("SELECT ?3, ?1"))).containsExactly(0, 2);
        assertThat(used(ParsedSql.parse("SELECT ?2"))).containsExactly(1);
        assertThat(used(ParsedSql.parse("SELECT ?1, ?2, ?"))).containsExactly(0, 1, 2);
        assertThat(used(ParsedSql.parse("SELECT ?5, ?1; SELECT ?4, ?2"))).containsExactly(0, 1, 3, 4);
    }

    @Test
    void parameterNameIsAsWritten() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?, :a, @a, ?7, $b::c(d), ?");
        assertThat(IntStream.range(0, parsed.parameterCount()).mapToObj(parsed::parameterName))
                .containsExactly("?", ":a", "@a", "?4", "?5", "?6", "?7", "$b::c(d)", "?");
        assertThat(ParsedSql.parse("SELECT ?").parameterName(0)).isEqualTo("?");
        assertThat(ParsedSql.parse("SELECT ?, ?1").parameterName(0)).isEqualTo("?1");
    }

    @Test
    void slotOutsideTheTextIsOutOfBounds() {
        ParsedSql parsed = ParsedSql.parse("SELECT ?; SELECT ?");
        for (int slot : new int[] {-1, 2, 99, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> parsed.isParameterUsed(slot));
            assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> parsed.parameterName(slot));
        }
        ParsedStatement second = parsed.statements().get(1);
        assertThat(second.slot(0)).isEqualTo(1);
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> second.slot(1));
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> second.slot(-1));
    }

    @Test
    void nullNameIsIllegal() {
        ParsedSql parsed = ParsedSql.parse("SELECT :a");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parsed.slots(null))
                .withMessage("name must not be null");
    }

    private static List<Integer> used(ParsedSql parsed) {
        return IntStream.range(0, parsed.parameterCount())
                .filter(parsed::isParameterUsed)
                .boxed()
                .toList();
    }

    private static List<List<Integer>> slotsByStatement(ParsedSql parsed) {
        return parsed.statements().stream().map(ParameterTests::slots).toList();
    }

    private static List<Integer> slots(ParsedStatement statement) {
        return IntStream.range(0, statement.parameterCount())
                .map(statement::slot)
                .boxed()
                .toList();
    }
}
