package turso.r2dbc.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Saves transactions on a file with a write-ahead log from asking the operating system for locks, while many of them follow
 * one another.
 *
 * <p>Each transaction locks one of four <em>read marks</em> and lets go of it; the first one behind a commit moves a mark
 * before, if there is one that nobody has locked. Those are two or four system calls, a good part of what a small
 * transaction takes. Within a process SQLite shares the lock of a read mark, and asks the system only for the first who
 * wants it and for the last who lets go. So connections of the driver's own hold marks meanwhile: the newest one as long as
 * there are queries only, and all of them, one more behind each commit, if there are commits. They do not decide what
 * anybody reads: a mark says how much of the log is still needed, and each transaction begins with the newest snapshot.
 *
 * <p>What comes behind the oldest mark that is held is not copied into the database, and the log does not start anew.
 * Therefore all are let go
 *
 * <ul>
 *   <li>before anybody in this process makes a checkpoint;
 *   <li>for everybody else, every 20 ms, to be held again only if there were transactions meanwhile;
 *   <li>together with their connections, if there were none for a second, and if a lock is in somebody's way.
 * </ul>
 *
 * @see <a href="https://www.sqlite.org/walformat.html#wal_locks">WAL locks</a>
 */
final class ReadMarks {

    private static final Logger LOGGER = Loggers.getLogger(ReadMarks.class);

    /** Who runs transactions says so after so many of them. A power of two. */
    static final int BATCH = 64;

    /** Transactions follow one another if somebody says so again within this time. */
    private static final long SUSTAINED = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long marks are held at a time. */
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long connections are kept without transactions; and after something went wrong, how long there are none. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** As many as SQLite has: WAL_NREADER, less the one for those who need nothing of the log. */
    private static final int MARKS = 4;

    private static final int THREADS = 2;

    private static final Workers WORKERS = new WorkerPool("turso-read-mark", THREADS, Integer.MAX_VALUE, PAUSE);

    private final SqliteSettings settings;

    private final Path file;

    private final Database database;

    /** Held while a connection is being opened, which takes longer than many queries. Taken before the other one. */
    private final Object opening = new Object();

    /** Guards what follows, and whatever the connections are used for. */
    private final Object lock = new Object();

    private final List<ReadMarkHolder> holders = new ArrayList<>();

    private boolean closed;

    private boolean timerSet;

    private long lastUsed;

    /** How many marks are held or about to be, by as many of the first holders. */
    private volatile int held;

    /** Whether somebody has said that there are transactions, since this was looked at. */
    private volatile boolean used;

    /** Whether somebody had when it was looked at for the last time, or has since. */
    private volatile boolean active;

    /** When somebody said so for the last time; or when there may be connections again, if that is later. */
    private volatile long said;

    /** Whether a connection was asked for that has not been opened. */
    private final AtomicBoolean asked = new AtomicBoolean();

    /** Of the commits since somebody last said so. Confined to whoever has the lane. */
    private int commits;

    ReadMarks(SqliteSettings settings, Path file, Database database) {
        this.settings = settings;
        this.file = file;
        this.database = database;
        this.said = System.nanoTime() - PAUSE;
    }

    /** Somebody has run {@link #BATCH} queries since saying so before. On a worker. */
    void queried() {
        if (this.held > 0) {
            goesOn();
        } else if (isSustained()) {
            begin();
        }
    }

    private void goesOn() {
        if (!this.used) {
            this.used = true;
            this.active = true;
        }
    }

    private boolean isSustained() {
        long now = System.nanoTime();
        long before = now - this.said;
        if (before < 0) {
            return false;
        }
        this.said = now;
        return before < SUSTAINED;
    }

    private void begin() {
        synchronized (this.lock) {
            goesOn();
            if (!this.holders.isEmpty()) {
                holdUnlessWriting();
                return;
            }
        }
        openLater();
    }

    /** A transaction that may have written has ended, and its connection still has the lane. On a worker. */
    void written() {
        this.commits++;
        if (this.commits % BATCH == 0 && (this.held > 0 || isSustained())) {
            goesOn();
        }
        if (this.active && this.held < MARKS) {
            holdOneMore();
        }
    }

