package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeywordTests {

    @ParameterizedTest
    @EnumSource
    void isFoundInAnyLetterCaseAnywhereInTheText(Keyword keyword) {
        String upper = keyword.name();
        String lower = upper.toLowerCase(Locale.ROOT);
        String mixed = upper.charAt(0) + lower.substring(1);
        for (String spelling : new String[] {upper, lower, mixed}) {
            assertThat(Keyword.of(spelling, 0, spelling.length())).isEqualTo(keyword);
            assertThat(Keyword.of("x " + spelling + " y", 2, 2 + spelling.length()))
                    .isEqualTo(keyword);
        }
    }

    @ParameterizedTest
    @EnumSource
    void isNotFoundInLongerShorterOrOtherWords(Keyword keyword) {
        String name = keyword.name();
        for (String other : new String[] {
            name + "x", name + "1", "x" + name, "_" + name, name.substring(0, name.length() - 1) + "_", name + name
        }) {
            assertThat(Keyword.of(other, 0, other.length())).isEqualTo(Keyword.NONE);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u017FELECT",
                "ROLLBAC\u212A",
                "l\u0131mit",
                "L\u0130MIT",
                "3ELECT",
                "_",
                "é",
                "{",
                "`",
                "sel\u0005ct"
            })
    void onlyAsciiLettersMatch(String word) {
        assertThat(Keyword.of(word, 0, word.length())).isEqualTo(Keyword.NONE);
    }
}
