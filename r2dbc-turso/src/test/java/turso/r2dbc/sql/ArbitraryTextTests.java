package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever the text: parsing never fails, and the statements are parts of it. */
class ArbitraryTextTests {
    private static final int TRIES = 1_000;

    @Property(tries = TRIES)
    void nothingButSemicolonsBlanksAndCommentsIsLost(@ForAll("texts") String text) {
        int position = 0;
        for (ParsedStatement statement : ParsedSql.parse(text).statements()) {
            assertThat(statement.sql()).isNotEmpty();
            int start = text.indexOf(statement.sql(), position);
            assertThat(start).isNotNegative();
            position = start + statement.sql().length();
        }
        assertThat(position).isLessThanOrEqualTo(text.length());
    }

    @Property(tries = TRIES)
    void statementOnItsOwnIsTheSameStatement(@ForAll("texts") String text) {
        for (ParsedStatement statement : ParsedSql.parse(text).statements()) {
            ParsedSql again = ParsedSql.parse(statement.sql());
            assertThat(again.statements()).hasSize(1);
            ParsedStatement alone = again.statements().get(0);
            assertThat(alone.sql()).isEqualTo(statement.sql());
            assertThat(alone.kind()).isEqualTo(statement.kind());
            assertThat(alone.writes()).isEqualTo(statement.writes());
            assertThat(alone.hasReturning()).isEqualTo(statement.hasReturning());
            assertThat(alone.hasStar()).isEqualTo(statement.hasStar());
            assertThat(alone.withReturning(List.of("a"))).isEqualTo(statement.withReturning(List.of("a")));
            assertThat(alone.parameterCount()).isEqualTo(statement.parameterCount());
            assertThat(again.parameterCount()).isEqualTo(statement.parameterCount());
        }
    }

    @Property(tries = TRIES)
    void everySlotOfAStatementIsASlotOfTheText(@ForAll("texts") String text) {
        ParsedSql parsed = ParsedSql.parse(text);
        for (ParsedStatement statement : parsed.statements()) {
            for (int index = 0; index < statement.parameterCount(); index++) {
                assertThat(statement.slot(index)).isBetween(0, parsed.parameterCount() - 1);
            }
        }
        for (int slot = 0; slot < parsed.parameterCount(); slot++) {
            String name = parsed.parameterName(slot);
            if (parsed.isParameterUsed(slot) && name.length() > 1) {
                assertThat(parsed.slots(name)).containsExactly(slot);
            }
        }
    }

    @Provide
    Arbitrary<String> texts() {
        Arbitrary<String> fragment = Arbitraries.of(
                "SELECT",
                "INSERT",
                "UPDATE",
                "DELETE",
                "WITH",
                "AS",
                "PRAGMA",
                "user_version",
                "CREATE",
                "TRIGGER",
                "BEGIN",
                "END",
                "CASE",
                "EXPLAIN",
                "RETURNING",
                "LIMIT",
                "SAVEPOINT",
                "ROLLBACK",
                "TO",
                "a",
                "é",
                "x'",
                "1",
                "1e",
                "0x",
                ".",
                ",",
                "*",
                "=",
                "-",
                "/",
                ";",
                ";",
                "; END;",
                "(",
                ")",
                "'",
                "\"",
                "`",
                "[",
                "]",
                "''",
                "--",
                "/*",
                "*/",
                "?",
                "?1",
                "?0",
                "?12",
                "?99999999999",
                ":",
                "::",
                ":a",
                "@a",
                "$a",
                "$a(",
                "#",
                "#1",
                " ",
                " ",
                " ",
                "\n",
                "\r",
                "\u000b",
                "\uFEFF",
                "\u0000",
                "\\",
                "\uD83C",
                "🌍");
        return Arbitraries.frequencyOf(
                Tuple.of(4, fragment.list().ofMaxSize(30).map(parts -> String.join("", parts))),
                Tuple.of(1, Arbitraries.strings().ofMaxLength(60)));
    }
}
