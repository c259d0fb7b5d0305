package turso.r2dbc.sqlite;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
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

    private final TaskQueue queue;

    private final StatementCache statements;

    private final BulkInsert bulkInsert;

    private final SnapshotGroup group;

    private final EngineTransaction transaction;

    private final LanePlace place;

    private final SessionMarks marks;

    private final Interrupter interrupter;

    private final int maxBufferedRows;

    private final int maxOpenCursors;

    private final SessionNumbers numbers;

    /** Null where no commits are shared. */
    private final @Nullable GroupMember member;

    private final Wakeups wakeups;

    private final RunningCommand running;

    /** Runs that have a statement open in the engine while others have their turn. */
    private final Set<CommandRun> cursors = new LinkedHashSet<>();

    /** Runs whose rows, or some of them, were put aside. */
    private final Set<CommandRun> putAside = new LinkedHashSet<>();

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
        this.queue = queue;
        this.statements = new StatementCache(engine, settings.statementCacheSize(), numbers);
        this.bulkInsert = new BulkInsert(this.statements);
        this.group = new SnapshotGroup(
                engine,
                database.isInMemory() && settings.initStatements().isEmpty(),
                settings.statementCacheSize() > 0);
        this.transaction = new EngineTransaction(engine, database);
        this.place = new LanePlace(database, this.group, wakeups);
        this.marks = new SessionMarks(database, settings.readOnly());
        this.interrupter = interrupter;
        this.running = new RunningCommand(interrupter);
        this.maxBufferedRows = settings.maxBufferedRows();
        this.maxOpenCursors = settings.maxOpenCursors();
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
        closeCursor(run);
        try {
            return run.isLong() ? advanceLocked(run, interruptible) : advanceUnlocked(run, interruptible);
        } finally {
            if (run.hasOpenCursor() && this.cursors.add(run)) {
                countCursors();
            }
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

    /** Begins or ends a {@link SnapshotGroup}, as the run needs it that is about to go on. */
    void groupFor(TaskRun run) {
        claimGroup();
        CommandRun commands = run.commands();
        if (commands.isAmongRows() || this.group.isOpen() && this.group.hasMember(run) && commands.isPlainQuery()) {
            return;
        }
        endGroup();
        if (!isTransactionOpen() && this.cursors.isEmpty() && commands.isPlainQuery()) {
            this.group.begin(this.queue);
        }
    }

    /** The group's snapshot is about to be used, or ended; unless it was let go of for one who writes. */
    private void claimGroup() {
        if (!this.group.claim()) {
            this.place.readingWasEnded();
        }
    }

    /** Somebody is about to be told something. Whoever wants to write meanwhile need not wait for that. */
    void restGroup() {
        if (this.cursors.isEmpty()) {
            this.group.rest();
            if (this.place.isWayWanted()) {
                endGroup();
            }
        }
    }

    /** The worker turns to other things. */
    void rest() {
        endGroup();
        this.group.pause();
    }

    /** The worker turns to other things, or a run waits: nobody is to keep a snapshot for that long. */
    void endGroup() {
        // Whoever wants to write finds a snapshot that nobody uses, or waits for its end, which is a moment.
        this.place.endRest();
        claimGroup();
        if (this.group.isOpen()) {
            this.group.end();
            this.place.readingEnded(isReading());
        }
    }

    /** {@return whether something that is not running keeps a snapshot} */
    private boolean isReading() {
        return this.group.isOpen() || !this.cursors.isEmpty() || isTransactionOpen();
    }

    /** Stops what the engine is working on, if anything. From any thread. */
    void interrupt() {
        this.running.interrupt();
        GroupMember elsewhere = this.member;
        if (elsewhere != null) {
            elsewhere.interrupt();
        }
    }

    /** Ends what a run is doing, if anything. */
    void abort(CommandRun run) {
        closeCursor(run);
        if (run.hasCommand()) {
            run.abort(true);
        }
        restGroup();
    }

    private void closeCursor(CommandRun run) {
        if (run.hasOpenCursor() && this.cursors.remove(run)) {
            countCursors();
        }
    }

    private void countCursors() {
        this.numbers.openCursors.set(this.cursors.size());
    }

    /** Refuses another cursor if there are as many as there may be. */
    void checkRoomForCursor() throws EngineError {
        if (this.cursors.size() >= this.maxOpenCursors) {
            throw new EngineError(EngineFailure.of(
                    Reason.REJECTED,
                    "The limit of " + this.maxOpenCursors
                            + " half-read queries of a connection is reached (option maxOpenCursors)"));
        }
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
            this.group.mayBecomeOld();
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
        if (!this.putAside.isEmpty()) {
            // To ask for the hash code of each run takes longer than all the rest.
            this.putAside.remove(run);
        }
        claimGroup();
        if (this.group.isOpen() && (this.place.isWayWanted() || !this.group.hasMore(this.queue))) {
            // Who gets the last answer may rely on the snapshot being let go.
            this.group.end();
        }
        boolean inTransaction = isTransactionOpen();
        this.place.commandEnded(run, inTransaction, this.transaction.takeEnded(), isReading());
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
        CommandRun tooLong = putCursorsAside();
        if (tooLong != null) {
            throw new EngineError(new EngineFailure(Reason.RUN, code, tooManyRows(tooLong), null, null));
        }
        return true;
    }

    /**
     * Ends open cursors by reading what is left of them into memory.
     *
     * @return a cursor that is still open, since it has more rows than may be held; null if there is none
     */
    private @Nullable CommandRun putCursorsAside() {
        int left = this.maxBufferedRows
                - this.putAside.stream().mapToInt(CommandRun::rowsPutAside).sum();
        CommandRun tooLong = null;
        for (CommandRun run : List.copyOf(this.cursors)) {
            this.putAside.add(run);
            left -= run.detach(left);
            if (run.hasOpenCursor()) {
                tooLong = run;
            } else {
                this.cursors.remove(run);
            }
        }
        countCursors();
        return tooLong;
    }

    /**
     * Lets go of the database, if somebody waits for that and all that keeps it are queries nobody asks for rows of:
     * those rows are put aside. Between turns.
     */
    void makeWay() {
        if (!this.place.isWayWanted() || isTransactionOpen()) {
            return;
        }
        endGroup();
        for (CommandRun run : this.cursors) {
            if (!run.isStreaming() || run.task().demand() > 0) {
                // It goes on by itself, and there is a turn after its last row, or after the one that nobody wants.
                return;
            }
        }
        putCursorsAside();
        this.place.madeWay(isReading());
    }

    private String tooManyRows(CommandRun run) {
        return "A query that is being read is in the way, and more than " + this.maxBufferedRows
                + " rows would have to be put aside (option maxBufferedRows): " + run.sql();
    }

    /** Releases everything; an open transaction is rolled back. */
    void close() throws EngineError {
        try {
            endGroup();
            this.group.close();
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
