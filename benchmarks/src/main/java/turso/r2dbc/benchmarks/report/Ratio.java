package turso.r2dbc.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * How many times as fast something is as what it is compared with.
 *
 * @param workload what was done
 * @param anchor what is compared with
 * @param contender what is compared
 * @param median of the times of the anchor, divided by the median of the contender's
 * @param low the same with the lower quartile of the anchor's times and the upper one of the contender's
 * @param high the other way round
 * @param goal what the project wants it to be at least
 * @param allocated bytes of heap for each unit of work
 * @param unit what a unit of work is
 * @param remark anything else that was measured, or empty
 */
public record Ratio(
        String workload,
        String anchor,
        String contender,
        double median,
        double low,
        double high,
        OptionalDouble goal,
        OptionalDouble allocated,
        String unit,
        String remark) {

    private static final double LOWER_QUARTILE = 0.25;

    private static final double UPPER_QUARTILE = 0.75;

    /** {@return the times of a contender against those of the anchor} */
    public static Ratio of(
            String workload,
            String anchor,
            Samples anchorTimes,
            String contender,
            Samples times,
            OptionalDouble goal,
            OptionalDouble allocated,
            String unit,
            String remark) {
        return new Ratio(
                workload,
                anchor,
                contender,
                anchorTimes.median() / times.median(),
                anchorTimes.quantile(LOWER_QUARTILE) / times.quantile(UPPER_QUARTILE),
                anchorTimes.quantile(UPPER_QUARTILE) / times.quantile(LOWER_QUARTILE),
                goal,
                allocated,
                unit,
                remark);
    }

    /** {@return whether this is what the others are compared with} */
    public boolean isAnchor() {
        return this.anchor.equals(this.contender);
    }

    /** {@return what identifies the ratio in every run} */
    List<String> key() {
        return List.of(this.workload, this.anchor, this.contender);
    }

    static String number(double value) {
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }
}
