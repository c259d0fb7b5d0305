package turso.r2dbc.session;

import java.util.List;

/**
 * Statements to run one after another, up to the first that fails.
 *
 * @param prelude run first, for instance the BEGIN of a transaction that has been waiting for its first statement; rows
 *     and counts of it are not reported, its failure is the command's
 * @param executions what is asked for; exactly one where rows are delivered under demand
 * @param rows what becomes of rows
 * @param timeouts how long it may wait and run
 * @param cancellable whether it ends early when its task is cancelled; false for what puts things in order
 */
public record Command(
        List<Execution> prelude, List<Execution> executions, Rows rows, Timeouts timeouts, boolean cancellable)
        implements Step {

    /** What becomes of a command's rows. */
    public enum Rows {
        /** They are stepped over. */
        DISCARDED,
        /** The first is delivered, and the statement ends there; for one that only reads. */
        FIRST,
        /** They are delivered at once, the statement running to its end whatever the demand. */
        ALL,
        /** They are delivered as the task's demand asks for them; the statement is paused in between. */
        DEMANDED
    }

    /**
     * Limits of a command, in nanoseconds.
     *
     * @param lockWait how long to wait for locks in all; 0 fails at once
     * @param statement how long until the first row or count; 0 is no limit
     */
    public record Timeouts(long lockWait, long statement) {}
}
