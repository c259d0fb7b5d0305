package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Execution.Lock;
import turso.r2dbc.session.Task;

/**
 * One session's place in the {@link Lane} of its database.
 *
 * <table>
 * <caption>places</caption>
 * <tr><th>place</th><th>from</th><th>until</th></tr>
 * <tr><td>out</td><td></td><td></td></tr>
 * <tr><td>reading, where readers and the writer exclude each other</td><td>the first statement that reads</td>
 *     <td>no cursor, no group of queries and no transaction is open</td></tr>
 * <tr><td>writing</td><td>the first statement that writes</td><td>its end, or that of the transaction</td></tr>
 * </table>
 *
 * <p>Confined to the session's worker, but for the lane's call-backs.
 */
final class LanePlace implements Lane.Member {

    private enum Place {
        OUT,
        READING,
        WRITING
    }

    private final Database database;

    private final Lane lane;

    private final SnapshotGroup group;

    private final SessionEngine.Wakeups wakeups;

    private Place place = Place.OUT;

    /** The task that writes outside a transaction. */
    private @Nullable Task writer;

    /** The task because of which this session is in the queue for the lane; set before the lane can call back. */
    private volatile @Nullable Task waiting;

    /** Ends a wait for the lane whose time is over. */
    private final Alarm alarm = new Alarm(this::resumeWaiting);

    private volatile String statement = "none";

    /** Whether somebody waits for this session to stop reading. */
    private volatile boolean wayWanted;

    LanePlace(Database database, SnapshotGroup group, SessionEngine.Wakeups wakeups) {
        this.database = database;
        this.lane = database.lane();
        this.group = group;
        this.wakeups = wakeups;
    }

    /** Others may ask the session to make way from now on. */
    void enterDatabase() {
        this.database.add(this);
    }

    /**
     * Makes sure that a run may use the database.
     *
     * @param inTransaction whether a transaction is open, so that the place outlasts the run
     * @return false if the run must wait
     */
    boolean enter(CommandRun run, Lock lock, boolean inTransaction) throws EngineError {
        if (lock == Lock.NONE || lock == Lock.READ && !this.database.readersTakeTurns()) {
            return true;
        }
        boolean writes = lock == Lock.WRITE;
        if (this.place == Place.OUT || writes && this.place == Place.READING) {
            if (!enter(run, writes ? Lane.Use.EXCLUSIVE : Lane.Use.SHARED)) {
                return false;
            }
            this.place = writes ? Place.WRITING : Place.READING;
        }
        if (writes && !inTransaction) {
            this.writer = run.task();
        }
        String sql = run.sql();
        // A volatile write takes longer than to see that it is the same object.
        if (this.statement != sql) {
            this.statement = sql;
        }
        return true;
    }

    private boolean enter(CommandRun run, Lane.Use use) throws EngineError {
        boolean queued = this.waiting != null;
        if (!queued && (this.lane.tryEnter(this, use) || this.lane.endRests(this) && this.lane.tryEnter(this, use))) {
            return true;
        }
        // The lane may call back as soon as it is asked, and before it has answered.
        this.waiting = run.task();
        boolean granted = queued ? this.lane.isHeldBy(this, use) : this.lane.enter(this, use);
        if (!granted && !isGrantedLate(run, use)) {
            return false;
        }
        this.waiting = null;
        return true;
    }

    /** {@return whether the lane was granted in the last moment} Otherwise the run waits, or its time is over. */
    private boolean isGrantedLate(CommandRun run, Lane.Use use) throws EngineError {
        LockWait wait = run.limits().lockWait();
        long left = wait.remaining();
        if (left > 0) {
            this.alarm.within(left);
            return false;
        }
        this.lane.giveUp(this);
        if (this.lane.isHeldBy(this, use)) {
            return true;
        }
        throw new EngineError(wait.timeout("held by " + this.lane.describeHolder(this), null));
    }

    private void stopReading() {
        this.place = Place.OUT;
        this.lane.stopReading(this);
    }

