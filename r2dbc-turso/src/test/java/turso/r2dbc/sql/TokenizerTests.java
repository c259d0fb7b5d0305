package turso.r2dbc.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTests {

    @Test
    void tellsTheTypesApart() {
        assertThat(tokens("select ?,'s' from(t.a)*1=2;<"))
                .containsExactly(
                        "WORD select",
                        "PARAMETER ?",
                        "COMMA ,",
                        "QUOTED 's'",
                        "WORD from",
                        "OPENING_PARENTHESIS (",
                        "WORD t",
                        "DOT .",
                        "WORD a",
                        "CLOSING_PARENTHESIS )",
                        "STAR *",
                        "NUMBER 1",
                        "EQUALS =",
                        "NUMBER 2",
                        "SEMICOLON ;",
                        "OTHER <");
    }

    @Test
    void answersEndForEverBehindTheLastToken() {
        Tokenizer tokens = new Tokenizer("a ");
        assertThat(tokens.next()).isEqualTo(TokenType.WORD);
        for (int i = 0; i < 3; i++) {
            assertThat(tokens.next()).isEqualTo(TokenType.END);
            assertThat(tokens.start()).isEqualTo(2);
            assertThat(tokens.end()).isEqualTo(2);
            assertThat(tokens.token()).isEmpty();
        }
    }

    @Test
    void emptyTextIsOnlyEnd() {
        assertThat(tokens("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "\t",
                "\n",
                "\u000b",
                "\f",
                "\r",
                "\uFEFF",
                "--",
                "-- c",
                "-- a;b?\n",
                "--\r\n",
                "/**/",
                "/* a;b? */",
                "/* ' */",
                "/* /* */",
                "/*/ */",
                "/*",
                "/* c",
                "/* c *",
                "/*/",
                " \n -- c\n /* c */ --"
            })
    void blanksAndCommentsAreNoTokens(String blank) {
        assertThat(tokens(blank)).isEmpty();
        assertThat(tokens(blank + "\n")).isEmpty();
    }

    @Test
    void tokensGoOnBehindComments() {
        assertThat(tokens("a--b\nc/*d*/e/**/f/***/g"))
                .containsExactly("WORD a", "WORD c", "WORD e", "WORD f", "WORD g");
        assertThat(tokens("/*/a*/b")).containsExactly("WORD b");
    }

    @Test
    void blockCommentsDoNotNest() {
        assertThat(tokens("/* /* */ a */")).containsExactly("WORD a", "STAR *", "OTHER /");
    }

    @Test
    void minusAndSlashAreOperatorsUnlessDoubled() {
        assertThat(tokens("1-2/3- -4->>5->6 *-"))
                .containsExactly(
                        "NUMBER 1",
                        "OTHER -",
                        "NUMBER 2",
                        "OTHER /",
                        "NUMBER 3",
                        "OTHER -",
                        "OTHER -",
                        "NUMBER 4",
                        "OTHER -",
                        "OTHER >",
                        "OTHER >",
                        "NUMBER 5",
                        "OTHER -",
                        "OTHER >",
                        "NUMBER 6",
                        "STAR *",
                        "OTHER -");
        assertThat(tokens("a/")).containsExactly("WORD a", "OTHER /");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "''",
                "'a'",
                "'it''s'",
                "''''",
                "'''a'",
                "'a'''",
                "'\"'",
                "'[;?]'",
                "'--'",
                "'/*'",
                "'\n'",
                "'\\'",
                "\"\"",
                "\"a\"\"b\"",
                "\"'\"",
                "\"?;\"",
                "``",
                "`a``b`",
                "`?;'`",
                "[]",
                "[a]",
                "[?;'\"]",
                "[[]"
            })
    void quotedTextIsOneToken(String quoted) {
        assertThat(tokens(quoted)).containsExactly("QUOTED " + quoted);
        assertThat(tokens(quoted + ";b")).containsExactly("QUOTED " + quoted, "SEMICOLON ;", "WORD b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"'", "'a", "'a''", "'''", "'a\";", "\"", "\"a", "\"a\"\"", "`", "`a", "`a``;", "[", "[a", "[a;b?"
            })
    void quoteWithoutEndRunsToTheEnd(String unterminated) {
        assertThat(tokens("a " + unterminated)).containsExactly("WORD a", "UNTERMINATED " + unterminated);
    }

    @Test
    void closingBracketIsNotDoubled() {
        assertThat(tokens("[a]]")).containsExactly("QUOTED [a]", "OTHER ]");
        assertThat(tokens("[a][b]")).containsExactly("QUOTED [a]", "QUOTED [b]");
    }

    @Test
    void backslashEscapesNothing() {
        assertThat(tokens("'a\\' b")).containsExactly("QUOTED 'a\\'", "WORD b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "Z",
                "_",
                "_1",
                "a1",
                "a$",
                "a$1",
                "é",
                "aé1",
                "日本",
                "\uD83C\uDF0D",
                "\u00A0",
                "\u0080",
                "a\uFEFF"
            })
    void wordsMayHoldDollarAndNonAscii(String word) {
        assertThat(tokens(word)).containsExactly("WORD " + word);
        assertThat(tokens(word + " ,")).containsExactly("WORD " + word, "COMMA ,");
    }

    @Test
    void blobLiteralIsWordAndQuoted() {
        assertThat(tokens("x'ab' X'?'")).containsExactly("WORD x", "QUOTED 'ab'", "WORD X", "QUOTED '?'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "9",
                "42",
                "1_000",
                "1.5",
                "1.",
                ".5",
                ".5e3",
                "1e5",
                "1E5",
                "1e+5",
                "1E-5",
                "1.5e+10",
                "1.e3",
                "0x1F",
                "0XaB",
                "0x1_F",
                "1_000.5_5",
                "1_0e+5",
                "1e+5e",
                "1abc",
                "1$a",
                "1.5é",
                "0x",
                "1e",
                "007",
                "12e-34"
            })
    void numberIsOneToken(String number) {
        assertThat(tokens(number)).containsExactly("NUMBER " + number);
        assertThat(tokens(number + ")")).containsExactly("NUMBER " + number, "CLOSING_PARENTHESIS )");
    }

    @Test
    void numberEndsWhereSqliteEndsIt() {
        assertThat(tokens("0x1e+5")).containsExactly("NUMBER 0x1e", "OTHER +", "NUMBER 5");
        assertThat(tokens("1e+a")).containsExactly("NUMBER 1e", "OTHER +", "WORD a");
        assertThat(tokens("1e-?")).containsExactly("NUMBER 1e", "OTHER -", "PARAMETER ?");
        assertThat(tokens("1f+5")).containsExactly("NUMBER 1f", "OTHER +", "NUMBER 5");
        assertThat(tokens("1e*5")).containsExactly("NUMBER 1e", "STAR *", "NUMBER 5");
        assertThat(tokens("1.2.3")).containsExactly("NUMBER 1.2", "NUMBER .3");
        assertThat(tokens("1..2")).containsExactly("NUMBER 1.", "NUMBER .2");
        assertThat(tokens("1x2-3")).containsExactly("NUMBER 1x2", "OTHER -", "NUMBER 3");
        assertThat(tokens("0.x")).containsExactly("NUMBER 0.x");
        assertThat(tokens("1:a")).containsExactly("NUMBER 1", "PARAMETER :a");
        assertThat(tokens("t.5")).containsExactly("WORD t", "NUMBER .5");
        assertThat(tokens("t.a.")).containsExactly("WORD t", "DOT .", "WORD a", "DOT .");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "?",
                "?1",
                "?0",
                "?007",
                "?99999999999",
                ":a",
                "@a",
                "$a",
                "#a",
                ":1",
                "$1",
                "@1a",
                ":é",
                ":a$b",
                "$a::b",
                "$::a",
                "::" + ":a",
                "$a::",
                "$a::b::c",
                "$a(b)",
                ":a()",
                "@a(?;')",
                "$a::b(c(d)",
                "#a1"
            })
    void parameterIsOneToken(String parameter) {
        assertThat(tokens(parameter)).containsExactly("PARAMETER " + parameter);
        assertThat(tokens(parameter + " a")).containsExactly("PARAMETER " + parameter, "WORD a");
    }

    @Test
    void parameterEndsWhereSqliteEndsIt() {
        assertThat(tokens("?1a")).containsExactly("PARAMETER ?1", "WORD a");
        assertThat(tokens("??")).containsExactly("PARAMETER ?", "PARAMETER ?");
        assertThat(tokens("?:a")).containsExactly("PARAMETER ?", "PARAMETER :a");
        assertThat(tokens(":a:b")).containsExactly("PARAMETER :a", "PARAMETER :b");
        assertThat(tokens(":a@b$c")).containsExactly("PARAMETER :a", "PARAMETER @b$c");
        assertThat(tokens(":a)(b)"))
                .containsExactly(
                        "PARAMETER :a",
                        "CLOSING_PARENTHESIS )",
                        "OPENING_PARENTHESIS (",
                        "WORD b",
                        "CLOSING_PARENTHESIS )");
        assertThat(tokens(":a(b)c")).containsExactly("PARAMETER :a(b)", "WORD c");
        assertThat(tokens(":a (b)"))
                .containsExactly("PARAMETER :a", "OPENING_PARENTHESIS (", "WORD b", "CLOSING_PARENTHESIS )");
    }

    @Test
    void prefixWithoutNameIsNoParameter() {
        assertThat(tokens(": @ $ # a")).containsExactly("OTHER :", "OTHER @", "OTHER $", "OTHER #", "WORD a");
        assertThat(tokens(":")).containsExactly("OTHER :");
        assertThat(tokens(":(a)"))
                .containsExactly("OTHER :", "OPENING_PARENTHESIS (", "WORD a", "CLOSING_PARENTHESIS )");
        assertThat(tokens("::a")).containsExactly("OTHER :", "PARAMETER :a");
        assertThat(tokens("$::")).containsExactly("OTHER $::");
    }

    @Test
    void suffixWithBlankOrWithoutEndIsNoParameter() {
        assertThat(tokens(":a(b c)")).containsExactly("OTHER :a(b", "WORD c", "CLOSING_PARENTHESIS )");
        assertThat(tokens(":a(b")).containsExactly("OTHER :a(b");
        assertThat(tokens("$a(")).containsExactly("OTHER $a(");
    }

    @Test
    void numberedRegisterIsNoParameter() {
        assertThat(tokens("#1 #1a :1")).containsExactly("OTHER #1", "OTHER #1a", "PARAMETER :1");
    }

    @Test
    void otherCharactersStandAlone() {
        assertThat(tokens("!=||<>\\^{}\u0000\u0001\u007f~%&+]"))
                .containsExactly(
                        "OTHER !",
                        "EQUALS =",
                        "OTHER |",
                        "OTHER |",
                        "OTHER <",
                        "OTHER >",
                        "OTHER \\",
                        "OTHER ^",
                        "OTHER {",
                        "OTHER }",
                        "OTHER \u0000",
                        "OTHER \u0001",
                        "OTHER \u007f",
                        "OTHER ~",
                        "OTHER %",
                        "OTHER &",
                        "OTHER +",
                        "OTHER ]");
    }

    private static List<String> tokens(String text) {
        Tokenizer tokens = new Tokenizer(text);
        List<String> found = new ArrayList<>();
        for (TokenType type = tokens.next(); type != TokenType.END; type = tokens.next()) {
            assertThat(tokens.token()).isEqualTo(text.substring(tokens.start(), tokens.end()));
            found.add(type + " " + tokens.token());
        }
        return found;
    }
}
