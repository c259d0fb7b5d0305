package turso.r2dbc.sqlite;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/** Reaches SQLite by plain JDBC: slower, and right with any version of sqlite-jdbc. */
final class JdbcAccess implements Access {

    private final SQLiteConnection connection;

    private @Nullable PreparedStatement countChanges;

    private @Nullable PreparedStatement countTotalChanges;

    /** Is never run: JDBC interrupts the connection of a statement, whichever of its statements that is. */
    private volatile @Nullable Statement interrupter;

    JdbcAccess(SQLiteConnection connection) {
        this.connection = connection;
        // After each INSERT, JDBC would ask for the key and leave that query open; and an interrupt is not forgotten as
        // long as any statement is open.
        connection.getConnectionConfig().setGetGeneratedKeys(false);
    }

    @Override
    public EngineStatement prepare(Engine engine, String sql) throws SQLException {
        if (this.interrupter == null) {
            // Unlike a query, this does not read the file, of which the first statements may say how.
            this.interrupter = this.connection.prepareStatement("PRAGMA busy_timeout");
        }
        return new JdbcStatement(engine, sql, this.connection.prepareStatement(sql));
    }

    @Override
    public long changes() throws SQLException {
        PreparedStatement query = this.countChanges;
        if (query == null) {
            query = this.connection.prepareStatement("SELECT changes()");
            this.countChanges = query;
        }
        return first(query);
    }

    @Override
    public long totalChanges() throws SQLException {
        PreparedStatement query = this.countTotalChanges;
        if (query == null) {
            query = this.connection.prepareStatement("SELECT total_changes()");
            this.countTotalChanges = query;
        }
        return first(query);
    }

    private static long first(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            return row.getLong(1);
        }
    }

    @Override
    public void interrupt() throws SQLException {
        Statement any = this.interrupter;
        if (any != null) {
            any.cancel();
        }
    }

    @Override
    public Object monitor() {
        return this.connection;
    }
}
