package turso.r2dbc.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Ratios as bars in SVG: to the right of the line of 1 is faster than the anchor, to the left slower, on a logarithmic
 * scale, so that twice as fast is as long as half as fast. It is readable on light and on dark backgrounds.
 */
public final class RatioChart {

    private static final int WIDTH = 860;

    private static final int LABEL_WIDTH = 300;

    private static final int VALUE_WIDTH = 70;

    private static final int LINE = 20;

    private static final int BAR = 12;

    private static final double[] TICKS = {0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50};

    private static final String STYLE = """
            <style>
            text { font: 12px sans-serif; fill: #24292f; }
            .title { font-weight: bold; }
            .bar { fill: #8c959f; }
            .driver { fill: #1a7f64; }
            .line { stroke: #8c959f; stroke-width: 1; }
            .tick { stroke: #8c959f; stroke-width: 1; stroke-dasharray: 2 4; opacity: 0.6; }
            .spread { stroke: #24292f; stroke-width: 1.5; }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3; }
            .bar { fill: #7d8590; }
            .driver { fill: #3fb68b; }
            .spread { stroke: #e6edf3; }
            }
            </style>
            """;

    private final StringBuilder body = new StringBuilder();

    private final double lowest;

    private final double highest;

    private int y = LINE;

    private RatioChart(List<Ratio> ratios) {
        this.lowest = ratios.stream().mapToDouble(Ratio::low).reduce(0.5, Math::min);
        this.highest = ratios.stream().mapToDouble(Ratio::high).reduce(2, Math::max);
    }

    /** {@return the chart, a whole document} */
    public static String of(List<Ratio> ratios) {
        List<Ratio> shown = ratios.stream().filter(ratio -> !ratio.isAnchor()).toList();
        RatioChart chart = new RatioChart(shown);
        List<String> title = new ArrayList<>();
        for (Ratio ratio : shown) {
            List<String> group = List.of(ratio.workload(), ratio.anchor());
            if (!group.equals(title)) {
                title = group;
                chart.title(ratio);
            }
            chart.bar(ratio);
        }
        return chart.document();
    }

    private void title(Ratio ratio) {
        this.y += LINE / 2;
        text(0, "title", ratio.workload() + ": times as fast as " + ratio.anchor());
        this.y += LINE;
    }

    private void bar(Ratio ratio) {
        text(LINE, "label", ratio.contender());
        double one = x(1);
        double end = x(ratio.median());
        int middle = this.y - BAR / 3;
        add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                ratio.contender().startsWith("driver") ? "driver" : "bar",
                Math.min(one, end),
                middle - BAR / 2,
                Math.abs(end - one),
                BAR);
        add(
                "<line class=\"spread\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                x(ratio.low()), middle, x(ratio.high()), middle);
        text(WIDTH - VALUE_WIDTH + LINE, "value", Ratio.number(ratio.median()));
        this.y += LINE;
    }

    private double x(double ratio) {
        double share = Math.log(ratio / this.lowest) / Math.log(this.highest / this.lowest);
        return LABEL_WIDTH + share * (WIDTH - LABEL_WIDTH - VALUE_WIDTH);
    }

    private void text(double x, String style, String text) {
        add("<text class=\"%s\" x=\"%.1f\" y=\"%d\">%s</text>", style, x, this.y, escaped(text));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private void add(String format, Object... arguments) {
        this.body.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    private String document() {
        int bottom = this.y;
        this.y += LINE;
        for (double tick : TICKS) {
            if (tick >= this.lowest && tick <= this.highest) {
                double x = x(tick);
                add(
                        "<line class=\"%s\" x1=\"%.1f\" y1=\"%d\" x2=\"%.1f\" y2=\"%d\"/>",
                        tick == 1 ? "line" : "tick", x, LINE, x, bottom);
                text(x - BAR / 2.0, "label", tick == Math.rint(tick) ? "%.0f".formatted(tick) : String.valueOf(tick));
            }
        }
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">%n"
                        .formatted(WIDTH, this.y + LINE, WIDTH, this.y + LINE)
                + STYLE + this.body + "</svg>\n";
    }
}
