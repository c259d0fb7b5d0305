package turso.r2dbc.sqlite;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/** Reaches SQLite below JDBC, through the thin layer over its C functions. */
final class DirectAccess implements Access {

    private final SQLiteConnection connection;

    private final DB database;

    DirectAccess(SQLiteConnection connection) {
        this.connection = connection;
        this.database = connection.getDatabase();
    }

    @Override
    public EngineStatement prepare(Engine engine, String sql) throws SQLException {
        PreparedStatement statement = this.connection.prepareStatement(sql);
        return new DirectStatement(engine, sql, this.database, statement, (CoreStatement) statement);
    }

    @Override
    public long changes() throws SQLException {
        return this.database.changes();
    }

    @Override
    public long totalChanges() throws SQLException {
        return this.database.total_changes();
    }

    @Override
    public void interrupt() throws SQLException {
        this.database.interrupt();
    }

    @Override
    public Object monitor() {
        return this.database;
    }
}
