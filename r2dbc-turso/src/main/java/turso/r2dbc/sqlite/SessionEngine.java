package turso.r2dbc.sqlite;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Task;

/**
 * What the commands of one session share: the engine with its statements, its transaction, and the cursors that are
 * open in it.
 *
 * <p>Confined to the session's worker.
 */
final class SessionEngine {

    private final Engine engine;

    private final Database database;

    private final StatementCache statements;

    private final EngineTransaction transaction;

    private final Interrupter interrupter;

    private final int maxBufferedRows;

    private final Wakeups wakeups;

    /** The run whose command the engine is working on, between its slices too, if it may be interrupted. */
    private volatile @Nullable CommandRun running;

    /** Runs that have a statement open in the engine while others have their turn. */
    private final Set<CommandRun> cursors = new LinkedHashSet<>();

    /** How a timer or a lock reaches the session. From any thread. */
    interface Wakeups {

        /** A parked task can go on. */
        void resume(Task task);
    }

    SessionEngine(Engine engine, Database database, SqliteSettings settings, Interrupter interrupter, Wakeups wakeups) {
        this.engine = engine;
        this.database = database;
        this.statements = new StatementCache(engine, settings.statementCacheSize());
        this.transaction = new EngineTransaction(engine, database, wakeups::resume);
        this.interrupter = interrupter;
        this.maxBufferedRows = settings.maxBufferedRows();
        this.wakeups = wakeups;
    }

    /**
     * Goes on with a run.
     *
     * @param interruptible whether cancelling its task may stop the engine
     */
    CommandRun.Progress advance(CommandRun run, boolean interruptible) {
        closeCursor(run);
        try {
            // Every call to the engine takes this lock, which costs little where it is held already. It is taken here
            // and
            // not around the loops over rows, since those were measured to run a quarter slower with it in their frame.
            synchronized (this.engine.monitor()) {
                if (!interruptible) {
                    return run.advance(false);
                }
                this.running = run;
                CommandRun.Progress progress =
                        this.cursors.isEmpty() ? this.interrupter.runAlone(run) : this.interrupter.runBeside(run);
                if (progress != CommandRun.Progress.YIELDED) {
                    this.running = null;
                }
                return progress;
            }
        } finally {
            if (run.hasOpenCursor()) {
                this.cursors.add(run);
            }
        }
    }

    /** Stops what the engine is working on, if anything. From any thread. */
    void interrupt() {
        CommandRun run = this.running;
        if (run != null) {
            run.interrupt();
            this.interrupter.interrupt(run.task(), run::isInterrupted);
        }
    }

    /** Ends what a run is doing, if anything. */
    void abort(CommandRun run) {
        closeCursor(run);
        if (run.hasCommand()) {
            run.abort(true);
        }
    }

    private void closeCursor(CommandRun run) {
        if (run.hasOpenCursor()) {
            this.cursors.remove(run);
        }
    }

    StatementCache statements() {
        return this.statements;
    }

    long changes() throws EngineError {
        return this.engine.changes();
    }

    /** {@return what {@link EngineStatement#columns} compares} */
    long schemaVersion() {
        return this.database.schemaVersion();
    }

    boolean isTransactionOpen() {
        return this.transaction.isOpen();
    }

    boolean enterLane(CommandRun run) throws EngineError {
        return this.transaction.enterLane(run);
    }

    void retryLater(CommandRun run, EngineFailure conflict) throws EngineError {
        this.transaction.retryLater(run, conflict);
    }

    void executed(Execution execution) {
        this.transaction.executed(execution);
    }

    void synchronizeTransaction() {
        this.transaction.synchronize();
    }

    void commandEnded(CommandRun run) {
        this.transaction.commandEnded(run);
    }

    void resume(Task task) {
        this.wakeups.resume(task);
    }

    /** From the timer's thread. */
    void expired(CommandRun run) {
        this.interrupter.interrupt(run.task(), run::hasTimedOut);
        this.wakeups.resume(run.task());
    }

    /**
     * Puts the rows of all open cursors aside if they are what keeps a statement from running: through the old snapshot
     * they hold (of no use within a transaction, whose own snapshot is the old one), or because the statement changes
     * the schema under them.
     *
     * @param code what the engine said
     * @return whether they were in the way, so that trying again makes sense
     */
    boolean detachCursors(int code) throws EngineError {
        boolean snapshot = code == Codes.BUSY_SNAPSHOT && !isTransactionOpen();
        if (this.cursors.isEmpty() || !snapshot && code != Codes.LOCKED) {
            return false;
        }
        int left = this.maxBufferedRows;
        Iterator<CommandRun> open = this.cursors.iterator();
        while (open.hasNext()) {
            CommandRun run = open.next();
            left -= run.detach(left);
            if (run.hasOpenCursor()) {
                throw new EngineError(new EngineFailure(Reason.RUN, code, tooManyRows(run), null, null));
            }
            open.remove();
        }
        return true;
    }

    private String tooManyRows(CommandRun run) {
        return "A query that is being read is in the way, and more than " + this.maxBufferedRows
                + " rows would have to be put aside (option maxBufferedRows): " + run.sql();
    }

    /** Releases everything; an open transaction is rolled back. */
    void close() throws EngineError {
        try {
            this.statements.clear();
            this.transaction.close();
        } finally {
            Databases.leave(this.database);
        }
    }
}
