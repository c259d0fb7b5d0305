package turso.r2dbc.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteException;
import reactor.util.Logger;
import reactor.util.Loggers;

/**
 * Decides, with the first connection of the process, how statements reach SQLite. One answer for all connections, so that
 * only one kind of statement is ever loaded and the calls that read rows have one target.
 *
 * <p>Nobody promises to keep what the driver uses below JDBC, and whoever builds the application chooses the version of
 * sqlite-jdbc.
 */
final class Accesses {

    private static final Logger LOGGER = Loggers.getLogger(Accesses.class);

    /** Null until it is known. Two first connections at once find out the same. */
    private static volatile @Nullable Boolean direct;

    private Accesses() {}

    /** @throws SQLException if that cannot be told now, since somebody has the database locked */
    static Access of(SQLiteConnection connection) throws SQLException {
        if (isDirect(connection)) {
            return new DirectAccess(connection);
        }
        return new JdbcAccess(connection);
    }

    private static boolean isDirect(SQLiteConnection connection) throws SQLException {
        Boolean known = direct;
        if (known == null) {
            known = probe(connection);
            direct = known;
        }
        return known;
    }

    private static boolean probe(SQLiteConnection connection) throws SQLException {
        try {
            DirectProbe.run(connection);
            return true;
        } catch (LinkageError | ClassCastException | SQLException missing) {
            if (missing instanceof SQLiteException failed && Codes.isLockConflict(failed.getResultCode().code)) {
                throw failed;
            }
            warn(missing);
            return false;
        }
    }

    private static void warn(Throwable missing) {
        LOGGER.warn(
                "This version of sqlite-jdbc lacks what the driver uses below JDBC; plain JDBC is used instead, which is"
                        + " slower: {}",
                missing.toString());
    }
}
