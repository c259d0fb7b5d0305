package turso.r2dbc.sqlite;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.StoredValues;
import turso.r2dbc.session.Task;

/**
 * A write that its session has handed over to be committed together with those of others, on another connection.
 *
 * <table>
 * <caption>states</caption>
 * <tr><th>state</th><th>from</th><th>the session may</th></tr>
 * <tr><td>waiting</td><td>its making</td><td>take it back</td></tr>
 * <tr><td>taken</td><td>the group begins to run it</td><td>ask for its end, and must wait for the answer</td></tr>
 * <tr><td>withdrawn</td><td>the session has taken it back</td><td>do as if it had never been handed over</td></tr>
 * <tr><td>answered</td><td>it is committed, or never will be</td><td>go on</td></tr>
 * </table>
 */
final class SharedWrite {

    private enum State {
        WAITING,
        TAKEN,
        WITHDRAWN,
        ANSWERED
    }

    /**
     * What has become of a write.
     *
     * @param failure its error; null if it is committed
     * @param columns what its rows look like; null if it has none, or nobody wants them
     * @param rows its rows
     * @param counts what the connection that ran it counted; null if nothing ran
     */
    record Outcome(
            @Nullable EngineFailure failure,
            @Nullable Columns columns,
            List<StoredValues> rows,
            @Nullable Counts counts) {

        /** {@return how many rows it has changed} */
        long changes() {
            return this.counts == null ? 0 : this.counts.changes();
        }

        static Outcome failed(EngineFailure failure, @Nullable Counts counts) {
            return new Outcome(failure, null, List.of(), counts);
        }
    }

    /**
     * What SQLite's functions of the same names tell of one statement.
     *
     * @param changes what {@code changes()} answers after it
     * @param totalChanges by how much it has increased {@code total_changes()}
     * @param lastInsertRowid what {@code last_insert_rowid()} answers after it, or null if it left that alone
     */
    record Counts(long changes, long totalChanges, @Nullable Long lastInsertRowid) {}

    private final CommandRun run;

    private final Execution execution;

    private final boolean rowsWanted;

    private final Runnable answered;

    private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);

    /** Ends the statement while it runs; null before. */
    private volatile @Nullable Interrupter interrupter;

    /** What kept the group from beginning, if anything did. */
    private volatile @Nullable EngineFailure conflict;

    /** Null if the session has to run it itself. Written before the state says that it is there. */
    private @Nullable Outcome outcome;

    /**
     * @param run whose write it is, which stays where it is until it is answered or withdrawn
     * @param execution what to run, once
     * @param rowsWanted whether its rows are needed
     * @param answered called on another thread when it is answered; must only pass the message on
     */
    SharedWrite(CommandRun run, Execution execution, boolean rowsWanted, Runnable answered) {
        this.run = run;
        this.execution = execution;
        this.rowsWanted = rowsWanted;
        this.answered = answered;
    }

    // ---- for the session

    /** Takes it back. @return false if it is too late */
    boolean withdraw() {
        return this.state.compareAndSet(State.WAITING, State.WITHDRAWN);
    }

    /** Asks for its early end. If it is not running at the moment, whoever is about to run it asks the same question. */
    void stop() {
        Interrupter working = this.interrupter;
        if (working != null) {
            working.interrupt(task(), this::shouldStop);
        }
    }

    /** Makes it fail, if it is running. From any thread. */
    void interrupt() {
        if (this.state.get() == State.TAKEN) {
            this.run.limits().interrupt();
            stop();
        }
    }

    boolean isAnswered() {
        return this.state.get() == State.ANSWERED;
    }

    /** {@return what has become of it once it is answered; null if the session has to run it itself} */
    @Nullable
    Outcome outcome() {
        return isAnswered() ? this.outcome : null;
    }

    /** {@return what kept the group from beginning when it last tried} */
    @Nullable
    EngineFailure conflict() {
        return this.conflict;
    }

    // ---- for the group

    Task task() {
        return this.run.task();
    }

    Execution execution() {
        return this.execution;
    }

    boolean areRowsWanted() {
        return this.rowsWanted;
    }

    /** Makes sure that the session cannot take it back. @return false if it has done so */
    boolean take() {
        return this.state.compareAndSet(State.WAITING, State.TAKEN) || this.state.get() == State.TAKEN;
    }

    boolean isWanted() {
        return this.state.get() != State.WITHDRAWN;
    }

    /** From now on the session can end it by the interrupter. */
    void runsUnder(Interrupter working) {
        this.interrupter = working;
    }

    boolean shouldStop() {
        return this.run.shouldStop();
    }

    void conflict(EngineFailure failure) {
        this.conflict = failure;
    }

    /** Tells the session. Does nothing if it has been told, or has taken the write back. */
    void answer(@Nullable Outcome answer) {
        if (take()) {
            this.outcome = answer;
            this.state.set(State.ANSWERED);
            this.answered.run();
        }
    }
}
