package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "5s, PT5S",
        "+5s, PT5S",
        "2m, PT2M",
        "1h, PT1H",
        "0s, PT0S",
        "PT5S, PT5S",
        "pt5s, PT5S",
        "PT0.25S, PT0.25S",
        "P1DT2H, PT26H",
    })
    void shortAndIsoFormsAreRead(String text, Duration expected) {
        assertThat(DurationText.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "5 s", "5S", "5sec", "5us", "1.5s", "five", "P", "PT", "5s5s", "٥s"})
    void otherTextIsNoDuration(String text) {
        assertThat(DurationText.parse(text)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "0", "-5"})
    void bareNumberIsToldToNameItsUnit(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.parse(text))
                .withMessage("has no unit: write %ss or %<sms", text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-5s", "-1ms", "PT-5S", "-PT5S", "9223372036854775807h", "99999999999999999999s", "10000000000s"
            })
    void negativeAndEndlessDurationsAreOutOfRange(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DurationText.parse(text))
                .withMessage("is negative or longer than 292 years");
    }
}
