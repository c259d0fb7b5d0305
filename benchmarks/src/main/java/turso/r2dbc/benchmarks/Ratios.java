package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import turso.r2dbc.benchmarks.report.EarlierRatios;
import turso.r2dbc.benchmarks.report.Ratio;
import turso.r2dbc.benchmarks.report.RatioChart;
import turso.r2dbc.benchmarks.report.RatioTable;

/**
 * Compares the driver with plain JDBC and with its peers, and writes how many times as fast it is: a table, {@code
 * ratios.md}, and a chart, {@code ratios.svg}.
 */
public final class Ratios {

    private static final String FULL = "full";

    private static final String ROUNDS = "rounds=";

    private static final String OUTPUT = "output=";

    private static final int ROUNDS_OF_FULL = 3;

    private static final Path USUAL_OUTPUT = Path.of("target", "results");

    /** Where a part of the comparisons is written, so that the rest of the results stays what it is. */
    private static final Path PARTIAL_OUTPUT = USUAL_OUTPUT.resolve("part");

    /** Where the results are that the README shows. */
    private static final Path PUBLISHED = Path.of("results");

    private static final String TABLE = "ratios.md";

    private static final String CHART = "ratios.svg";

    private Effort effort = Effort.SHORT;

    private final List<String> picked = new ArrayList<>();

    private final Path output;

    private Ratios(String[] arguments) {
        Path given = null;
        for (String argument : arguments) {
            if (argument.equals(FULL)) {
                this.effort = Effort.full(ROUNDS_OF_FULL);
            } else if (argument.startsWith(ROUNDS)) {
                this.effort = Effort.full(Integer.parseInt(argument.substring(ROUNDS.length())));
            } else if (argument.startsWith(OUTPUT)) {
                given = Path.of(argument.substring(OUTPUT.length()));
            } else {
                this.picked.add(argument);
            }
        }
        Path usual = this.picked.isEmpty() ? USUAL_OUTPUT : PARTIAL_OUTPUT;
        this.output = given == null ? usual : given;
    }

    /**
     * Runs the comparisons.
     *
     * @param arguments {@code full} measures everything thoroughly, {@code rounds=N} the same N times over instead of
     *     three times; {@code output=DIRECTORY} says where to write; any other argument picks the comparisons whose title
     *     contains it. Without arguments the most important is measured once, briefly
     */
    public static void main(String[] arguments) throws Exception {
        new Ratios(arguments).run();
    }

    private void run() throws Exception {
        List<Comparison> comparisons = Comparisons.of(this.effort).stream()
                .filter(comparison ->
                        this.picked.isEmpty() || this.picked.stream().anyMatch(comparison.title()::contains))
                .toList();
        measure(comparisons);
        write(comparisons.stream()
                .flatMap(comparison -> comparison.ratios().stream())
                .toList());
    }

    private void measure(List<Comparison> comparisons) throws Exception {
        Set<Case> cases = new LinkedHashSet<>();
        comparisons.forEach(comparison -> cases.addAll(comparison.cases()));
        for (int round = 1; round <= this.effort.rounds(); round++) {
            int number = 0;
            for (Case each : cases) {
                number++;
                System.out.printf(
                        "round %d of %d, %d of %d: %s%n", round, this.effort.rounds(), number, cases.size(), each);
                each.run(this.effort);
            }
        }
    }

    private void write(List<Ratio> ratios) throws IOException {
        Files.createDirectories(this.output);
        Path table = this.output.resolve(TABLE);
        EarlierRatios earlier = EarlierRatios.read(table, USUAL_OUTPUT.resolve(TABLE), PUBLISHED.resolve(TABLE));
        String text = RatioTable.of(Machine.describe(this.effort), ratios, earlier);
        Files.writeString(table, text);
        Files.writeString(this.output.resolve(CHART), RatioChart.of(ratios));
        System.out.println(text);
        System.out.println("Written to " + this.output.toAbsolutePath());
    }
}
