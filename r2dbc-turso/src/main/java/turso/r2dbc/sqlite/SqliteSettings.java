package turso.r2dbc.sqlite;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the embedded engine needs to know to open a database. Implementations are immutable and their values valid. */
public interface SqliteSettings {

    /** {@return the database file, or null for a memory database} */
    @Nullable
    Path file();

    /** {@return the name of a memory database that the whole process shares; null for a private one, and for files} */
    @Nullable
    String memoryName();

    boolean readOnly();

    /** {@return a value for PRAGMA journal_mode, or null to leave it as it is} */
    @Nullable
    String journalMode();

    /** {@return a value for PRAGMA synchronous} */
    String synchronous();

    boolean foreignKeys();

    /** {@return PRAGMAs to set before anything else, as name and literal value, in order} */
    Map<String, String> pragmas();

    /** {@return statements to run on every new connection, one each} */
    List<String> initStatements();

    boolean loadExtensions();

    int statementCacheSize();

    /** {@return how many rows may be put aside so that a statement can write beside open cursors} */
    int maxBufferedRows();

    /** {@return the size in bytes at which the write-ahead log is cut back} */
    long walLimit();

    /** {@return whether concurrent auto-commit writes share a commit} */
    boolean groupCommit();

    /** {@return how many queries of a connection may be open at once} */
    int maxOpenCursors();

    /** {@return how long opening waits for locks} */
    Duration lockWaitTimeout();
}
