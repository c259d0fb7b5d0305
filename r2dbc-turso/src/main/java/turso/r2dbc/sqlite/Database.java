package turso.r2dbc.sqlite;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of this process share about one database, however they reached it.
 *
 * <p>Counted by {@link Databases}; released with the last user.
 */
final class Database {

    private final Object key;

    /** The file's own path, behind all links; null for a memory database. */
    private final @Nullable Path file;

    private final Lane lane = new Lane();

    private final Set<LanePlace> places = ConcurrentHashMap.newKeySet();

    /** Connections that are set up alike, and have the same threads. */
    private record GroupKind(List<SetUpStatement> setUp, Workers workers) {}

    /** Counts changes of the schema made in this process. */
    private final AtomicLong schemaVersion = new AtomicLong();

    /** Whether readers and the writer exclude each other. */
    private volatile boolean readersTakeTurns;

    private volatile @Nullable Checkpointer checkpointer;

    /** Null where there is no checkpointer. */
    private volatile @Nullable ReadMarks readMarks;

    /** Who shares commits with whom. Guards itself and the user counts of its values. */
    private final Map<GroupKind, GroupCommit> groups = new HashMap<>();

    /** How to open a file that has a write-ahead log, for whoever may write to it. */
    private volatile @Nullable SqliteSettings logged;

    /** Keeps a memory database alive between connections; null for files. Guarded by {@link Databases}. */
    private @Nullable Engine anchor;

    /** Guarded by {@link Databases}. */
    private int users;

    Database(Object key, @Nullable Path file) {
        this.key = key;
        this.file = file;
        this.readersTakeTurns = file == null;
    }

    Object key() {
        return this.key;
    }

    boolean isInMemory() {
        return this.file == null;
    }

    Lane lane() {
        return this.lane;
    }

    /**
     * Takes note of how the file is journaled, as a connection that has just opened it finds it.
     *
     * @param wal whether it has a write-ahead log, beside which others can read
     */
    void journaled(boolean wal, SqliteSettings settings) {
        Path path = this.file;
        if (path == null) {
            return;
        }
        this.readersTakeTurns = !wal;
        if (wal && !settings.readOnly()) {
            this.logged = settings;
        }
        if (wal && Checkpointer.isWanted(settings)) {
            synchronized (this) {
                if (this.checkpointer == null) {
                    this.readMarks = new ReadMarks(settings, path, this);
                    this.checkpointer = new Checkpointer(settings, path, this);
                }
            }
        }
    }

    /** {@return whether readers have to enter the lane too} */
    boolean readersTakeTurns() {
        return this.readersTakeTurns;
    }

    /** A session uses the database from now on. */
    void add(LanePlace place) {
        this.places.add(place);
    }

    void remove(LanePlace place) {
        this.places.remove(place);
    }

    /** Asks the connections of this process that have queries half read to let go of their snapshots. */
    void askReaders() {
        this.places.forEach(LanePlace::makeWay);
    }

    /** Joins those with these settings whose writes share commits. @return null if there is no such thing for them */
    @Nullable
    GroupCommit joinGroups(SqliteSettings settings, Workers workers) {
        Path path = this.file;
        // An extension may make functions on one connection that others do not have.
        if (!settings.groupCommit() || path == null || settings.readOnly() || settings.loadExtensions()) {
            return null;
        }
        GroupKind kind = new GroupKind(SetUpStatement.of(settings), workers);
        synchronized (this.groups) {
            GroupCommit joined =
                    this.groups.computeIfAbsent(kind, added -> new GroupCommit(this, path, settings, workers));
            joined.addUser();
            return joined;
        }
    }

    /** Leaves; with the last one its threads and its connection are let go. */
    void leaveGroups(GroupCommit joined) {
        synchronized (this.groups) {
            if (!joined.removeUser()) {
                return;
            }
            this.groups.values().remove(joined);
        }
        joined.close();
    }

    /** {@return what holds read marks; null if nothing does} */
    @Nullable
    ReadMarks readMarks() {
        return this.readMarks;
    }

    /**
     * Something in the file is locked that somebody needs.
     *
     * @return whether that may have been by this object, and is not any more
     */
    boolean makeWay() {
        ReadMarks marks = this.readMarks;
        return marks != null && marks.makeWay();
    }

    /** A transaction that may have written has ended, and its connection still has the lane. */
    void written() {
        Checkpointer background = this.checkpointer;
        if (background != null) {
            background.written();
        }
        ReadMarks marks = this.readMarks;
        if (marks != null) {
            marks.written();
        }
    }

    /** From now on, read marks are in nobody's way. */
    void endReadMarks() {
        ReadMarks marks = this.readMarks;
        if (marks != null) {
            marks.close();
        }
    }

    /** {@return the size of the write-ahead log in bytes} */
    long walBytes() {
        return this.file == null ? 0 : Checkpointer.logBytes(this.file);
    }

    /** Releases what is shared; nobody uses it any more. */
    void release() throws EngineError {
        Checkpointer background = this.checkpointer;
        if (background != null) {
            background.close();
        }
        endReadMarks();
        removeLog();
        Engine kept = this.anchor;
        if (kept != null) {
            kept.close();
        }
    }

    /**
     * SQLite removes the log when the last connection is closed, but of connections that are closed at the same time each
     * may find another one still there.
     */
    private void removeLog() {
        SqliteSettings settings = this.logged;
        Path path = this.file;
        if (settings == null || path == null || Files.notExists(Checkpointer.log(path))) {
            return;
        }
        try {
            Engine last = Connector.connectForCheckpoints(settings, path);
            try {
                last.checkpoint("PASSIVE");
            } finally {
                last.close();
            }
        } catch (EngineError ignored) {
            // Another process uses the file, and its last connection removes the log; or the next one to open it does.
        }
    }

    long schemaVersion() {
        return this.schemaVersion.get();
    }

    void schemaChanged() {
        this.schemaVersion.incrementAndGet();
    }

    @Nullable
    Engine anchor() {
        return this.anchor;
    }

    void anchor(Engine engine) {
        this.anchor = engine;
    }

    void addUser() {
        this.users++;
    }

    /** @return whether that was the last one */
    boolean removeUser() {
        this.users--;
        return this.users == 0;
    }
}
