package turso.r2dbc.sqlite;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;

/**
 * Makes every call that {@link DirectAccess} and {@link DirectStatement} rely on, so that one that is missing shows
 * before anything depends on it. The calls themselves, and not reflection, are what the virtual machine links.
 */
final class DirectProbe {

    private static final String VALUE = "value";

    private DirectProbe() {}

    /**
     * Uses a connection, and leaves it as it was.
     *
     * @throws LinkageError naming what is missing
     * @throws ClassCastException if a prepared statement is not what it was
     * @throws SQLException if the calls are there and do something else
     */
    static void run(SQLiteConnection connection) throws SQLException {
        DB database = connection.getDatabase();
        try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
            CoreStatement core = (CoreStatement) statement;
            long pointer = core.pointer.safeRunLong((db, address) -> address);
            if (!database.execute(core, new Object[] {VALUE}) || !VALUE.equals(database.column_text(pointer, 0))) {
                throw new SQLException("A value does not come back");
            }
            database.column_count(pointer);
            database.column_name(pointer, 0);
            database.column_decltype(pointer, 0);
            database.column_table_name(pointer, 0);
            database.column_type(pointer, 0);
            database.column_long(pointer, 0);
            database.column_double(pointer, 0);
            database.column_blob(pointer, 0);
            if (database.step(pointer) != Codes.DONE || core.pointer.isClosed()) {
                throw new SQLException("A query of one row does not end");
            }
            database.reset(pointer);
            database.clear_bindings(pointer);
        }
        database.changes();
        database.total_changes();
        database.interrupt();
        try {
            database.throwex(Codes.ERROR);
        } catch (SQLException expected) {
            return;
        }
        throw new SQLException("An error is not thrown");
    }
}
