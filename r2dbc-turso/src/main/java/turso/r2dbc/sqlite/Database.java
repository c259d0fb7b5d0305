package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What the connections of this process share about one database, however they reached it.
 *
 * <p>Counted by {@link Databases}; released with the last user.
 */
final class Database {

    private final Object key;

    private final WriteLane lane = new WriteLane();

    /** Counts changes of the schema made in this process. */
    private final AtomicLong schemaVersion = new AtomicLong();

    /** Keeps a memory database alive between connections; null for files. Guarded by {@link Databases}. */
    private @Nullable Engine anchor;

    /** Guarded by {@link Databases}. */
    private int users;

    Database(Object key) {
        this.key = key;
    }

    Object key() {
        return this.key;
    }

    WriteLane lane() {
        return this.lane;
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
