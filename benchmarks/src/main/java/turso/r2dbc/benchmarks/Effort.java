package turso.r2dbc.benchmarks;

/**
 * How thoroughly to measure.
 *
 * @param rounds how often each case is measured; every round measures all cases, so that what else the machine does
 *     meanwhile hits all of them
 * @param forks 1 for a JVM of its own each time, 0 for this JVM
 * @param warmups iterations that do not count
 * @param iterations iterations that count
 * @param millis how long an iteration takes at least
 * @param rows how many rows there are where there are many
 * @param everything whether to measure also what is of interest less often
 */
record Effort(int rounds, int forks, int warmups, int iterations, int millis, int rows, boolean everything) {

    /** Shows in a quarter of an hour whether something is wrong. */
    static final Effort SHORT = new Effort(1, 1, 6, 5, 500, 1_000_000, false);

    /** Takes seconds and measures nothing: shows that everything works. */
    static final Effort NONE = new Effort(1, 0, 0, 1, 1, 500, true);

    static Effort full(int rounds) {
        return new Effort(rounds, 1, 5, 6, 1_000, 1_000_000, true);
    }
}
