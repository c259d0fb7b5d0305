package turso.r2dbc.sqlite;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
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

    static Access of(SQLiteConnection connection) {
        return isDirect() ? new DirectAccess(connection) : new JdbcAccess(connection);
    }

    private static boolean isDirect() {
        Boolean known = direct;
        if (known == null) {
            known = probe();
            direct = known;
        }
        return known;
    }

    /**
     * Tries it in memory: even {@code SELECT ?} reads the schema of a file, which may be locked or damaged and says nothing
     * about sqlite-jdbc then, may need a key first, or a {@code locking_mode} that must be set before the file is used.
     */
    private static boolean probe() {
        try (Connection memory = new SQLiteConfig().createConnection("jdbc:sqlite::memory:")) {
            DirectProbe.run((SQLiteConnection) memory);
            return true;
        } catch (LinkageError | ClassCastException | SQLException missing) {
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
