package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where ESCAPE is added to LIKE, and where it is not. */
class LikePatternsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a LIKE ?|a LIKE ? ESCAPE '\\'",
                "a like ?1|a like ?1 ESCAPE '\\'",
                "a NOT LIKE :p AND b|a NOT LIKE :p ESCAPE '\\' AND b",
                "(a LIKE @p)|(a LIKE @p ESCAPE '\\')",
                "a LIKE $p, b|a LIKE $p ESCAPE '\\', b",
                "a LIKE ? = 1|a LIKE ? ESCAPE '\\' = 1",
                "a LIKE ? \"x\"|a LIKE ? ESCAPE '\\' \"x\"",
                "a LIKE UPPER(?) OR b|a LIKE UPPER(?) ESCAPE '\\' OR b",
                "a LIKE lower ( ? )|a LIKE lower ( ? ) ESCAPE '\\'",
                "a LIKE/**/?--|a LIKE/**/? ESCAPE '\\'--",
                "a LIKE ?; SELECT b LIKE ?|a LIKE ? ESCAPE '\\'; SELECT b LIKE ? ESCAPE '\\'",
                "a LIKE ? ORDER BY b LIKE ?|a LIKE ? ESCAPE '\\' ORDER BY b LIKE ? ESCAPE '\\'",
                "a LIKE (SELECT b LIKE ?)|a LIKE (SELECT b LIKE ? ESCAPE '\\')",
            })
    void clauseIsAdded(String condition, String expected) {
        assertThat(LikePatterns.withEscape("SELECT " + condition, "", '\\')).isEqualTo("SELECT " + expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT a LIKE ? ESCAPE '!'",
                "SELECT a LIKE UPPER(?)escape'!'",
                "SELECT a LIKE ? || '%'",
                "SELECT a LIKE '%' || ?",
                "SELECT a LIKE ? COLLATE NOCASE",
                "SELECT a LIKE ? < 1",
                "SELECT a LIKE ? -> '$'",
                "SELECT a LIKE (?)",
                "SELECT a LIKE trim(?)",
                "SELECT a LIKE upper(?, 1)",
                "SELECT a LIKE upper(? || '%')",
                "SELECT a LIKE upper",
                "SELECT a LIKE 'x'",
                "SELECT a GLOB ?",
                "SELECT like(?, a)",
                "SELECT like IN (?)",
                "SELECT 'a LIKE ?', \"LIKE ?\", [LIKE ?], `LIKE ?`",
                "SELECT 1 -- a LIKE ?",
                "SELECT 1 /* a LIKE ?",
                "SELECT a LIKE 'b ?",
                "SELECT a LIKE ? ?",
                "SELECT a LIKE",
                "CREATE VIRTUAL TABLE v USING module(a LIKE ?)",
            })
    void textStaysAsItIs(String sql) {
        assertThat(LikePatterns.withEscape(sql, "", '\\')).isSameAs(sql);
    }

    @Test
    void onlyParametersWithThePrefixCount() {
        String sql = "SELECT a LIKE @escaped_1 OR a LIKE @other OR a LIKE upper(@escaped_2) OR a LIKE ?";

        assertThat(LikePatterns.withEscape(sql, "@escaped_", '!'))
                .isEqualTo("SELECT a LIKE @escaped_1 ESCAPE '!' OR a LIKE @other"
                        + " OR a LIKE upper(@escaped_2) ESCAPE '!' OR a LIKE ?");
    }

    @ParameterizedTest
    @CsvSource({"%o!%e%, 0", "o%, 1", "o!%, 0", "one, 1"})
    void characterEscapesInTheEngine(String pattern, int expected) throws SQLException {
        try (MemorySqlite sqlite = new MemorySqlite()) {
            String sql = LikePatterns.withEscape("SELECT count(*) FROM t WHERE a LIKE ?", "", '!');

            assertThat(sqlite.rows(sql, pattern)).containsExactly(String.valueOf(expected));
        }
    }

    @Test
    void quoteIsDoubled() {
        assertThat(LikePatterns.withEscape("SELECT a LIKE ?", "", '\'')).isEqualTo("SELECT a LIKE ? ESCAPE ''''");
    }

    @Test
    void nullIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> LikePatterns.withEscape(null, "", '\\'));
        assertThatIllegalArgumentException().isThrownBy(() -> LikePatterns.withEscape("SELECT 1", null, '\\'));
    }
}
