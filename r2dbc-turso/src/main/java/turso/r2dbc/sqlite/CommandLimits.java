package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;

/**
 * What ends a command before it has run whole: its statement timeout, its wait for a lock, and whoever interrupts it.
 *
 * <p>Confined to the session's worker, but for what is said to be for any thread.
 */
final class CommandLimits {

    private final SessionEngine engine;

    private final CommandRun run;

    /** How long to wait for a lock, in nanoseconds. */
    private long patience;

    private @Nullable LockWait lockWait;

    /** Null without a limit. Set before its timer may ask for it. */
    private @Nullable StatementTimeout timeout;

    private volatile boolean interrupted;

    CommandLimits(SessionEngine engine, CommandRun run) {
        this.engine = engine;
        this.run = run;
    }

    /** A command begins. */
    void begin(Command command) {
        forgetInterrupt();
        this.patience = command.timeouts().lockWait();
        this.timeout = null;
        long limit = command.timeouts().statement();
        if (limit > 0) {
            StatementTimeout counting = new StatementTimeout(limit, () -> this.engine.expired(this.run));
            this.timeout = counting;
            counting.start();
        }
    }

    /** The command has ended. */
    void end() {
        endLockWait();
        StatementTimeout running = this.timeout;
        if (running != null) {
            running.end();
        }
    }

    // ---- interrupts

    /** Makes the command fail. From any thread. */
    void interrupt() {
        this.interrupted = true;
    }

    /** {@return whether somebody wants the command to fail} From any thread. */
    boolean isInterrupted() {
        return this.interrupted;
    }

    void forgetInterrupt() {
        if (this.interrupted) {
            this.interrupted = false;
        }
    }

    // ---- the statement timeout

    /** {@return whether the statement timeout has expired} From any thread. */
    boolean hasTimedOut() {
        StatementTimeout running = this.timeout;
        return running != null && running.hasExpired();
    }

    /** {@return whether the statement timeout has expired before there was a response} */
    boolean isTimeoutMissed() {
        StatementTimeout running = this.timeout;
        return running != null && running.isMissed();
    }

    /**
     * There is a row or a count; what is handed over only at the end of the command is no answer yet.
     *
     * @param rows what becomes of the rows
     */
    void respond(Rows rows) {
        StatementTimeout running = this.timeout;
        if (running == null) {
            return;
        }
        switch (rows) {
            case DEMANDED, FIRST -> running.end();
            case ALL, DISCARDED -> running.next();
        }
    }

    // ---- the wait for locks

    /** {@return how the command waits for a lock, starting now unless it is waiting already} */
    LockWait lockWait() {
        LockWait wait = this.lockWait;
        if (wait == null) {
            wait = new LockWait(this.patience, () -> this.engine.resume(this.run.task()));
            this.lockWait = wait;
        }
        return wait;
    }

    void endLockWait() {
        LockWait wait = this.lockWait;
        if (wait != null) {
            wait.end();
            this.lockWait = null;
            this.engine.numbers().lockWaits.add(1);
            this.engine.numbers().lockWaitNanos.add(wait.nanos());
        }
    }
}
