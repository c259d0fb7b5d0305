package turso.r2dbc.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class RatioReportTest {

    @TempDir
    Path directory;

    private static Samples samples(double... values) {
        Samples samples = new Samples();
        for (double value : values) {
            samples.add(value);
        }
        return samples;
    }

    private static Ratio ratio(String contender, double goal, double... times) {
        return Ratio.of(
                "bulk read",
                "plain JDBC",
                samples(90, 100, 110),
                contender,
                samples(times),
                OptionalDouble.of(goal),
                OptionalDouble.of(96.4),
                "row",
                "");
    }

    private String table(Ratio ratio, EarlierRatios earlier) {
        return RatioTable.of("a machine", List.of(ratio), earlier)
                .lines()
                .filter(line -> line.startsWith("| bulk read"))
                .findFirst()
                .orElseThrow();
    }

    private EarlierRatios none() throws IOException {
        return EarlierRatios.read(this.directory.resolve("none.md"));
    }

    private EarlierRatios written(Ratio ratio) throws IOException {
        Path table = this.directory.resolve("ratios.md");
        Files.writeString(table, RatioTable.of("a machine", List.of(ratio), none()));
        return EarlierRatios.read(this.directory.resolve("none.md"), table);
    }

    @Test
    void ratioIsTheQuotientOfMediansAndItsSpreadThatOfQuartiles() {
        Ratio ratio = ratio("driver", 1, 60, 50, 40);
        assertThat(ratio.median()).isEqualTo(2);
        assertThat(ratio.low()).isEqualTo(95.0 / 55);
        assertThat(ratio.high()).isEqualTo(105.0 / 45);
    }

    @Test
    void medianOfAnEvenNumberLiesBetween() {
        assertThat(samples(4, 1, 3, 2).median()).isEqualTo(2.5);
    }

    @Test
    void tableShowsRatioSpreadAndAllocation() throws IOException {
        assertThat(table(ratio("driver", 1.5, 60, 50, 40), none()))
                .isEqualTo("| bulk read | plain JDBC | driver | 2.00 | 1.73 to 2.33 | 1.50 |  | 96 B/row |  |");
    }

    @Test
    void missedGoalIsMarked() throws IOException {
        assertThat(table(ratio("driver", 2.5, 60, 50, 40), none())).contains("| 2.50, missed |");
    }

    @Test
    void ratioOfTheRunBeforeIsShownAndARegressionMarked() throws IOException {
        EarlierRatios earlier = written(ratio("driver", 1, 60, 50, 40));
        assertThat(table(ratio("driver", 1, 52, 50, 48), earlier)).contains("| 1.00 | 2.00 | 96 B/row |");
        assertThat(table(ratio("driver", 1, 100, 100, 100), earlier)).contains("| 2.00 **slower now** |");
        assertThat(table(ratio("driver", 1, 20, 20, 20), earlier)).contains("| 2.00 faster now |");
    }

    @Test
    void anchorIsShownAsOne() throws IOException {
        assertThat(table(ratio("plain JDBC", 1, 100), none())).contains("| plain JDBC | plain JDBC | 1 |  |");
    }

    @Test
    void chartIsADocumentWithABarForEachRatioButTheAnchor() throws Exception {
        String chart = RatioChart.of(
                List.of(ratio("plain JDBC", 1, 100), ratio("driver <24>", 1, 50), ratio("r2dbc-h2", 1, 900)));
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(chart.getBytes(StandardCharsets.UTF_8)));
        assertThat(document.getElementsByTagName("rect").getLength()).isEqualTo(2);
        assertThat(document.getDocumentElement().getTextContent()).contains("driver <24>", "2.00", "0.11");
    }
}
