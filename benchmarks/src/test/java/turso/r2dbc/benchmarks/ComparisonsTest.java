package turso.r2dbc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The benchmarks run, in the smallest possible form, with everybody they compare. Each checks by itself what it has read or
 * written.
 */
class ComparisonsTest {

    /** Parameters by which cases differ that run the same code. */
    private static final Pattern NUMBERS_AND_LEVELS = Pattern.compile(" (batch|concurrency|demand|synchronous)=\\w+");

    @BeforeAll
    static void allowOtherRunsOfJmh() {
        System.setProperty("jmh.ignoreLock", "true");
    }

    static Collection<Case> cases() {
        Map<String, Case> distinct = new LinkedHashMap<>();
        Comparisons.of(Effort.NONE).stream()
                .flatMap(comparison -> comparison.cases().stream())
                .forEach(each -> distinct.putIfAbsent(
                        NUMBERS_AND_LEVELS.matcher(each.toString()).replaceAll(""), each));
        return distinct.values();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyCaseRuns(Case each) throws Exception {
        each.run(Effort.NONE);
        assertThat(each.findings().times().median()).isPositive();
    }

    @Test
    void theShortPassComparesPartOfTheFullOne() {
        List<String> full = titles(Effort.full(1));
        List<String> brief = titles(Effort.SHORT);
        assertThat(full).containsAll(brief).hasSizeGreaterThan(brief.size()).doesNotHaveDuplicates();
    }

    private static List<String> titles(Effort effort) {
        return Comparisons.of(effort).stream().map(Comparison::title).toList();
    }
}
