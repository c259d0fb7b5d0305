package turso.r2dbc.sqlite;

import java.nio.file.Files;
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
 *   <li>before a session or the {@link Checkpointer} makes a checkpoint that is to be complete;
 *   <li>every 20 ms, to be held again only if there were transactions meanwhile;
 *   <li>for somewhat longer than SQLite's busy handler waits between two attempts, after each second without a commit of
 *       this process, and before the first one is held: somebody may be waiting for just that mark, and would not see it
 *       free for the moment in between;
 *   <li>together with their connections, for at least a second, if there were none for a second, if a lock is in somebody's
 *       way, and if somebody else writes to the file, who may want to make checkpoints.
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

    /** How long none is held now and then. The busy handler tries again after 100 ms at most. */
    private static final long REST = TimeUnit.MILLISECONDS.toNanos(110);

    /** How long there are turns with no rest between them. */
    private static final long BETWEEN_RESTS = TimeUnit.SECONDS.toNanos(1);

    /** How long connections are kept without transactions, and how long there are none afterwards. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** How long there are none at most, if somebody else goes on writing. */
    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(64);

    /** As many as SQLite has: WAL_NREADER, less the one for those who need nothing of the log. */
    private static final int MARKS = 4;

    private static final int THREADS = 2;

    /** For what takes no time; apart from openings, which may. */
    private static final Workers WORKERS = new WorkerPool("turso-read-mark", 1, Integer.MAX_VALUE, PAUSE);

    private static final Workers OPENERS = new WorkerPool("turso-read-mark-opening", THREADS, Integer.MAX_VALUE, PAUSE);

    private final SqliteSettings settings;

    private final Path file;

    private final Database database;

    /** Held while a connection is being opened, which takes longer than many queries. Taken before the other one. */
    private final Object opening = new Object();

    /** Guards what follows, and whatever the connections are used for. */
    private final Object lock = new Object();

    private final List<ReadMarkHolder> holders = new ArrayList<>();

    /** How many checkpoints there are that marks would be in the way of. */
    private int checkpoints;

    private boolean closed;

    /** Whether a connection was closed, or not opened, since somebody asked whether it was in the way. */
    private boolean gone;

    private boolean timerSet;

    private long lastUsed;

    private long lastRest;

    private long pause = PAUSE;

    /** What the first holder saw last. */
    private long dataVersion;

    /** How many marks are held, by as many of the first holders. Who only wants to know whether to do something may look. */
    private volatile int held;

    /** Whether somebody has said that there are transactions, since this was looked at. */
    private volatile boolean used;

    /** Whether somebody had when it was looked at for the last time, or has since. */
    private volatile boolean active;

    /** When somebody said so for the last time. */
    private volatile long said;

    /** None is held before. */
    private volatile long pausedUntil;

    /** Whether this process has changed the log since the first mark was held. */
    private volatile boolean changedHere;

    /** Whether a connection was asked for that has not been opened. */
    private final AtomicBoolean asked = new AtomicBoolean();

    /** Confined to whoever has the lane. */
    private int commits;

    ReadMarks(SqliteSettings settings, Path file, Database database) {
        this.settings = settings;
        this.file = file;
        this.database = database;
        this.pausedUntil = System.nanoTime();
        this.said = this.pausedUntil - PAUSE;
    }

    /** Somebody has run {@link #BATCH} queries since saying so before. On a worker. */
    void queried() {
        if (this.held > 0) {
            goesOn();
        } else if (isSustained()) {
            goesOn();
            holdFirst();
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
        this.said = now;
        return before < SUSTAINED && now - this.pausedUntil >= 0;
    }

    /** A transaction that may have written has ended, and its connection still has the lane. On a worker. */
    void written() {
        this.changedHere = true;
        this.commits++;
        if (this.commits % BATCH == 0 && (this.held > 0 || isSustained())) {
            goesOn();
        }
        if (this.active && this.held < MARKS) {
            holdOneMore();
        }
    }

    private void holdFirst() {
        synchronized (this.lock) {
            if (!mayHold()) {
                return;
            }
            if (!this.holders.isEmpty()) {
                holdAgain();
                return;
            }
        }
        openLater();
    }

    private void holdOneMore() {
        synchronized (this.lock) {
            if (!mayHold()) {
                return;
            }
            if (this.held < this.holders.size()) {
                hold();
                return;
            }
        }
        openLater();
    }

    private boolean mayHold() {
        return this.checkpoints == 0 && !this.closed && System.nanoTime() - this.pausedUntil >= 0;
    }

    private void openLater() {
        if (this.asked.compareAndSet(false, true)) {
            OPENERS.execute(this::open);
        }
    }

    private void open() {
        synchronized (this.opening) {
            try {
                if (isWanted()) {
                    if (hasLog()) {
                        opened(ReadMarkHolder.open(this.settings, this.file));
                    } else {
                        notOpened();
                    }
                }
            } catch (EngineError error) {
                notOpened();
            } finally {
                this.asked.set(false);
            }
        }
    }

    private void notOpened() {
        synchronized (this.lock) {
            giveUp();
            this.gone = true;
        }
    }

    /** {@return whether there is still to be another connection} */
    private boolean isWanted() {
        synchronized (this.lock) {
            return mayHold() && this.active && this.holders.size() < MARKS;
        }
    }

    /**
     * {@return whether the file still has a write-ahead log} Without one, a connection would be in the way of commits as
     * soon as it looked at the file.
     */
    private boolean hasLog() {
        return Files.exists(Checkpointer.log(this.file)) && Databases.isInPlace(this.database, this.file);
    }

    private void opened(ReadMarkHolder holder) {
        synchronized (this.lock) {
            this.holders.add(holder);
            if (this.holders.size() == 1) {
                this.lastUsed = System.nanoTime();
                begin(holder);
            }
        }
    }

    /** Remembers what there is now, to notice what others commit from now on. Who has just done so may be waiting. */
    private void begin(ReadMarkHolder first) {
        this.changedHere = false;
        try {
            this.dataVersion = first.hold();
            first.letGo();
            rest();
            lookLater();
        } catch (EngineError error) {
            giveUp();
        }
    }

    private void rest() {
        this.lastRest = System.nanoTime();
        this.pausedUntil = this.lastRest + REST;
    }

    /** Holds the newest mark, if none is held. */
    private void holdAgain() {
        if (this.held == 0 && mayHold()) {
            hold();
        }
    }

    private void hold() {
        int next = this.held;
        this.held = next + 1;
        try {
            if (next > 0) {
                this.holders.get(next).hold();
                return;
            }
            boolean changedBefore = this.changedHere;
            this.changedHere = false;
            long version = this.holders.get(0).hold();
            // Whoever is just committing has the lane until that is known here.
            boolean changedByOthers = this.dataVersion != version
                    && !changedBefore
                    && !this.database.lane().isWanted()
                    && !this.changedHere;
            takeNote(version, changedByOthers);
        } catch (EngineError error) {
            giveUp();
        }
    }

    private void takeNote(long version, boolean changedByOthers) {
        this.dataVersion = version;
        if (changedByOthers) {
            this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
            giveUp();
        } else {
            this.pause = PAUSE;
        }
    }

    /** Lets go of all marks; until {@link #endCheckpoint()} none is held again. Waits for what is being opened. */
    void beginCheckpoint() {
        synchronized (this.opening) {
            synchronized (this.lock) {
                this.checkpoints++;
                this.changedHere = true;
                release();
            }
        }
    }

    void endCheckpoint() {
        synchronized (this.lock) {
            this.changedHere = true;
            this.checkpoints--;
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
     * @return whether it may have been one, which is not there any more
     */
    boolean makeWay() {
        synchronized (this.opening) {
            synchronized (this.lock) {
                giveUp();
                boolean wasThere = this.gone;
                this.gone = false;
                return wasThere;
            }
        }
    }

    /** There are to be none any more. */
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
        this.pausedUntil = System.nanoTime() + this.pause;
        this.active = false;
        this.used = false;
        this.held = 0;
        this.gone |= !this.holders.isEmpty();
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
            Timers.schedule(() -> WORKERS.execute(this::look), TURN);
            this.timerSet = true;
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
                restOrHold();
            } else if (System.nanoTime() - this.lastUsed >= PAUSE) {
                giveUp();
            }
            if (!this.holders.isEmpty()) {
                lookLater();
            }
        }
    }

    /** Who commits does not need a rest: whoever waits for readers keeps commits waiting, and those make way. */
    private void restOrHold() {
        if (!this.changedHere && System.nanoTime() - this.lastRest >= BETWEEN_RESTS) {
            rest();
        } else {
            holdAgain();
        }
    }
}
