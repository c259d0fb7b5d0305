package turso.r2dbc.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Copies the write-ahead log of one file back into the database, so that no commit has to do it.
 *
 * <p>A checkpoint waits for the disk, and SQLite lets whoever commits do it, while all other writers wait. Here it runs
 * beside them, on a connection and threads of its own: after many commits, or a while after the last one. The log is
 * reused from its beginning once a checkpoint has copied all of it and nobody reads from it any more, which with steady
 * writing never comes by itself; when the log has passed its limit, the checkpointer takes its turn in the
 * {@link Lane} for it. A log that has a part of that is reused already if writers are seldom held up for it: commits that
 * wait for the disk take longer while the file grows.
 *
 * <p>SQLite's own checkpoint at commit stays in force far above the limit, as a net.
 *
 * @see <a href="https://www.sqlite.org/wal.html#ckpt">Checkpointing</a>
 */
final class Checkpointer implements Lane.Member {

    private static final Logger LOGGER = Loggers.getLogger(Checkpointer.class);

    static final String WAL = "WAL";

    private static final String PASSIVE = "PASSIVE";

    private static final String RESTART = "RESTART";

    /** SQLite's default, in bytes. */
    static final long PAGE_SIZE = 4_096;

    /** The PRAGMA for SQLite's own checkpoints; who sets it wants those. */
    static final String AUTOCHECKPOINT = "wal_autocheckpoint";

    private static final int THREADS = 2;

    /** About as much as SQLite lets accumulate: a smaller log is not worth the waiting for the disk. */
    private static final long WORTHWHILE_BYTES = 4 << 20;

    /** A checkpoint follows after so many commits. */
    private static final int COMMITS = 1_000;

    /** How often, in commits, the log is looked at meanwhile. A power of two. */
    private static final int COMMITS_BETWEEN_LOOKS = 32;

    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    /** There is nothing to be done any more. */
    private static final CheckpointOutcome CLOSED = new CheckpointOutcome(true, 0);

    private static final Workers WORKERS = new WorkerPool("turso-checkpoint", THREADS, Integer.MAX_VALUE, PAUSE);

    private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(4);

    /** How long writers may be held up for the log to be reused, if somebody still reads from it. */
    private static final long TURN = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long a connection is kept open that waits for its turn. */
    private static final long OPEN_WHILE_WAITING = TimeUnit.MILLISECONDS.toNanos(20);

    /** How long they may be held up if it need not be yet. */
    private static final long EARLY_TURN = TimeUnit.MILLISECONDS.toNanos(5);

    /** A log with this part of its limit may be reused early. */
    private static final int EARLY_PART = 4;

    /** The time between early turns is at least so many times what the last one took. */
    private static final int TURNS_BETWEEN = 25;

    private static final long RETRY = TimeUnit.MILLISECONDS.toNanos(1);

    private final SqliteSettings settings;

    /** From the settings, which take long to look it up. */
    private final long limit;

    private final Path file;

    private final Database database;

    private final Lane lane;

    private final AtomicInteger commits = new AtomicInteger();

    /** Whether a run is due, in progress, or in its turn in the lane. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private final AtomicBoolean timerSet = new AtomicBoolean();

    /** Guards the engine, which closing the database takes away from under a run. */
    private final Object lock = new Object();

    private @Nullable Engine engine;

    /** Closes the engine while its turn is awaited; null if none is. Guarded like the engine. */
    private @Nullable Disposable waitTimer;

    private volatile boolean closed;

    /** What follows is only read and changed while busy. */
    private long turnBegan = System.nanoTime();

    private long turnTook;

    /** Whether the turn is one that the limit does not ask for. */
    private boolean early;

    private long pageSize = PAGE_SIZE;

    private long nextTurn = this.turnBegan;

    private long pause = PAUSE;

    private volatile boolean failed;

    Checkpointer(SqliteSettings settings, Path file, Database database) {
        this.settings = settings;
        this.limit = settings.walLimit();
        this.file = file;
        this.database = database;
        this.lane = database.lane();
    }

    /** {@return whether connections with these settings leave checkpoints to a checkpointer} */
    static boolean isWanted(SqliteSettings settings) {
        return WAL.equals(settings.journalMode())
                && !settings.readOnly()
                && !settings.pragmas().containsKey(AUTOCHECKPOINT)
                && !settings.pragmas().containsKey("locking_mode");
    }

    /** A transaction that may have written has ended. From any thread that may ask the file system. */
    void written() {
        int count = this.commits.incrementAndGet();
        if (count == 1) {
            later(PAUSE);
        } else if (count % COMMITS_BETWEEN_LOOKS == 0 && (count >= COMMITS || logBytes() > this.limit)) {
            due();
        }
    }

