package turso.r2dbc.benchmarks;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** Plain, blocking JDBC. */
final class JdbcWriter implements ItemWriter {

    private final ItemDatabase database;

    private final Connection connection;

    JdbcWriter(ItemDatabase database) throws SQLException {
        this.database = database;
        this.connection = database.connect();
    }

    @Override
    public void insertAll(int items, int batch) throws SQLException {
        this.connection.setAutoCommit(false);
        try (PreparedStatement insert = this.connection.prepareStatement(ItemDatabase.INSERT)) {
            ItemDatabase.insert(insert, items, batch);
        }
        this.connection.commit();
        this.connection.setAutoCommit(true);
        try (Statement statement = this.connection.createStatement()) {
            statement.execute(this.database.checkpoint());
        }
    }

    @Override
    public void insertEach(long firstKey, int items) throws SQLException {
        try (PreparedStatement insert = this.connection.prepareStatement(ItemDatabase.INSERT)) {
            for (int i = 0; i < items; i++) {
                ItemDatabase.bind(insert, Item.of(firstKey + i));
                insert.executeUpdate();
            }
        }
    }

    @Override
    public void close() throws SQLException {
        this.connection.close();
    }
}
