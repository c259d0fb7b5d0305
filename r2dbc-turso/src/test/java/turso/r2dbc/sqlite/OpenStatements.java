package turso.r2dbc.sqlite;

import java.lang.reflect.Field;
import java.util.Set;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.DriverConnection;

/**
 * Looks behind a connection, at the statements that SQLite has prepared for it and not finalised. Nothing public tells.
 */
public final class OpenStatements {

    private OpenStatements() {}

    /** {@return how many statements there are, of a connection that is doing nothing; those in the cache count} */
    public static int count(TursoConnection connection) {
        Object context = field(connection, DriverConnection.class, "context");
        Object session = field(context, ConnectionContext.class, "session");
        Object shared = field(session, SqliteSession.class, "engine");
        Engine engine = (Engine) field(shared, SessionEngine.class, "engine");
        SQLiteConnection jdbc = (SQLiteConnection) field(engine, Engine.class, "connection");
        return ((Set<?>) field(jdbc.getDatabase(), DB.class, "stmts")).size();
    }

    private static Object field(Object owner, Class<?> type, String name) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return field.get(owner);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