    /** {@return where the log of a file is, if it has one} */
    static Path log(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    /** {@return the size in bytes of a file's log; 0 if it has none} */
    static long logBytes(Path file) {
        try {
            return Files.size(log(file));
        } catch (IOException noLog) {
            return 0;
        }
    }

    private long logBytes() {
        return logBytes(this.file);
    }

    /** Runs after a pause. However often this is asked for, there is one timer. */
    private void later(long nanos) {
        if (this.timerSet.compareAndSet(false, true)) {
            Timers.schedule(
                    () -> {
                        this.timerSet.set(false);
                        due();
                    },
                    nanos);
        }
    }

    private void due() {
        if (!this.failed && !this.closed && this.busy.compareAndSet(false, true)) {
            WORKERS.execute(this::run);
        }
    }

    private void run() {
        this.commits.set(0);
        if (logBytes() < Math.min(WORTHWHILE_BYTES, this.limit)) {
            end();
            return;
        }
        CheckpointOutcome outcome = checkpoint(PASSIVE);
        if (isTurnDue(outcome.pages()) && !this.failed) {
            awaitTurn();
            return;
        }
        if (!outcome.complete()) {
            again();
        }
        end();
    }

    /** {@return whether writers should be held up so that the log is reused} @param pages how many it has */
    private boolean isTurnDue(long pages) {
        long now = System.nanoTime();
        this.early = logBytes() <= this.limit;
        return this.early
                ? pages * this.pageSize > this.limit / EARLY_PART
                        && now - this.turnBegan > TURNS_BETWEEN * this.turnTook
                : now - this.nextTurn >= 0;
    }

    private void awaitTurn() {
        synchronized (this.lock) {
            this.waitTimer = Timers.schedule(() -> WORKERS.execute(this::letGoWhileWaiting), OPEN_WHILE_WAITING);
        }
        if (this.lane.enter(this, Lane.Use.EXCLUSIVE)) {
            beginTurn();
        }
    }

    /** Who has the lane may wait for the file to be without other connections. */
    private void letGoWhileWaiting() {
        synchronized (this.lock) {
            if (this.waitTimer != null) {
                closeEngine(false);
            }
        }
    }

    @Override
    public void laneGranted() {
        WORKERS.execute(this::beginTurn);
    }

    private void beginTurn() {
        synchronized (this.lock) {
            if (this.waitTimer != null) {
                this.waitTimer.dispose();
                this.waitTimer = null;
            }
        }
        this.turnBegan = System.nanoTime();
        turn();
    }

    /** Tries until nobody reads from the log any more, for a short time: writers wait meanwhile. */
    private void turn() {
        boolean reusable = checkpoint(RESTART).complete();
        long now = System.nanoTime();
        this.turnTook = now - this.turnBegan;
        if (!reusable && !this.failed && this.turnTook < (this.early ? EARLY_TURN : TURN)) {
            Timers.schedule(() -> WORKERS.execute(this::turn), RETRY);
            return;
        }
        this.lane.leave(this);
        if (reusable) {
            this.pause = PAUSE;
            this.nextTurn = now;
        } else {
            if (this.early) {
                // Whoever reads may go on doing so for long.
                this.turnTook = TURN;
            } else {
                this.nextTurn = now + this.pause;
            }
            this.database.askReaders();
            again();
        }
        end();
    }

    /** Somebody reads what would have to be overwritten; there will be another run without another commit. */
    private void again() {
        later(this.pause);
        this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
    }

    private void end() {
        if (this.failed || this.commits.get() == 0) {
            // An idle connection of ours would keep others from what needs the file for themselves alone.
            closeEngine(false);
        }
        this.busy.set(false);
        if (this.commits.get() != 0) {
            // Their timer may have come while this run was busy.
            later(PAUSE);
        }
    }

    private CheckpointOutcome checkpoint(String mode) {
        ReadMarks marks = this.database.readMarks();
        if (marks == null) {
            return tryCheckpoint(mode);
        }
        marks.beginCheckpoint();
        if (PASSIVE.equals(mode)) {
            // It decides in its first moment how much to copy, and takes long.
            marks.endCheckpoint();
            return tryCheckpoint(mode);
        }
        try {
            return tryCheckpoint(mode);
        } finally {
            marks.endCheckpoint();
        }
    }

    private CheckpointOutcome tryCheckpoint(String mode) {
        try {
            Engine opened = open();
            return opened == null ? CLOSED : opened.checkpoint(mode);
        } catch (EngineError error) {
            if (!Codes.isLockConflict(error.failure().code()) && !this.closed) {
                this.failed = true;
                this.database.endReadMarks();
                LOGGER.warn(
                        "No checkpoints in the background for {}; commits will do them: {}",
                        this.file,
                        error.failure().message());
            }
            return CheckpointOutcome.NONE;
        }
    }

    /** {@return the connection, or null if the database is closed} */
    private @Nullable Engine open() throws EngineError {
        synchronized (this.lock) {
            if (this.engine == null && !this.closed) {
                this.engine = Connector.connectForCheckpoints(this.settings, this.file);
                this.pageSize = this.engine.pageSize();
            }
            return this.engine;
        }
    }

    /** The database's last user has gone. A checkpoint that is running ends, and SQLite makes another one in closing. */
    void close() {
        closeEngine(true);
    }

    private void closeEngine(boolean forEver) {
        synchronized (this.lock) {
            this.closed |= forEver;
            Engine opened = this.engine;
            this.engine = null;
            if (opened == null) {
                return;
            }
            opened.interrupt();
            try {
                opened.close();
            } catch (EngineError error) {
                LOGGER.warn("A connection to {} could not be closed", this.file, error);
            }
        }
    }

    @Override
    public void makeWay() {
        // It never reads.
    }

    @Override
    public String describe() {
        return "PRAGMA wal_checkpoint(" + RESTART + ")";
    }
}
