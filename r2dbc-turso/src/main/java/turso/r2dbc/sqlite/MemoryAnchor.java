package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;

/**
 * A factory's hold on a memory database, which keeps the data while the factory has no connection open. Taken with the
 * first connection, let go when the factory is closed or forgotten.
 */
final class MemoryAnchor {

    private final String name;

    private @Nullable Database database;

    private boolean released;

    MemoryAnchor(String name) {
        this.name = name;
    }

    String name() {
        return this.name;
    }

    /** Takes the hold, unless it was taken before. */
    synchronized void hold() {
        if (this.database == null && !this.released) {
            this.database = Databases.joinMemory(this.name);
        }
    }

    synchronized void release() {
        this.released = true;
        Database held = this.database;
        this.database = null;
        if (held != null) {
            try {
                Databases.leave(held);
            } catch (EngineError error) {
                throw new IllegalStateException("The memory database could not be released", error);
            }
        }
    }
}
