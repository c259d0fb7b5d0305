package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PragmaOptionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-2000",
                "+5",
                "1.5",
                "0x1F",
                "on",
                "MEMORY",
                "_x9",
                "''",
                "'/var/tmp'",
                "'it''s'",
                "'; DROP TABLE t'",
                "'é --漢'"
            })
    void oneValuePasses(String value) {
        assertThat(PragmaOption.checkedValue("temp_store_directory", value)).isEqualTo(value);
    }

    @Test
    void numbersAndBooleansPassAsObjects() {
        assertThat(PragmaOption.checkedValue("cache_size", -2000)).isEqualTo("-2000");
        assertThat(PragmaOption.checkedValue("recursive_triggers", true)).isEqualTo("true");
        assertThat(PragmaOption.checkedValue("cache_size", " 7 ")).isEqualTo("7");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1; DROP TABLE t",
                "1 --",
                "a b",
                "main.x",
                "(1)",
                "'",
                "'a'b'",
                "'a''",
                "'a' 'b'",
                "'a\u0000b'",
                "\"a\"",
                "1e5",
                "x'00'",
                "on\u0000",
                "é"
            })
    void moreThanOneValueIsRefused(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PragmaOption.checkedValue("cache_size", value))
                .withMessageStartingWith("Option 'pragma.cache_size': '")
                .withMessageEndingWith("' is not a number, an identifier or a text in single quotes");
    }

    @Test
    void longQuotedTextNeedsNoStack() {
        String text = "'" + "x''".repeat(100_000) + "'";
        assertThat(PragmaOption.checkedValue("temp_store_directory", text)).isEqualTo(text);
        assertThatIllegalArgumentException().isThrownBy(() -> PragmaOption.checkedValue("cache_size", text + "x"));
    }

    @Test
    void keyIsNeverPrinted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PragmaOption.checkedValue("hexkey", "open sesame"))
                .withMessage(
                        "Option 'pragma.hexkey': the value is not a number, an identifier or a text in single quotes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "cache size", "cache-size", "main.cache_size", "1x", "x;", "x=1", "größe"})
    void nameIsAnIdentifier(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PragmaOption.checkedName(name))
                .withMessageContaining("Option 'pragma." + name + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "journal_mode, journalMode",
        "JOURNAL_MODE, journalMode",
        "synchronous, synchronous",
        "foreign_keys, foreignKeys",
        "busy_timeout, lockWaitTimeout",
        "query_only, readOnly",
    })
    void pragmaWithAnOptionOfItsOwnIsReferredToIt(String name, String option) {
        assertThat(OptionDefinitions.find(option)).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TursoConnectionFactoryProvider.pragma(name))
                .withMessage("Option 'pragma.%s': use option '%s'", name, option);
    }

    @Test
    void builderKeepsTheOrderAndTheLastValue() {
        TursoConnectionConfiguration configuration = TursoConnectionConfiguration.builder()
                .memory()
                .pragma("page_size", "8192")
                .pragma("cache_size", "1")
                .pragma("auto_vacuum", "full")
                .pragma("Cache_Size", "2")
                .build();
        assertThat(configuration.pragmas().toString()).isEqualTo("{page_size=8192, cache_size=2, auto_vacuum=full}");
    }

    @Test
    void urlSetsPragmasInTheOrderOfTheirNames() {
        TursoConnectionConfiguration configuration = TursoConnectionConfiguration.from(
                ConnectionFactoryOptions.parse(
                        "r2dbc:turso:mem:///?pragma.page_size=8192&pragma.cache_size=-2000&pragma.temp_store_directory=%27/a%20b%27"));
        assertThat(configuration.pragmas().toString())
                .isEqualTo("{cache_size=-2000, page_size=8192, temp_store_directory='/a b'}");
    }

    @Test
    void typedOptionSetsAPragma() {
        Option<String> option = TursoConnectionFactoryProvider.pragma("Cache_Size");
        TursoConnectionConfiguration configuration =
                TursoConnectionConfiguration.from(ConnectionFactoryOptions.parse("r2dbc:turso:mem:///")
                        .mutate()
                        .option(option, "5")
                        .build());
        assertThat(configuration.pragmas()).containsExactly(java.util.Map.entry("cache_size", "5"));
    }
}
