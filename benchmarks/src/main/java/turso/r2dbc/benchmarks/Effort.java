package turso.r2dbc.benchmarks;

/**
 * How thoroughly to measure.
 *
 * @param rounds how often each case gets a JVM; every round runs all cases, so that what else the machine does meanwhile
 *     hits all of them
 * @param warmups iterations that do not count
 * @param iterations iterations that count
 * @param millis how long an iteration takes
 */
record Effort(int rounds, int warmups, int iterations, int millis) {

    /** Shows in some minutes whether something is wrong. */
    static final Effort SHORT = new Effort(1, 6, 5, 1_000);

    static Effort ofRounds(int rounds) {
        return new Effort(rounds, 8, 6, 1_000);
    }
}
