package turso.r2dbc.benchmarks;

import turso.r2dbc.benchmarks.report.Samples;

/**
 * What was measured of a case so far.
 *
 * @param times of one operation
 * @param allocated bytes of heap for each row or statement
 * @param fairness how many times as long as the fastest client the slowest took
 */
record Findings(Samples times, Samples allocated, Samples fairness) {

    Findings() {
        this(new Samples(), new Samples(), new Samples());
    }
}
