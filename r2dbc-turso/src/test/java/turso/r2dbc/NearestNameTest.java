package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    private static final List<String> NAMES = List.of("journalMode", "batchMode", "readOnly", "walLimit");

    @ParameterizedTest
    @CsvSource({
        "journalmode, journalMode",
        "journal_mode, journalMode",
        "journal-mode, journalMode",
        "JOURNAL_MODE, journalMode",
        "jounralMode, journalMode",
        "bachMode, batchMode",
        "readonly, readOnly",
        "walLimits, walLimit",
    })
    void caseSeparatorsAndTypingErrorsAreOverlooked(String name, String meant) {
        assertThat(NearestName.of(name, NAMES)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({"sslmode", "x", "schema", "applicationName"})
    void otherWordsAreNotTakenForAName(String name) {
        assertThat(NearestName.of(name, NAMES)).isNull();
    }

    @Test
    void firstOfEquallyNearNamesIsTaken() {
        assertThat(NearestName.of("maxThread5", List.of("maxThreads", "maxThreadz")))
                .isEqualTo("maxThreads");
    }

    @Test
    void noCandidatesNoName() {
        assertThat(NearestName.of("journalMode", List.of())).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "abc, abc, 0",
        "abc, ab, 1",
        "ab, abc, 1",
        "abc, adc, 1",
        "abc, acb, 1",
        "abc, '', 3",
        "kitten, sitting, 3"
    })
    void distanceCountsEdits(String from, String to, int distance) {
        assertThat(NearestName.distance(from, to)).isEqualTo(distance);
    }
}
