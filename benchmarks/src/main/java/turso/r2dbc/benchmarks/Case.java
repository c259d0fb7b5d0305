package turso.r2dbc.benchmarks;

import java.util.Locale;
import turso.r2dbc.benchmarks.report.Samples;

/**
 * A measurement, and what it has found so far.
 *
 * @param label what it says about itself in a table
 * @param measurement how it is measured
 * @param findings the result of all rounds
 */
record Case(String label, Measurement measurement, Findings findings) {

    Case(String label, Measurement measurement) {
        this(label, measurement, new Findings());
    }

    void run(Effort effort) throws Exception {
        this.measurement.run(effort, this.findings);
    }

    /** What was found besides times and memory, or nothing. */
    String remark() {
        Samples fairness = this.findings.fairness();
        return fairness.isEmpty()
                ? ""
                : String.format(Locale.ROOT, "slowest client %.2f times the fastest", fairness.median());
    }

    @Override
    public String toString() {
        return this.measurement.toString();
    }
}
