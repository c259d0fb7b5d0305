package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Execution;
import turso.r2dbc.sqlite.SharedWrite.Outcome;

/**
 * The way of one run's write to others with which it shares a commit, and back. The run stays parked meanwhile.
 *
 * <p>Confined to the session's worker.
 */
final class HandOver {

    private final SessionEngine engine;

    private final CommandRun run;

    /** What is handed over, if anything. */
    private @Nullable SharedWrite shared;

    /** Whether the command's write has come back without having run, and is not to be handed over again. */
    private boolean alone;

    HandOver(SessionEngine engine, CommandRun run) {
        this.engine = engine;
        this.run = run;
    }

    /** A command begins. */
    void begin() {
        this.alone = false;
    }

    boolean isPending() {
        return this.shared != null;
    }

    /**
     * Hands the command's only statement over, if that is possible and worthwhile.
     *
     * @param interruptible whether cancelling the task stops the engine
     * @return whether the run must wait for it
     */
    boolean give(Command command, Execution execution, boolean interruptible) throws EngineError {
        if (this.alone
                || !interruptible
                || command.executions().size() > 1
                || !command.prelude().isEmpty()
                || execution.bindings().size() > 1
                || command.timeouts().lockWait() == 0
                || !this.engine.shouldHandOver(execution)) {
            return false;
        }
        boolean rowsWanted = command.rows() != Rows.DISCARDED;
        SharedWrite write = new SharedWrite(this.run, execution, rowsWanted, () -> this.engine.resume(this.run.task()));
        this.shared = write;
        this.run.limits().lockWait().awaitGrant();
        this.engine.handOver(write);
        return true;
    }

    /** {@return whether the run must go on waiting} What has waited for the lane too long, or is to end, is taken back. */
    boolean mustWait() {
        SharedWrite write = this.shared;
        if (write == null || write.isAnswered()) {
            return false;
        }
        boolean stop = this.run.shouldStop();
        if ((stop || this.run.limits().lockWait().expired()) && write.withdraw()) {
            return false;
        }
        if (stop) {
            write.stop();
        }
        return true;
    }

    /** Takes the write back, since it is cancelled. @return false if it is running; then it ends, and is waited for */
    boolean recall() {
        SharedWrite write = this.shared;
        if (write == null || write.isAnswered() || write.withdraw()) {
            return true;
        }
        write.stop();
        return false;
    }

    /** {@return what has become of the write, for which the run need not wait; null if it is still to be run} */
    @Nullable
    Outcome takeBack() throws EngineError {
        SharedWrite write = this.shared;
        if (write == null) {
            return null;
        }
        end();
        Outcome outcome = write.outcome();
        if (outcome == null) {
            this.alone = true;
            LockWait wait = this.run.limits().lockWait();
            if (!write.isAnswered() && wait.expired()) {
                throw new EngineError(this.engine.lockTimeout(wait, write.conflict()));
            }
        }
        return outcome;
    }

    /** The command does not wait for the write any more. */
    void end() {
        SharedWrite write = this.shared;
        if (write != null) {
            write.withdraw();
            this.shared = null;
            this.engine.isBack(write);
        }
    }
}
