package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A new file in WAL mode with one row to count in, and how both sides open it.
 *
 * @param file where it is
 * @param synchronous SQLite's PRAGMA of this name
 */
record CounterDatabase(Path file, String synchronous) {

    static final String UPDATE = "UPDATE counter SET n = n + 1";

    /** A database with {@code synchronous} NORMAL, so that the disk decides less. */
    static CounterDatabase create(String name) throws IOException, SQLException {
        return create(name, "NORMAL");
    }

    static CounterDatabase create(String name, String synchronous) throws IOException, SQLException {
        Path directory = Path.of("target", "databases").toAbsolutePath();
        Files.createDirectories(directory);
        CounterDatabase database = new CounterDatabase(directory.resolve(name + ".db"), synchronous);
        for (String suffix : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(database.file + suffix));
        }
        try (Connection connection = database.connect(0)) {
            execute(connection, "CREATE TABLE counter (n INTEGER)");
            execute(connection, "INSERT INTO counter VALUES (0)");
        }
        return database;
    }

    /** {@return the driver's URL} @param options more options, each with its ampersand */
    String url(String options) {
        return "r2dbc:turso:file://" + this.file.toUri().getRawPath() + "?synchronous=" + this.synchronous
                + "&lockWaitTimeout=60s" + options;
    }

    /** {@return a plain connection, whose thread sleeps while it waits for the lock} */
    Connection connect(int busyMillis) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.file);
        execute(connection, "PRAGMA journal_mode = WAL");
        execute(connection, "PRAGMA synchronous = " + this.synchronous);
        execute(connection, "PRAGMA busy_timeout = " + busyMillis);
        return connection;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
