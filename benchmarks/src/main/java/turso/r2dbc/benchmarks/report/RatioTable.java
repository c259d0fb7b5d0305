package turso.r2dbc.benchmarks.report;

import java.util.List;
import java.util.Locale;

/** Ratios as a table in Markdown. */
public final class RatioTable {

    static final List<String> COLUMNS = List.of(
            "workload", "compared with", "measured", "ratio", "spread", "goal", "before", "allocated", "remark");

    /** Where columns are in a line that is split at its bars, which begins with nothing. */
    static final int WORKLOAD = 1;

    static final int RATIO = 4;

    static final int SPREAD = 5;

    static final String TO = " to ";

    private static final String EXPLANATION = """
            Ratio: how many times as fast as what it is compared with, by the medians of the times; more is faster. Spread:
            the same by their quartiles. Before: the ratio of the run before, with a word if the spreads do not overlap.
            Allocated: bytes of heap. Times are left out, they say more about the machine.

            """;

    private RatioTable() {}

    /**
     * {@return the table}
     *
     * @param origin where and when it was measured
     */
    public static String of(String origin, List<Ratio> ratios, EarlierRatios earlier) {
        StringBuilder table =
                new StringBuilder("# Ratios\n\n").append(origin).append("\n\n").append(EXPLANATION);
        append(table, COLUMNS);
        append(table, COLUMNS.stream().map(column -> "---").toList());
        for (Ratio ratio : ratios) {
            append(table, row(ratio, earlier));
        }
        return table.toString();
    }

    private static List<String> row(Ratio ratio, EarlierRatios earlier) {
        boolean anchor = ratio.isAnchor();
        return List.of(
                ratio.workload(),
                ratio.anchor(),
                ratio.contender(),
                anchor ? "1" : Ratio.number(ratio.median()),
                anchor ? "" : Ratio.number(ratio.low()) + TO + Ratio.number(ratio.high()),
                goal(ratio),
                anchor ? "" : earlier.compare(ratio),
                ratio.allocated().isEmpty()
                        ? ""
                        : String.format(
                                Locale.ROOT, "%.0f B/%s", ratio.allocated().getAsDouble(), ratio.unit()),
                ratio.remark());
    }

    private static String goal(Ratio ratio) {
        if (ratio.goal().isEmpty()) {
            return "";
        }
        double goal = ratio.goal().getAsDouble();
        return Ratio.number(goal) + (ratio.median() < goal ? ", missed" : "");
    }

    private static void append(StringBuilder table, List<String> cells) {
        table.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }
}
