package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;

/**
 * A database with a table of items, and how to open it: every implementation opens it the same way.
 *
 * @param url what SQLite is told to open
 * @param driverUrl the same for the driver
 * @param inTransaction whether everything is read in one transaction
 * @param prepared whether statements are prepared once, instead of each time
 */
record ItemDatabase(String url, String driverUrl, boolean inTransaction, boolean prepared) {

    static final String SELECT_ALL = "SELECT id, name, price, note FROM item";

    static final String SELECT_ONE = "SELECT id, name, price, note FROM item WHERE id = ?";

    /** What the driver does to a connection by default, for those that are opened without it. */
    static final String[] SETTINGS = {"PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA busy_timeout = 0"
    };

    private static final Path DIRECTORY = Path.of("target", "databases");

    private static final String NOTE =
            "A note of a hundred characters, which is what a short remark in a form takes," + " more or less, item ";

    /** A file, in WAL mode, with keys from 1 to the number of items. */
    static ItemDatabase file(int items) throws IOException, SQLException {
        Files.createDirectories(DIRECTORY);
        Path file = DIRECTORY.resolve("items-" + items + ".db").toAbsolutePath();
        if (!Files.exists(file)) {
            // Under its own name only when it is complete: a run may be stopped at any time.
            Path unfinished = DIRECTORY.resolve("items-" + items + ".unfinished");
            Files.deleteIfExists(unfinished);
            fill("jdbc:sqlite:" + unfinished, items, "WAL");
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return new ItemDatabase(file.toString(), "r2dbc:turso:file://" + file, false, true);
    }

    /** A database in memory that lives as long as a connection to it is open. */
    static ItemDatabase memory() {
        return new ItemDatabase("file:/items?vfs=memdb", "r2dbc:turso:mem:///items", false, true);
    }

    ItemDatabase inTransaction(boolean all) {
        return new ItemDatabase(this.url, this.driverUrl, all, this.prepared);
    }

    ItemDatabase prepared(boolean once) {
        return new ItemDatabase(this.url, this.driverUrl, this.inTransaction, once);
    }

    Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + this.url);
        try (Statement statement = connection.createStatement()) {
            for (String setting : SETTINGS) {
                statement.execute(setting);
            }
        }
        return connection;
    }

    static void fill(String jdbcUrl, int items, String journalMode) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA journal_mode = " + journalMode);
            }
            fill(connection, items);
        }
    }

    /** Makes the table: an integer, a text of 20 characters, a floating-point number and a text of 100. */
    static void fill(Connection connection, int items) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, note TEXT)");
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO item VALUES (?, ?, ?, ?)")) {
            for (int id = 1; id <= items; id++) {
                insert.setInt(1, id);
                insert.setString(2, String.format(Locale.ROOT, "item number %08d", id));
                insert.setDouble(3, id * 1.25);
                insert.setString(4, (NOTE + id + " of many, many items").substring(0, 100));
                insert.addBatch();
                if (id % 1_000 == 0) {
                    insert.executeBatch();
                }
            }
            insert.executeBatch();
        }
        connection.commit();
        connection.setAutoCommit(true);
    }
}
