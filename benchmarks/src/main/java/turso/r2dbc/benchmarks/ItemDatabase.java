package turso.r2dbc.benchmarks;

import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A database with a table of items, and how to open it: all who use it open it the same way. */
abstract class ItemDatabase implements AutoCloseable {

    static final String SELECT_ALL = "SELECT id, name, price, note FROM item";

    static final String SELECT_ONE = SELECT_ALL + " WHERE id = ?";

    static final String INSERT = "INSERT INTO item VALUES (?, ?, ?, ?)";

    static final String UPDATE = "UPDATE item SET price = price + 1 WHERE id = ?";

    private static final Path DIRECTORY = Path.of("target", "databases");

    private static final int BATCH = 1_000;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final Setting setting;

    private final List<Path> temporary = new ArrayList<>();

    private @Nullable Connection holder;

    ItemDatabase(Setting setting) {
        this.setting = setting;
    }

    Setting setting() {
        return this.setting;
    }

    /** A new connection of plain JDBC. */
    abstract Connection connect() throws SQLException;

    /** A new connection of plain JDBC, which is opened as the driver opens its own. */
    Connection connectAsTheDriver() throws SQLException {
        return connect();
    }

    /** R2DBC connections to it. */
    abstract ConnectionFactory factory();

    /** The statement that makes the table. */
    abstract String createTable();

    /** The statement that writes into the file what is only in the log. */
    abstract String checkpoint();

    /** The file under {@code target} that has this name, in a directory that exists. */
    static Path file(String name) throws IOException {
        Files.createDirectories(DIRECTORY);
        return DIRECTORY.resolve(name).toAbsolutePath();
    }

    /** A file that nobody has used yet. */
    static Path newFile() throws IOException {
        return file("written-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet() + ".db");
    }

    /**
     * Makes the file at its first use: under its own name only when it is complete, since a run may be stopped at any time.
     *
     * @param suffix what the engine adds to the name it is given
     */
    static void make(Path file, String suffix, Filling filling) throws IOException, SQLException {
        Path complete = Path.of(file + suffix);
        if (!Files.exists(complete)) {
            Path unfinished = Path.of(file + ".unfinished");
            Files.deleteIfExists(Path.of(unfinished + suffix));
            filling.fill(unfinished);
            Files.move(Path.of(unfinished + suffix), complete, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Keeps a database alive that is gone when its last connection is closed, until {@link #close()}. */
    void hold() throws SQLException {
        this.holder = connect();
    }

    /** Lets {@link #close()} delete the files with this name and one of these suffixes. */
    void deleteAtClose(Path file, String... suffixes) {
        for (String suffix : suffixes) {
            this.temporary.add(Path.of(file + suffix));
        }
    }

    /** Makes the table, with keys from 1 to the number of items. */
    void fill(int items) throws SQLException {
        try (Connection connection = connect()) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(createTable());
            }
            connection.setAutoCommit(false);
            try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
                insert(insert, items, BATCH);
            }
            connection.commit();
        }
    }

    /** Inserts the items with keys from 1 in batches, through JDBC. */
    static void insert(PreparedStatement insert, int items, int batch) throws SQLException {
        for (int id = 1; id <= items; id++) {
            bind(insert, Item.of(id));
            insert.addBatch();
            if (id % batch == 0 || id == items) {
                insert.executeBatch();
            }
        }
    }

    static void bind(PreparedStatement insert, Item item) throws SQLException {
        insert.setLong(1, item.id());
        insert.setString(2, item.name());
        insert.setDouble(3, item.price());
        insert.setString(4, item.note());
    }

    /** The only number a query returns. */
    double number(String query) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getDouble(1);
        }
    }

    /** Fails unless the table has the items with keys from 1 to this number. */
    void expectItems(long items) throws SQLException {
        double count = number("SELECT count(*) FROM item");
        double sum = number("SELECT coalesce(sum(id), 0) FROM item");
        if (count != items || sum != Item.sumOfKeys(items)) {
            throw new IllegalStateException(
                    "The table has " + count + " rows with keys of sum " + sum + " instead of " + items);
        }
    }

    @Override
    public void close() throws IOException, SQLException {
        if (this.holder != null) {
            this.holder.close();
        }
        for (Path file : this.temporary) {
            Files.deleteIfExists(file);
        }
    }

    /** Puts a table of items into a new file. */
    interface Filling {

        void fill(Path file) throws SQLException;
    }
}
