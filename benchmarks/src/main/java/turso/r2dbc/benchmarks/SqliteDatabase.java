package turso.r2dbc.benchmarks;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteOpenMode;

/** A database of SQLite: for plain JDBC with the very settings that the driver gives its own connections. */
final class SqliteDatabase extends ItemDatabase {

    private final String jdbcUrl;

    private final String driverUrl;

    private SqliteDatabase(Setting setting, String jdbcUrl, String driverUrl) {
        super(setting);
        this.jdbcUrl = jdbcUrl;
        this.driverUrl = driverUrl;
    }

    /** A database to read: a file is made once for all. */
    static ItemDatabase toRead(Setting setting, int items) throws IOException, SQLException {
        if (setting.place() == Place.mem) {
            ItemDatabase memory = memory(setting);
            memory.fill(items);
            return memory;
        }
        Path file = file("items-" + items + "-" + setting.place().journalMode() + ".db");
        make(file, "", unfinished -> at(setting, unfinished).fill(items));
        return at(setting, file);
    }

    /** A database to write, with so many items: a file is made anew each time. */
    static ItemDatabase toWrite(Setting setting, int items) throws IOException, SQLException {
        SqliteDatabase database;
        if (setting.place() == Place.mem) {
            database = memory(setting);
        } else {
            Path file = newFile();
            database = at(setting, file);
            database.deleteAtClose(file, "", "-wal", "-shm", "-journal");
        }
        database.fill(items);
        return database;
    }

    private static SqliteDatabase at(Setting setting, Path file) {
        return new SqliteDatabase(setting, "jdbc:sqlite:" + file, "r2dbc:turso:file://" + file);
    }

    private static SqliteDatabase memory(Setting setting) throws SQLException {
        SqliteDatabase memory =
                new SqliteDatabase(setting, "jdbc:sqlite:file:/items?vfs=memdb", "r2dbc:turso:mem:///items");
        memory.hold();
        return memory;
    }

    @Override
    Connection connect() throws SQLException {
        return setUp(DriverManager.getConnection(this.jdbcUrl));
    }

    /** Without SQLite's own mutex. */
    @Override
    Connection connectAsTheDriver() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setOpenMode(SQLiteOpenMode.NOMUTEX);
        return setUp(config.createConnection(this.jdbcUrl));
    }

    private Connection setUp(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (setting().place().exclusive()) {
                statement.execute("PRAGMA locking_mode = EXCLUSIVE");
            }
            if (setting().place() != Place.mem) {
                statement.execute("PRAGMA journal_mode = " + setting().place().journalMode());
            }
            statement.execute("PRAGMA synchronous = " + setting().synchronous());
            statement.execute("PRAGMA foreign_keys = ON");
            // The driver has none and waits outside of SQLite, for as long.
            statement.execute("PRAGMA busy_timeout = 5000");
        }
        return connection;
    }

    @Override
    ConnectionFactory factory() {
        ConnectionFactoryOptions.Builder options =
                ConnectionFactoryOptions.parse(this.driverUrl).mutate();
        options.option(Option.valueOf("synchronous"), setting().synchronous());
        if (setting().place() != Place.mem) {
            options.option(Option.valueOf("journalMode"), setting().place().journalMode());
        }
        if (setting().place().exclusive()) {
            options.option(Option.valueOf("pragma.locking_mode"), "EXCLUSIVE");
        }
        if (!setting().prepared()) {
            options.option(Option.valueOf("statementCacheSize"), 0);
        }
        if (setting().groupCommit()) {
            options.option(Option.valueOf("groupCommit"), true);
        }
        return ConnectionFactories.get(options.build());
    }

    @Override
    String createTable() {
        return "CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT, price REAL, note TEXT)";
    }

    @Override
    String checkpoint() {
        return "PRAGMA wal_checkpoint(TRUNCATE)";
    }
}
