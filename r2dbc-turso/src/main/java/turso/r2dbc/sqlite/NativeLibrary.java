package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteJDBCLoader;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;

/** SQLite itself, which sqlite-jdbc unpacks from its jar and loads when it is first wanted. */
final class NativeLibrary {

    private NativeLibrary() {}

    /**
     * Loads the library, unless it is there. The first time this reads and writes files and may start a process; no
     * other part of an opening does so in Java, and this method is where BlockHound is asked to look away.
     */
    static void load() throws EngineError {
        boolean loaded;
        try {
            loaded = SQLiteJDBCLoader.initialize();
        } catch (Exception e) {
            throw missing(e.toString(), e);
        }
        if (!loaded) {
            throw missing("it could not be loaded before", null);
        }
    }

    private static EngineError missing(String why, @Nullable Throwable cause) {
        return new EngineError(new EngineFailure(
                Reason.OPEN, Codes.CANTOPEN, "Cannot open SQLite's native library: " + why, null, cause));
    }
}
