package turso.r2dbc.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Numbers that were measured several times. */
public final class Samples {

    private final List<Double> values = new ArrayList<>();

    /** Adds a measurement. */
    public void add(double value) {
        this.values.add(value);
    }

    /** {@return whether nothing was measured} */
    public boolean isEmpty() {
        return this.values.isEmpty();
    }

    /** {@return what half of the measurements do not exceed} */
    public double median() {
        return quantile(0.5);
    }

    /** {@return the median, or nothing where nothing was measured} */
    public OptionalDouble medianIfAny() {
        return isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(median());
    }

    /**
     * {@return what this share of the measurements does not exceed, interpolated between two of them}
     *
     * @param share from 0 to 1
     */
    public double quantile(double share) {
        if (isEmpty()) {
            throw new IllegalStateException("Nothing was measured");
        }
        List<Double> sorted = this.values.stream().sorted().toList();
        double position = share * (sorted.size() - 1);
        int below = (int) position;
        int above = Math.min(below + 1, sorted.size() - 1);
        return sorted.get(below) + (position - below) * (sorted.get(above) - sorted.get(below));
    }
}
