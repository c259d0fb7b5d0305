package turso.r2dbc.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Lets auto-commit writes of different connections that wait for the {@link Lane} share a commit, which is most of what a
 * small write costs: with {@code synchronous=FULL} a wait for the disk.
 *
 * <p>A write that finds the lane taken joins the {@link WriteGroup} at the end of the queue for the lane, or makes a new one.
 * It never gets past anybody: a group behind which somebody else waits takes no more members.
 *
 * <p>A group whose turn it is does not begin while an earlier one tells its members how it went. That takes microseconds, but
 * for a thread that loses its processor over it; then a session that was no member would go on meanwhile, with a commit for each
 * of its writes, and get ahead of all others.
 *
 * <p>There is one for each database and each way in which connections to it are set up, as long as there are sessions of
 * that kind.
 */
final class GroupCommit {

    private static final Logger LOGGER = Loggers.getLogger(GroupCommit.class);

    /** Writes of one group at most. */
    private static final int MEMBERS = 64;

    /**
     * Where there was a group of several, there will be more, even if a write finds the lane free for a moment: if it were
     * run by itself, it would delay all that come behind it by a commit of their own.
     */
    private static final int PATIENCE = 16;

    /** An idle connection would keep others from what needs the file for themselves alone. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Database database;

    private final Path file;

    private final SqliteSettings settings;

    private final Workers workers;

    /** The group that may still take members; guarded by this. */
    private @Nullable WriteGroup open;

    /** Those that tell the members of a group how it went; guarded by this. */
    private final List<Thread> telling = new ArrayList<>();

    /** The group that has the lane, and begins when all have been told; guarded by this. */
    private @Nullable WriteGroup ready;

    /** Guards the fields that follow, down to the timer. */
    private final Object connectionLock = new Object();

    private @Nullable GroupConnection connection;

    /** Whether a group works with the connection. */
    private boolean inUse;

    private boolean closed;

    private long lastUsed;

    private boolean timerSet;

    /** How many sessions hand writes over; guarded by the database. */
    private int users;

    /** How many groups follow, should each have only one member. Written by whoever has the lane. */
    private volatile int patience;

    /** Which schema ties writes to one another; negative for none. */
    private volatile long unfitSchema = -1;

    /** Whether there is no connection for groups, and never will be. */
    private volatile boolean impossible;

    GroupCommit(Database database, Path file, SqliteSettings settings, Workers workers) {
        this.database = database;
        this.file = file;
        this.settings = settings;
        this.workers = workers;
    }

    /** {@return whether a write had better be handed over than wait for the lane, or take it} */
    boolean isWorthwhile() {
        return !this.impossible
                && this.unfitSchema != this.database.schemaVersion()
                && (this.patience > 0 || this.database.lane().isWanted());
    }

    /** Takes a write over. From any thread. */
    void submit(SharedWrite write) {
        Lane lane = this.database.lane();
        WriteGroup group;
        synchronized (this) {
            group = this.open;
            if (group != null && group.size() < MEMBERS && lane.isNobodyBehind(group)) {
                group.add(write);
                return;
            }
            group = new WriteGroup(this);
            group.add(write);
            this.open = group;
        }
        if (lane.enter(group, Lane.Use.EXCLUSIVE)) {
            group.laneGranted();
        }
    }

    /**
     * It is a group's turn. The current thread is not waited for if it tells: on a scheduler that runs work at once, the group
     * may be what comes of telling.
     */
    void granted(WriteGroup group) {
        synchronized (this) {
            if (this.telling.stream().anyMatch(thread -> thread != Thread.currentThread())) {
                this.ready = group;
                return;
            }
        }
        execute(group);
    }

    /** The current thread is about to let a group go, and to tell its members how it went. */
    synchronized void tells() {
        this.telling.add(Thread.currentThread());
    }

    /** The current thread has told them. */
    void hasTold() {
        WriteGroup next;
        synchronized (this) {
            this.telling.remove(Thread.currentThread());
            if (!this.telling.isEmpty()) {
                return;
            }
            next = this.ready;
            this.ready = null;
        }
        if (next != null) {
            execute(next);
        }
    }

    void execute(WriteGroup group) {
        this.workers.execute(group);
    }

    /** The group takes no more members. */
    synchronized void begins(WriteGroup group) {
        if (this.open == group) {
            this.open = null;
        }
    }

    /** The schema ties writes to one another. */
    void unfit() {
        this.unfitSchema = this.database.schemaVersion();
    }

    /** A transaction has been committed. */
    void committed() {
        this.database.written();
    }

    /** The group has come to its end. @param committed how many of its members have run */
    void ended(WriteGroup group, int committed) {
        this.patience = committed > 1 ? PATIENCE : Math.max(0, this.patience - 1);
        try {
            releaseConnection();
        } finally {
            this.database.lane().leave(group);
        }
    }

    private void releaseConnection() {
        synchronized (this.connectionLock) {
            this.inUse = false;
            this.lastUsed = System.nanoTime();
            if (this.closed) {
                closeConnection();
            } else if (this.connection != null) {
                lookLater();
            }
        }
    }

    /** {@return the connection to run writes on, for who has the lane; null if there is none that could be used} */
    @Nullable
    GroupConnection connection() throws EngineError {
        synchronized (this.connectionLock) {
            if (this.connection == null && !this.closed && !this.impossible) {
                this.connection = openConnection();
                this.impossible = this.connection == null;
            }
            this.inUse = this.connection != null;
            return this.connection;
        }
    }

    private @Nullable GroupConnection openConnection() throws EngineError {
        if (!Databases.isInPlace(this.database, this.file)) {
            LOGGER.warn("Writes to {} do not share commits: it was moved while it was open", this.file);
            return null;
        }
        try {
            return GroupConnection.open(this.settings, this.file);
        } catch (EngineError error) {
            if (Codes.isLockConflict(error.failure().code())) {
                throw error;
            }
            LOGGER.warn(
                    "Writes to {} do not share commits: {}",
                    this.file,
                    error.failure().message());
            return null;
        }
    }

    /** Something has gone wrong with a group that should not. */
    void broken(Throwable thrown) {
        LOGGER.error("A group of writes to {} has broken off", this.file, thrown);
        discardConnection();
    }

    /** The connection is not to be used again. */
    void discardConnection() {
        synchronized (this.connectionLock) {
            closeConnection();
        }
    }

    /** The timer only passes a message on. */
    private void lookLater() {
        if (!this.timerSet) {
            this.timerSet = true;
            Timers.schedule(() -> this.workers.execute(this::look), IDLE_NANOS);
        }
    }

    private void look() {
        synchronized (this.connectionLock) {
            this.timerSet = false;
            if (this.connection == null) {
                return;
            }
            if (this.inUse || System.nanoTime() - this.lastUsed < IDLE_NANOS) {
                lookLater();
            } else {
                closeConnection();
            }
        }
    }

    /** For the database, which guards it: counts a session in. */
    void addUser() {
        this.users++;
    }

    /** For the database, which guards it: counts a session out. @return whether that was the last one */
    boolean removeUser() {
        this.users--;
        return this.users == 0;
    }

    /** The last session has gone. */
    void close() {
        synchronized (this.connectionLock) {
            this.closed = true;
            if (!this.inUse) {
                closeConnection();
            }
        }
    }

    private void closeConnection() {
        GroupConnection opened = this.connection;
        this.connection = null;
        this.inUse = false;
        if (opened == null) {
            return;
        }
        try {
            opened.close();
        } catch (EngineError error) {
            LOGGER.warn("A connection to {} could not be closed", this.file, error);
        }
    }
}
