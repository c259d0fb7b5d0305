package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizeTextTest {

    @ParameterizedTest
    @CsvSource({
        "33554432, 33554432",
        "33554432B, 33554432",
        "64KB, 65536",
        "64KiB, 65536",
        "32MB, 33554432",
        "32MiB, 33554432",
        "32mb, 33554432",
        "2GB, 2147483648",
        "2GiB, 2147483648",
        "0, 0",
        "9223372036854775807, 9223372036854775807",
    })
    void unitsArePowersOf1024(String text, long bytes) {
        assertThat(ByteSizeText.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "MB", "32 MB", "-1", "1.5MB", "32M", "32TB", "9223372036854775808", "9223372036854775807KB"})
    void otherTextIsNoSize(String text) {
        assertThat(ByteSizeText.parse(text)).isNull();
    }
}
