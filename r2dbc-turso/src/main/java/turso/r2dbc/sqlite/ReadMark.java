package turso.r2dbc.sqlite;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Saves queries of a file with a write-ahead log from asking the operating system for a lock, while many of them follow
 * one another.
 *
 * <p>Each query takes the newest snapshot, whose <em>read mark</em> it locks, and lets go of it: two system calls, which is
 * a good part of what a small query takes. Within a process SQLite shares the lock of a read mark, and asks the system
 * only for the first who wants it and for the last who lets go. So a connection of the driver's own holds the newest one
 * meanwhile. It does not decide what a query reads: with every commit there is a newer mark, and queries take that one.
 *
 * <p>A mark that is held keeps the log from being used anew. Therefore it is let go
 *
 * <ul>
 *   <li>before anybody in this process writes or makes a checkpoint;
 *   <li>for everybody else, every 20 ms, to be taken again only if there were queries meanwhile;
 *   <li>together with its connection, if there were none for a second, and if a lock is in somebody's way.
 * </ul>
 *
 * @see <a href="https://www.sqlite.org/walformat.html#wal_locks">WAL locks</a>
 */
final class ReadMark {

    private static final Logger LOGGER = Loggers.getLogger(ReadMark.class);

    /** Who reads says so after so many queries. A power of two. */
    static final int QUERIES = 64;

    /** Queries follow one another if somebody says so again within this time. */
    private static final long SUSTAINED = TimeUnit.MILLISECONDS.toNanos(10);

    /** How long a mark is held at a time. */
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long the connection is kept without queries; and after something went wrong, how long there is none. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private static final int THREADS = 2;

    private static final Workers WORKERS = new WorkerPool("turso-read-mark", THREADS, Integer.MAX_VALUE, PAUSE);

    private static final Object[] NO_VALUES = new Object[0];

    private final SqliteSettings settings;

    private final Path file;

    private final Database database;

    /** Held while the connection is being opened, which takes longer than many queries. Taken before the other one. */
    private final Object opening = new Object();

    /** Guards what follows, and whatever the connection is used for. */
    private final Object lock = new Object();

    private @Nullable Holder holder;

    private boolean closed;

    private boolean timerSet;

    private long lastQueries;

    /** Whether the mark is held, or is about to be. */
    private volatile boolean held;

    /** Whether there were queries since this was looked at. */
    private volatile boolean used;

    /** When somebody last said that there are queries; unless that was before, when there may be a connection again. */
    private volatile long said;

    /** Whether a connection was asked for that has not been opened. */
    private final AtomicBoolean asked = new AtomicBoolean();

    ReadMark(SqliteSettings settings, Path file, Database database) {
        this.settings = settings;
        this.file = file;
        this.database = database;
        this.said = System.nanoTime() - PAUSE;
    }

    /** Somebody has run {@link #QUERIES} queries since saying so before. On a worker. */
    void queried() {
        if (this.held) {
            if (!this.used) {
                this.used = true;
            }
            return;
        }
        long now = System.nanoTime();
        long before = now - this.said;
        if (before >= 0) {
            this.said = now;
            if (before < SUSTAINED) {
                begin();
            }
        }
    }

    private void begin() {
        synchronized (this.lock) {
            if (this.closed) {
                return;
            }
            if (this.holder != null) {
                this.used = true;
                hold();
                return;
            }
        }
        if (this.asked.compareAndSet(false, true)) {
            WORKERS.execute(this::open);
        }
    }

    private void open() {
        synchronized (this.opening) {
            try {
                if (!isClosed()) {
                    opened(Databases.isInPlace(this.database, this.file) ? new Holder(this.settings, this.file) : null);
                }
            } catch (EngineError error) {
                pause();
            } finally {
                this.asked.set(false);
            }
        }
    }

    private boolean isClosed() {
        synchronized (this.lock) {
            return this.closed;
        }
    }

    private void opened(@Nullable Holder opened) {
        synchronized (this.lock) {
            this.holder = opened;
            if (opened == null) {
                pause();
                return;
            }
            this.used = true;
            hold();
            lookLater();
        }
    }

    /** Takes the newest mark, unless somebody writes. */
    private void hold() {
        Holder opened = this.holder;
        if (opened == null || this.held) {
            return;
        }
        // Whoever is about to write from now on sees this; whoever was before is in the lane.
        this.held = true;
        if (this.database.lane().isWanted()) {
            this.held = false;
            return;
        }
        try {
            opened.hold();
        } catch (EngineError error) {
            giveUp();
        }
    }

    /** Lets go of the mark: somebody in this process has the lane, and is about to write. From any worker. */
    void letGo() {
        if (this.held) {
            synchronized (this.lock) {
                release();
            }
        }
    }

    private void release() {
        Holder opened = this.holder;
        if (opened == null || !this.held) {
            return;
        }
        this.held = false;
        try {
            opened.letGo();
        } catch (EngineError error) {
            giveUp();
        }
    }

    /**
     * Something is locked that somebody needs. In case it is this connection, there is none for a while.
     *
     * @return whether there was one
     */
    boolean makeWay() {
        synchronized (this.opening) {
            synchronized (this.lock) {
                boolean present = this.holder != null;
                if (present) {
                    giveUp();
                }
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
        Holder opened = this.holder;
        this.holder = null;
        this.held = false;
        pause();
        if (opened != null) {
            try {
                opened.close();
            } catch (EngineError error) {
                LOGGER.warn("A connection to {} could not be closed", this.file, error);
            }
        }
    }

    private void pause() {
        this.said = System.nanoTime() + PAUSE;
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
            if (this.holder == null) {
                return;
            }
            release();
            if (this.used) {
                this.used = false;
                this.lastQueries = System.nanoTime();
                hold();
            } else if (System.nanoTime() - this.lastQueries >= PAUSE) {
                giveUp();
                return;
            }
            if (this.holder != null) {
                lookLater();
            }
        }
    }

    /** The connection that holds a mark: it has a transaction that has read something. */
    private static final class Holder {

        private final Engine engine;

        private final EngineStatement begin;

        private final EngineStatement read;

        private final EngineStatement commit;

        Holder(SqliteSettings settings, Path file) throws EngineError {
            this.engine = Connector.connectForCheckpoints(settings, file);
            try {
                this.begin = this.engine.prepare("BEGIN");
                this.read = this.engine.prepare("PRAGMA schema_version");
                this.commit = this.engine.prepare("COMMIT");
            } catch (EngineError error) {
                this.engine.close();
                throw error;
            }
        }

        void hold() throws EngineError {
            synchronized (this.engine.monitor()) {
                this.begin.start(NO_VALUES);
                this.read.start(NO_VALUES);
                this.read.reset();
            }
        }

        void letGo() throws EngineError {
            synchronized (this.engine.monitor()) {
                this.commit.start(NO_VALUES);
            }
        }

        void close() throws EngineError {
            this.engine.close();
        }
    }
}
