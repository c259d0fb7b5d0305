package turso.r2dbc.sqlite;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConnection;

/** An engine over a memory database, prepared as an opening does it. */
final class JdbcEngine implements AutoCloseable {

    private final SQLiteConnection connection;

    private final Engine engine;

    private JdbcEngine(SQLiteConnection connection) throws EngineError {
        this.connection = connection;
        this.engine = new Engine(connection);
        this.engine.learnEncoding();
    }

    static JdbcEngine open(String... statements) throws SQLException, EngineError {
        SQLiteConnection connection = (SQLiteConnection) DriverManager.getConnection("jdbc:sqlite::memory:");
        connection.getConnectionConfig().setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return new JdbcEngine(connection);
    }

    Engine engine() {
        return this.engine;
    }

    SQLiteConnection connection() {
        return this.connection;
    }

    EngineStatement prepare(String sql) throws EngineError {
        return this.engine.prepare(sql);
    }

    @Override
    public void close() throws EngineError {
        this.engine.close();
    }
}
