package turso.r2dbc.benchmarks;

import io.r2dbc.h2.H2ConnectionConfiguration;
import io.r2dbc.h2.H2ConnectionFactory;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;

/**
 * A database of H2, as r2dbc-h2 opens it by default. Its commits reach the disk half a second later, which compares with
 * SQLite's {@code synchronous=NORMAL}, or less.
 */
final class H2Database extends ItemDatabase {

    private static final String USER = "sa";

    private static final String FILE_SUFFIX = ".mv.db";

    private final String location;

    private H2Database(Setting setting, String location) {
        super(setting);
        this.location = location;
    }

    /** A database to read: a file is made once for all. */
    static ItemDatabase toRead(Setting setting, int items) throws IOException, SQLException {
        if (setting.place() == Place.mem) {
            ItemDatabase memory = memory(setting);
            memory.fill(items);
            return memory;
        }
        Path file = file("items-" + items + "-h2");
        make(file, FILE_SUFFIX, unfinished -> at(setting, unfinished).fill(items));
        return at(setting, file);
    }

    /** A database to write, with so many items: a file is made anew each time. */
    static ItemDatabase toWrite(Setting setting, int items) throws IOException, SQLException {
        H2Database database;
        if (setting.place() == Place.mem) {
            database = memory(setting);
        } else {
            Path file = newFile();
            database = at(setting, file);
            database.deleteAtClose(file, FILE_SUFFIX, ".trace.db");
        }
        database.fill(items);
        return database;
    }

    private static H2Database at(Setting setting, Path file) {
        return new H2Database(setting, "file:" + file);
    }

    private static H2Database memory(Setting setting) throws SQLException {
        H2Database memory = new H2Database(setting, "mem:" + UUID.randomUUID());
        memory.hold();
        return memory;
    }

    @Override
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:h2:" + this.location, USER, "");
    }

    @Override
    ConnectionFactory factory() {
        return new H2ConnectionFactory(H2ConnectionConfiguration.builder()
                .url(this.location)
                .username(USER)
                .password("")
                .build());
    }

    @Override
    String createTable() {
        return "CREATE TABLE item (id BIGINT PRIMARY KEY, name VARCHAR, price DOUBLE PRECISION, note VARCHAR)";
    }

    @Override
    String checkpoint() {
        return "CHECKPOINT SYNC";
    }
}