    private void holdOneMore() {
        synchronized (this.lock) {
            if (this.held < this.holders.size()) {
                hold();
                return;
            }
        }
        openLater();
    }

    private void openLater() {
        // To open a connection takes longer than many transactions.
        if (this.asked.compareAndSet(false, true)) {
            WORKERS.execute(this::open);
        }
    }

    private void open() {
        synchronized (this.opening) {
            try {
                if (!isWanted()) {
                    return;
                }
                if (Databases.isInPlace(this.database, this.file)) {
                    opened(ReadMarkHolder.open(this.settings, this.file));
                } else {
                    makeWay();
                }
            } catch (EngineError error) {
                makeWay();
            } finally {
                this.asked.set(false);
            }
        }
    }

    /** {@return whether there is still to be another connection} */
    private boolean isWanted() {
        boolean paused = System.nanoTime() - this.said < 0;
        synchronized (this.lock) {
            return !this.closed && !paused && this.active && this.holders.size() < MARKS;
        }
    }

    private void opened(ReadMarkHolder holder) {
        synchronized (this.lock) {
            this.holders.add(holder);
            if (this.holders.size() == 1) {
                this.lastUsed = System.nanoTime();
                holdUnlessWriting();
                lookLater();
            }
        }
    }

    /** Holds the newest mark. A checkpoint would have the lane; and if somebody writes, there will be a newer one. */
    private void holdUnlessWriting() {
        if (this.held > 0) {
            return;
        }
        // Whoever lets go from now on waits for this; whoever has before is in the lane.
        this.held = 1;
        if (this.database.lane().isWanted()) {
            this.held = 0;
        } else {
            hold(0);
        }
    }

    private void hold() {
        int next = this.held;
        this.held = next + 1;
        hold(next);
    }

    private void hold(int holder) {
        try {
            this.holders.get(holder).hold();
        } catch (EngineError error) {
            giveUp();
        }
    }

    /** Lets go of all marks: somebody in this process has the lane, and is about to make a checkpoint. On a worker. */
    void letGo() {
        if (this.held > 0) {
            synchronized (this.lock) {
                release();
            }
        }
    }

    private void release() {
        while (this.held > 0) {
            int last = this.held - 1;
            try {
                this.holders.get(last).letGo();
                this.held = last;
            } catch (EngineError error) {
                giveUp();
            }
        }
    }

    /**
     * Something is locked that somebody needs. In case it is one of these connections, there are none for a while.
     *
     * @return whether there was one
     */
    boolean makeWay() {
        synchronized (this.opening) {
            synchronized (this.lock) {
                boolean present = !this.holders.isEmpty();
                giveUp();
                return present;
            }
        }
    }

    /** The database is not used any more. */
    void close() {
        // Whoever has closed the last session may remove the file: nothing is to be opened any more.
        synchronized (this.opening) {
            synchronized (this.lock) {
                this.closed = true;
                giveUp();
            }
        }
    }

    private void giveUp() {
        this.said = System.nanoTime() + PAUSE;
        this.active = false;
        this.used = false;
        this.held = 0;
        for (ReadMarkHolder holder : this.holders) {
            try {
                holder.close();
            } catch (EngineError error) {
                LOGGER.warn("A connection to {} could not be closed", this.file, error);
            }
        }
        this.holders.clear();
    }

    /** The timer only passes a message on. */
    private void lookLater() {
        if (!this.timerSet) {
            this.timerSet = true;
            Timers.schedule(() -> WORKERS.execute(this::look), TURN);
        }
    }

    private void look() {
        synchronized (this.lock) {
            this.timerSet = false;
            release();
            if (this.holders.isEmpty()) {
                return;
            }
            this.active = this.used;
            this.used = false;
            if (this.active) {
                this.lastUsed = System.nanoTime();
                holdUnlessWriting();
            } else if (System.nanoTime() - this.lastUsed >= PAUSE) {
                giveUp();
            }
            if (!this.holders.isEmpty()) {
                lookLater();
            }
        }
    }
}
