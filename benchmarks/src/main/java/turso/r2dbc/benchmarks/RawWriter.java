package turso.r2dbc.benchmarks;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/** sqlite-jdbc below JDBC: the bound of what the driver can reach. */
final class RawWriter implements ItemWriter {

    private static final int COLUMNS = 4;

    private final ItemDatabase database;

    private final SQLiteConnection connection;

    private final DB db;

    private final int rowsOfStatement;

    /** Inserts so many rows with each statement. */
    RawWriter(ItemDatabase database, int rowsOfStatement) throws SQLException {
        this.database = database;
        this.connection = (SQLiteConnection) database.connectAsTheDriver();
        this.db = this.connection.getDatabase();
        // Or else sqlite-jdbc would begin and commit a transaction of nothing after each statement.
        this.connection.getConnectionConfig().setAutoCommit(false);
        this.rowsOfStatement = rowsOfStatement;
    }

    @Override
    public void insertAll(int items, int batch) throws SQLException {
        try (Statement statement = this.connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            int many = items - items % this.rowsOfStatement;
            synchronized (this.db) {
                insert(1, many, this.rowsOfStatement);
                insert(many + 1L, items - many, 1);
            }
            statement.execute("COMMIT");
            statement.execute(this.database.checkpoint());
        }
    }

    @Override
    public void insertEach(long firstKey, int items) throws SQLException {
        synchronized (this.db) {
            insert(firstKey, items, 1);
        }
    }

    private void insert(long firstKey, int items, int atOnce) throws SQLException {
        String sql = ItemDatabase.INSERT + ", (?, ?, ?, ?)".repeat(atOnce - 1);
        try (PreparedStatement insert = this.connection.prepareStatement(sql)) {
            Object[] values = new Object[atOnce * COLUMNS];
            for (int i = 0; i < items; i += atOnce) {
                for (int row = 0; row < atOnce; row++) {
                    put(Item.of(firstKey + i + row), values, row * COLUMNS);
                }
                this.db.execute((CoreStatement) insert, values);
            }
        }
    }

    private static void put(Item item, Object[] values, int offset) {
        values[offset] = item.id();
        values[offset + 1] = item.name();
        values[offset + 2] = item.price();
        values[offset + 3] = item.note();
    }

    @Override
    public void close() throws SQLException {
        this.connection.close();
    }
}
