package turso.r2dbc.sqlite;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteOpenMode;
import turso.r2dbc.session.EngineFailure.Reason;

/** Makes connections of sqlite-jdbc that never wait for a lock, and leave transactions to the driver. */
final class Connector {

    private Connector() {}

    /** {@return a connection as the settings want it, on which nothing has run yet} */
    static Engine connect(SqliteSettings settings, String uri) throws EngineError {
        NativeLibrary.load();
        SQLiteConfig config = config();
        config.setReadOnly(settings.readOnly());
        config.enableLoadExtension(settings.loadExtensions());
        return connect(config, uri);
    }

    /** {@return a plain connection} */
    static Engine connect(String uri) throws EngineError {
        return connect(config(), uri);
    }

    /** {@return a connection to a file that exists, which syncs as the others do} */
    static Engine connectForCheckpoints(SqliteSettings settings, Path file) throws EngineError {
        Engine engine = connect(FileUri.ofExisting(file));
        try {
            for (Map.Entry<String, String> pragma : settings.pragmas().entrySet()) {
                engine.run("PRAGMA " + pragma.getKey() + " = " + pragma.getValue());
            }
            engine.run("PRAGMA synchronous = " + settings.synchronous());
            engine.run("PRAGMA busy_timeout = 0");
            return engine;
        } catch (EngineError error) {
            engine.close();
            throw error;
        }
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(0);
        // sqlite-jdbc lets one thread at a time into a connection, so that SQLite need not see to that in every call.
        // Only an interrupt comes from another thread, as it may: see https://www.sqlite.org/threadsafe.html
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        return config;
    }

    private static Engine connect(SQLiteConfig config, String uri) throws EngineError {
        try {
            SQLiteConnection opened = (SQLiteConnection) config.createConnection("jdbc:sqlite:" + uri);
            // Tells sqlite-jdbc that transactions are not its business; unlike Connection.setAutoCommit, this does
            // not begin one.
            opened.getConnectionConfig().setAutoCommit(false);
            return new Engine(opened, Accesses.of(opened));
        } catch (SQLException e) {
            throw EngineError.of(Reason.OPEN, e, null);
        }
    }
}
