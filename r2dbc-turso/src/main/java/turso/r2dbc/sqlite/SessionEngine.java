package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Execution.Tie;
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

    private final BulkInsert bulkInsert;

    private final SessionSnapshot snapshot;

    private final EngineTransaction transaction;

    private final LanePlace place;

    private final SessionMarks marks;

    private final Interrupter interrupter;

    private final SessionNumbers numbers;

    /** Null where no commits are shared. */
    private final @Nullable GroupMember member;

    private final Wakeups wakeups;

    private final RunningCommand running;

    private final OpenCursors cursors;

    /** How a timer or a lock reaches the session. From any thread. */
    interface Wakeups {

        /** A parked task can go on. */
        void resume(Task task);

        /** {@link #makeWay()} is to be called, in a turn of its own if need be. */
        void makeWay();
    }

    SessionEngine(
            Engine engine,
            Database database,
            SqliteSettings settings,
            Workers workers,
            Interrupter interrupter,
            TaskQueue queue,
            SessionNumbers numbers,
            Wakeups wakeups) {
        this.engine = engine;
        this.database = database;
        this.statements = new StatementCache(engine, settings.statementCacheSize(), numbers);
        this.bulkInsert = new BulkInsert(this.statements);
        this.transaction = new EngineTransaction(engine, database);
        SnapshotGroup group = new SnapshotGroup(
                engine,
                database.isInMemory() && settings.initStatements().isEmpty(),
                settings.statementCacheSize() > 0);
        this.place = new LanePlace(database, group, wakeups);
        this.marks = new SessionMarks(database, settings.readOnly());
        this.interrupter = interrupter;
        this.running = new RunningCommand(interrupter);
        this.cursors = new OpenCursors(settings, numbers);
        this.snapshot = new SessionSnapshot(group, this.place, this.cursors, this.transaction, queue);
        this.numbers = numbers;
        this.wakeups = wakeups;
        GroupCommit shared = database.joinGroups(settings, workers);
        this.member = shared == null ? null : new GroupMember(shared, database, this.statements, numbers);
    }

    /**
     * Goes on with a run.
     *
     * @param interruptible whether cancelling its task may stop the engine
     */
    CommandRun.Progress advance(CommandRun run, boolean interruptible) {
        this.cursors.resumed(run);
        try {
            return run.isLong() ? advanceLocked(run, interruptible) : advanceUnlocked(run, interruptible);
        } finally {
            this.cursors.suspended(run);
        }
    }

    /**
     * Every call to the engine takes this lock, which costs even less where it is held already. But where compiled code is
     * given up while it is held, which happens most in the callbacks of a program that has just begun, the JVM makes
     * another kind of lock of it, and each call takes several times as long from then on, until nobody has used the
     * connection for long: measured with Java 17, and no longer with 25. So it is held for what takes long only; nor around
     * the loops over rows, whose code is replaced in the middle.
     */
    private CommandRun.Progress advanceLocked(CommandRun run, boolean interruptible) {
        synchronized (this.engine.monitor()) {
            return advanceUnlocked(run, interruptible);
        }
    }

    private CommandRun.Progress advanceUnlocked(CommandRun run, boolean interruptible) {
        if (!interruptible) {
            return run.advance(false);
        }
        return this.cursors.isEmpty() ? this.running.advanceAlone(run) : this.running.advanceBesideCursors(run);
    }

    /** Stops what the engine is working on, if anything. From any thread. */
    void interrupt() {
        this.running.interrupt();
        GroupMember elsewhere = this.member;
        if (elsewhere != null) {
            elsewhere.interrupt();
        }
    }

    /**
     * Ends what a run is doing, if anything. One that does nothing may end in the middle of a row of another, which uses the
     * snapshot.
     */
    void abort(CommandRun run) {
        if (run.hasCommand()) {
            this.cursors.resumed(run);
            run.abort(true);
            this.snapshot.rest();
        }
    }

    /** The session can take messages from now on. */
    void opened() {
        this.place.enterDatabase();
    }

    SessionSnapshot snapshot() {
        return this.snapshot;
    }

    OpenCursors cursors() {
        return this.cursors;
    }

    StatementCache statements() {
        return this.statements;
    }

    BulkInsert bulkInsert() {
        return this.bulkInsert;
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

    /** {@return whether the run may use the database so, or must wait} */
    boolean enterLane(CommandRun run, Execution execution) throws EngineError {
        boolean inTransaction = isTransactionOpen();
        if (!this.place.enter(run, execution.lock(), inTransaction)) {
            return false;
        }
        this.marks.runs(execution, inTransaction);
        if (execution.tie() == Tie.CHANGES) {
            // It may attach what others write to, by lanes of their own.
            this.snapshot.mayBecomeOld();
        }
        return true;
    }

    /** {@return whether the session may ever share commits with others} */
    boolean sharesCommits() {
        return this.member != null;
    }

    /** {@return whether a write should be handed over to share a commit, and so to be run on another connection} */
    boolean shouldHandOver(Execution execution) throws EngineError {
        return this.member != null
                && !isTransactionOpen()
                && this.cursors.isEmpty()
                && this.place.isOut()
                && this.member.mayHandOver(execution);
    }

    void handOver(SharedWrite write) {
        if (this.member != null) {
            this.member.handOver(write);
        }
    }

    /** What was handed over is back. */
    void isBack(SharedWrite write) {
        if (this.member != null) {
            this.member.isBack(write);
        }
    }

    /** A run that may use the database is about to do so by itself. */
    void runsItself(Execution execution) throws EngineError {
        if (this.member != null) {
            this.member.runsItself(execution);
        }
    }

    /** {@return the failure of a write that waited in vain among others} */
    EngineFailure lockTimeout(LockWait wait, @Nullable EngineFailure conflict) {
        return wait.timeout(conflict == null ? "held by " + this.place.describeHolder() : conflict.message(), conflict);
    }

    void retryLater(CommandRun run, EngineFailure conflict) throws EngineError {
        this.place.retryLater(run, conflict);
    }

    void executed(Execution execution) {
        this.transaction.executed(execution);
    }

    void synchronizeTransaction() {
        this.transaction.synchronize();
    }

    void commandEnded(CommandRun run) {
        this.cursors.ended(run);
        this.snapshot.commandEnded();
        boolean inTransaction = isTransactionOpen();
        this.place.commandEnded(run, inTransaction, this.transaction.takeEnded(), this.snapshot.isReading());
        this.marks.ended();
    }

    /** A statement is about to begin; see {@link #isInterruptedLate}. */
    void statementBegins() throws EngineError {
        this.interrupter.statementBegins();
    }

    /** {@return whether the statement that has failed had done everything before} */
    boolean isInterruptedLate(EngineError error) throws EngineError {
        return this.interrupter.isLate(error);
    }

    SessionNumbers numbers() {
        return this.numbers;
    }

    void resume(Task task) {
        this.wakeups.resume(task);
    }

    /** From the timer's thread. */
    void expired(CommandRun run) {
        this.interrupter.interrupt(run.task(), run.limits()::hasTimedOut);
        this.wakeups.resume(run.task());
    }

    /**
     * Ends what keeps a statement from running, if this session can do something about it.
     *
     * @param code what the engine said
     * @return whether there was something, so that trying again makes sense
     */
    boolean clearTheWay(int code) throws EngineError {
        return detachCursors(code) || Codes.isLockConflict(code) && this.database.makeWay();
    }

    /**
     * Puts the rows of all open cursors aside if they are what keeps a statement from running: through the old snapshot
     * they hold (of no use within a transaction, whose own snapshot is the old one), or because the statement changes
     * the schema under them.
     *
     * @param code what the engine said
     * @return whether they were in the way, so that trying again makes sense
     */
    private boolean detachCursors(int code) throws EngineError {
        boolean snapshot = code == Codes.BUSY_SNAPSHOT && !isTransactionOpen();
        if (this.cursors.isEmpty() || !snapshot && code != Codes.LOCKED) {
            return false;
        }
        this.cursors.clearTheWay(code);
        return true;
    }

    /**
     * Lets go of the database, if somebody waits for that and all that keeps it are queries nobody asks for rows of:
     * those rows are put aside. Between turns.
     */
    void makeWay() {
        if (!this.place.isWayWanted() || isTransactionOpen()) {
            return;
        }
        this.snapshot.end();
        if (this.cursors.areUnwanted()) {
            this.cursors.putAside();
            this.place.madeWay(this.snapshot.isReading());
        }
        // Otherwise there is a turn after the last row of the one that goes on, or after the row that nobody wants.
    }

    /** Releases everything; an open transaction is rolled back. */
    void close() throws EngineError {
        try {
            this.snapshot.close();
            this.statements.clear();
        } finally {
            closeEngine();
        }
    }

    private void closeEngine() throws EngineError {
        try {
            this.transaction.closed();
            this.engine.close();
        } finally {
            this.marks.ended();
            // Only now may others write.
            this.place.leave();
            if (this.member != null) {
                this.member.leave();
            }
            Databases.leave(this.database);
        }
    }
}
