package turso.r2dbc.sqlite;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConnection;

/** An engine over a memory database, prepared as an opening does it. */
final class JdbcEngine implements AutoCloseable {

    private final SQLiteConnection connection;

    private final Engine engine;

    private JdbcEngine(SQLiteConnection connection, Engine engine) throws EngineError {
        this.connection = connection;
        this.engine = engine;
        this.engine.learnEncoding();
    }

    static JdbcEngine open(String... statements) throws SQLException, EngineError {
        return open(Way.BELOW_JDBC, statements);
    }

    static JdbcEngine open(Way way, String... statements) throws SQLException, EngineError {
        SQLiteConnection connection = (SQLiteConnection) DriverManager.getConnection("jdbc:sqlite::memory:");
        connection.getConnectionConfig().setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
        return new JdbcEngine(connection, way.engine(connection));
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
