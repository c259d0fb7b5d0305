package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteException;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * How sqlite-jdbc behaves where the driver depends on it, or has to avoid it: each test is a reason for a piece of the
 * driver, which can go when the test fails.
 */
class SqliteJdbcBehaviourTest {

    private static final int INTERRUPT = 9;

    private static final int ROW = 100;

    private static final String ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

    private static SQLiteConnection open() throws SQLException {
        return (SQLiteConnection) DriverManager.getConnection("jdbc:sqlite::memory:");
    }

    private static long pointer(PreparedStatement statement) throws SQLException {
        return ((CoreStatement) statement).pointer.safeRunLong((db, pointer) -> pointer);
    }

    private static boolean isFinalised(PreparedStatement statement) {
        return ((CoreStatement) statement).pointer.isClosed();
    }

    /** P-1 */
    @Test
    void preparingTwoStatementsDropsTheSecondSilently() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a)");
            try (PreparedStatement two =
                    connection.prepareStatement("INSERT INTO t VALUES (1); INSERT INTO t VALUES (2)")) {
                two.execute();
            }
            assertThat(statement.executeQuery("SELECT count(*) FROM t").getInt(1))
                    .isEqualTo(1);
        }
    }

    /** P-9 */
    @ParameterizedTest
    @ValueSource(strings = {"", "-- nothing", " ; "})
    void preparingNothingSpoilsTheConnection(String nothing) throws SQLException {
        Connection connection = open();

        assertThatThrownBy(() -> connection.prepareStatement(nothing)).isInstanceOf(SQLException.class);
        assertThatThrownBy(() -> connection.prepareStatement(nothing))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Already added pointer");
        assertThatThrownBy(connection::close).isInstanceOf(SQLException.class);
    }

    @Test
    void executeBelowJdbcFinalisesTheStatementAfterAGenericError() throws SQLException {
        try (SQLiteConnection connection = open()) {
            PreparedStatement statement = connection.prepareStatement("SELECT abs(?)");

            assertThatThrownBy(() ->
                            connection.getDatabase().execute((CoreStatement) statement, new Object[] {Long.MIN_VALUE}))
                    .isInstanceOf(SQLiteException.class)
                    .hasMessageContaining("integer overflow");

            assertThat(isFinalised(statement)).isTrue();
        }
    }

    @Test
    void executeBelowJdbcKeepsTheStatementAfterAConstraint() throws SQLException {
        try (SQLiteConnection connection = open();
                Statement ddl = connection.createStatement()) {
            ddl.execute("CREATE TABLE t (a NOT NULL)");
            PreparedStatement statement = connection.prepareStatement("INSERT INTO t VALUES (?)");
            DB database = connection.getDatabase();

            assertThatThrownBy(() -> database.execute((CoreStatement) statement, new Object[] {null}))
                    .isInstanceOf(SQLiteException.class);

            assertThat(isFinalised(statement)).isFalse();
            database.reset(pointer(statement));
            assertThat(database.execute((CoreStatement) statement, new Object[] {1L}))
                    .isFalse();
            assertThat(database.changes()).isEqualTo(1);
            statement.close();
        }
    }

    @Test
    void executeBelowJdbcKeepsTheStatementAfterBusy(@TempDir Path directory) throws SQLException {
        String url = "jdbc:sqlite:" + directory.resolve("a.db");
        try (SQLiteConnection connection = (SQLiteConnection) DriverManager.getConnection(url);
                Connection other = DriverManager.getConnection(url);
                Statement ddl = connection.createStatement();
                Statement lock = other.createStatement()) {
            ddl.execute("PRAGMA busy_timeout = 0");
            ddl.execute("CREATE TABLE t (a)");
            PreparedStatement statement = connection.prepareStatement("INSERT INTO t VALUES (?)");
            lock.execute("BEGIN IMMEDIATE");
            DB database = connection.getDatabase();

            assertThatThrownBy(() -> database.execute((CoreStatement) statement, new Object[] {1L}))
                    .isInstanceOf(SQLiteException.class);

            assertThat(isFinalised(statement)).isFalse();
            lock.execute("COMMIT");
            database.reset(pointer(statement));
            assertThat(database.execute((CoreStatement) statement, new Object[] {1L}))
                    .isFalse();
            statement.close();
        }
    }

    @Test
    void bytesTellNullFromEmpty() throws SQLException {
        try (SQLiteConnection connection = open();
                PreparedStatement statement = connection.prepareStatement("SELECT NULL, '', x'', 'ä', 7")) {
            DB database = connection.getDatabase();
            long pointer = pointer(statement);
            assertThat(database.step(pointer)).isEqualTo(ROW);

            assertThat(database.column_blob(pointer, 0)).isNull();
            assertThat(database.column_blob(pointer, 1)).isEmpty();
            assertThat(database.column_blob(pointer, 2)).isEmpty();
            assertThat(database.column_blob(pointer, 3)).isEqualTo("ä".getBytes(StandardCharsets.UTF_8));
            assertThat(database.column_blob(pointer, 4)).isEqualTo("7".getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Test
    void bytesOfTextAreInTheEncodingOfTheDatabase() throws SQLException {
        try (SQLiteConnection connection = open();
                Statement ddl = connection.createStatement()) {
            ddl.execute("PRAGMA encoding = 'UTF-16le'");
            ddl.execute("CREATE TABLE t (a)");
            ddl.execute("INSERT INTO t VALUES ('ä')");
            try (PreparedStatement statement = connection.prepareStatement("SELECT a FROM t")) {
                DB database = connection.getDatabase();
                long pointer = pointer(statement);
                database.step(pointer);

                assertThat(database.column_blob(pointer, 0)).isEqualTo("ä".getBytes(StandardCharsets.UTF_16LE));
            }
        }
    }

    @Test
    void flagForAutoCommitBeginsNoTransaction() throws SQLException {
        try (SQLiteConnection connection = open();
                Statement statement = connection.createStatement()) {
            connection.getConnectionConfig().setAutoCommit(false);
            statement.execute("CREATE TABLE t (a)");
            PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (?)");
            connection.getDatabase().execute((CoreStatement) insert, new Object[] {1L});

            // Within a transaction this would fail.
            connection.getDatabase()._exec("BEGIN");
            connection.getDatabase()._exec("COMMIT");
            insert.close();
        }
    }

    @Test
    void messagesWrapTheEnginesOwnText() throws SQLException {
        try (Connection connection = open()) {
            SQLiteException error = catchThrowableOfType(
                    SQLiteException.class, () -> connection.prepareStatement("SELECT * FROM missing"));

            assertThat((Throwable) error)
                    .hasMessage("[SQLITE_ERROR] SQL error or missing database (no such table: missing)");
            assertThat(EngineError.of(turso.r2dbc.session.EngineFailure.Reason.PREPARE, error, null)
                            .failure()
                            .message())
                    .isEqualTo("no such table: missing");
        }
    }

    @Test
    void jdbcDoesNotSayThatAStatementHasNoColumns() throws SQLException {
        try (Connection connection = open();
                PreparedStatement statement = connection.prepareStatement("CREATE TABLE t (a)")) {
            assertThatThrownBy(() -> statement.getMetaData().getColumnCount()).isInstanceOf(SQLException.class);
        }
    }

    @Test
    void jdbcLeavesTheQueryForAKeyOpen() throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a)");
            PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (1)");
            insert.execute();

            assertThatThrownBy(() -> statement.execute("VACUUM")).hasMessageContaining("SQL statements in progress");

            insert.close();
        }
    }

    /** C-41 */
    @Test
    void changesAfterDdlAreThoseOfTheWriteBeforeIt() throws SQLException {
        try (SQLiteConnection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a)");
            statement.execute("INSERT INTO t VALUES (1), (2)");
            statement.execute("CREATE TABLE u (a)");

            assertThat(connection.getDatabase().changes()).isEqualTo(2);
        }
    }

    /** What the documentation promises of SQL beyond the core of SQLite. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE VIRTUAL TABLE f USING fts5 (a)",
                "CREATE VIRTUAL TABLE r USING rtree (id, low, high)",
                "SELECT json('[1]'), jsonb('[1]')",
                "SELECT sqrt(2), pi()",
                "SELECT count(*) FROM dbstat"
            })
    void engineIsCompiledWith(String sql) throws SQLException {
        try (Connection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** P-2 */
    @Test
    void interruptWhileACursorIsPausedPoisonsTheConnection() throws SQLException {
        try (SQLiteConnection connection = open();
                PreparedStatement paused = connection.prepareStatement(ENDLESS + " SELECT x FROM c");
                PreparedStatement next = connection.prepareStatement("SELECT 1")) {
            DB database = connection.getDatabase();
            assertThat(database.step(pointer(paused))).isEqualTo(ROW);

            database.interrupt();

            assertThat(database.step(pointer(next)) & 0xFF).isEqualTo(INTERRUPT);
            database.reset(pointer(next));
            assertThat(database.step(pointer(paused)) & 0xFF).isEqualTo(INTERRUPT);
            database.reset(pointer(paused));
            assertThat(database.step(pointer(next))).isEqualTo(ROW);
        }
    }

    @Test
    void interruptOfAnIdleConnectionIsForgotten() throws SQLException {
        try (SQLiteConnection connection = open();
                PreparedStatement next = connection.prepareStatement("SELECT 1")) {
            DB database = connection.getDatabase();

            database.interrupt();

            assertThat(database.step(pointer(next))).isEqualTo(ROW);
        }
    }

    /** P-10 */
    @Test
    void halfReadReturningKeepsTheNextWriteFromCommitting() throws SQLException {
        try (SQLiteConnection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a)");
            PreparedStatement insert = connection.prepareStatement("INSERT INTO t VALUES (1) RETURNING a");
            DB database = connection.getDatabase();
            assertThat(database.step(pointer(insert))).isEqualTo(ROW);

            assertThatThrownBy(() -> statement.execute("INSERT INTO t VALUES (2)"))
                    .hasMessageContaining("SQL statements in progress");

            insert.close();
            statement.execute("INSERT INTO t VALUES (3)");
        }
    }

    /** P-10 */
    @Test
    void openCursorKeepsItsTableFromBeingDropped() throws SQLException {
        try (SQLiteConnection connection = open();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a)");
            statement.execute("INSERT INTO t VALUES (1), (2)");
            PreparedStatement select = connection.prepareStatement("SELECT a FROM t");
            connection.getDatabase().step(pointer(select));

            assertThatThrownBy(() -> statement.execute("DROP TABLE t")).hasMessageContaining("SQLITE_LOCKED");

            select.close();
            statement.execute("DROP TABLE t");
        }
    }
}