    /** {@return whether the session neither uses the database by the lane nor waits for that} */
    boolean isOut() {
        return this.place == Place.OUT && this.waiting == null;
    }

    /** {@return who holds the lane, in words} */
    String describeHolder() {
        return this.lane.describeHolder(this);
    }

    /** Another process, or another lock of this one, is in the way: the run is tried again after a pause. */
    void retryLater(CommandRun run, EngineFailure conflict) throws EngineError {
        LockWait wait = run.limits().lockWait();
        if (wait.expired()) {
            throw new EngineError(wait.timeout(conflict.message(), conflict));
        }
        wait.awaitRetry();
    }

    /**
     * Leaves what the command that has ended was the reason for. A command may end while another one waits or writes: a
     * stream of rows goes on beside it.
     *
     * @param inTransaction whether a transaction is open
     * @param endedTransaction whether the command has ended one
     * @param reading whether something else keeps a snapshot
     */
    void commandEnded(CommandRun run, boolean inTransaction, boolean endedTransaction, boolean reading) {
        if (this.waiting == run.task()) {
            this.waiting = null;
            this.lane.giveUp(this);
            takeGrantNobodyWaitsFor();
        }
        if (inTransaction) {
            // The transaction is the reason now. Keeping the task would keep a dropped connection from being noticed.
            this.writer = null;
            return;
        }
        if (this.place == Place.WRITING && (this.writer == run.task() || endedTransaction)) {
            boolean goesOnReading = reading && this.database.readersTakeTurns();
            this.place = goesOnReading ? Place.READING : Place.OUT;
            this.writer = null;
            try {
                this.database.written();
            } finally {
                this.lane.stopWriting(this, goesOnReading);
            }
        } else if (this.place == Place.READING && !reading) {
            stopReading();
        }
    }

    /** The lane may have been granted between the end of the command that waited and its leaving the queue. */
    private void takeGrantNobodyWaitsFor() {
        if (this.place != Place.WRITING) {
            this.lane.stopWriting(this, this.place == Place.READING);
        }
        if (this.place == Place.OUT) {
            this.lane.stopReading(this);
        }
    }

    /** What was read has been let go of, and the lane left, for somebody who writes. */
    void readingWasEnded() {
        if (this.place == Place.READING) {
            this.place = Place.OUT;
        }
    }

    /** {@return whether it would help others if no cursor were open} */
    boolean isWayWanted() {
        return this.wayWanted;
    }

    /** All has been done for others that can be done. @param reading see {@link #readingEnded} */
    void madeWay(boolean reading) {
        if (this.waiting == null) {
            // Otherwise the lane may have been granted already, and what is wanted is to come.
            this.wayWanted = false;
        }
        readingEnded(reading);
    }

    /**
     * Something has let go of its snapshot.
     *
     * @param reading whether something else keeps one: a cursor, a group of queries, or a transaction
     */
    void readingEnded(boolean reading) {
        if (this.place == Place.READING && !reading) {
            stopReading();
        }
    }

    /** Leaves the lane and the queue for it, for good. */
    void leave() {
        this.database.remove(this);
        this.alarm.end();
        boolean wrote = this.place == Place.WRITING;
        this.place = Place.OUT;
        this.waiting = null;
        this.writer = null;
        try {
            if (wrote) {
                this.database.written();
            }
        } finally {
            this.lane.leave(this);
        }
    }

    @Override
    public void laneGranted() {
        resumeWaiting();
    }

    private void resumeWaiting() {
        Task task = this.waiting;
        if (task != null) {
            this.wakeups.resume(task);
        }
    }

    @Override
    public boolean endRest() {
        if (!this.group.revoke(() -> this.lane.removeReader(this))) {
            return false;
        }
        this.lane.admit();
        return true;
    }

    @Override
    public void makeWay() {
        this.wayWanted = true;
        if (!endRest()) {
            this.wakeups.makeWay();
        }
    }

    @Override
    public String describe() {
        return this.statement;
    }
}
