package turso.r2dbc.sqlite;

import java.sql.SQLException;

/**
 * How the statements of one connection reach SQLite through sqlite-jdbc: {@link DirectAccess below JDBC}, or, where a
 * version of sqlite-jdbc lacks a call that needs, {@link JdbcAccess by plain JDBC}. {@link Accesses} decides.
 *
 * <p>Confined to the worker of its session, but for {@link #interrupt()}.
 */
interface Access {

    /**
     * Prepares a statement.
     *
     * @param engine what the statement belongs to
     * @param sql exactly one statement
     */
    EngineStatement prepare(Engine engine, String sql) throws SQLException;

    /** {@return the rows the last INSERT, UPDATE or DELETE changed, not counting triggers and cascades} */
    long changes() throws SQLException;

    /** {@return the rows that were inserted, updated or deleted since the connection was opened} */
    long totalChanges() throws SQLException;

    /** Ends the statement that is being stepped, from any thread. */
    void interrupt() throws SQLException;

    /** The object that sqlite-jdbc locks in every call; holding it around many calls makes each of them cheaper. */
    Object monitor();
}
