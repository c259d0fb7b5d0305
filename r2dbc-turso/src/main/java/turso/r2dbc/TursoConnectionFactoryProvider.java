package turso.r2dbc;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;
import io.r2dbc.spi.Option;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import reactor.core.scheduler.Scheduler;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoCodec;

/**
 * Finds the driver for {@code r2dbc:turso:} URLs, and the options it understands.
 *
 * <table>
 * <caption>URLs</caption>
 * <tr><th>URL</th><th>database</th></tr>
 * <tr><td>{@code r2dbc:turso:file:///directory/app.db}</td><td>the file {@code /directory/app.db}; four slashes or
 *     {@code localhost} mean the same</td></tr>
 * <tr><td>{@code r2dbc:turso:file:///C:/directory/app.db}</td><td>on Windows, a file of that drive</td></tr>
 * <tr><td>{@code r2dbc:turso:file://./app.db}, {@code file:///./app.db}, {@code file://app.db},
 *     {@code file://directory/app.db}, {@code file://../app.db}</td>
 *     <td>a file relative to the working directory</td></tr>
 * <tr><td>{@code r2dbc:turso:mem:///name}</td><td>in memory, one in the process for each name</td></tr>
 * <tr><td>{@code r2dbc:turso:mem:///}</td><td>in memory, private to its connection factory</td></tr>
 * </table>
 *
 * <p>Characters that mean something in a URL are percent-encoded: {@code %20} for a blank, {@code %23} for {@code #},
 * {@code %3F} for {@code ?}, {@code %25} for {@code %}. The URL parser of R2DBC drops blanks at both ends of a path and
 * reads {@code +} as a blank in the part between the second and the third slash. The driver names {@code sqlite} and
 * {@code libsql} mean the same as {@code turso}. Without a protocol ({@code r2dbc:turso:///directory/app.db}) the database
 * is a file.
 *
 * <p>In options made by a program, {@link ConnectionFactoryOptions#DATABASE} follows the same rule, since the first slash
 * of a URL's path is lost before the driver sees it: {@code /tmp/a.db} and {@code tmp/a.db} both are {@code /tmp/a.db},
 * and {@code ./a.db} is relative. {@link TursoConnectionConfiguration.Builder#file(String)} takes ordinary paths.
 *
 * <p>Each option is accepted as an object of its type and, unless it says otherwise, as text, which is all a URL can
 * carry: {@code true}, {@code false}, {@code on} and {@code off}; names of constants in any case; durations as
 * {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h} or in ISO-8601. Names of options are case-sensitive. A value that is
 * not accepted is an {@link IllegalArgumentException} of {@link #create}; an option that is not known is ignored with a
 * warning.
 *
 * <p>Of R2DBC's own options, {@link ConnectionFactoryOptions#LOCK_WAIT_TIMEOUT} and
 * {@link ConnectionFactoryOptions#STATEMENT_TIMEOUT} are honoured. {@link ConnectionFactoryOptions#USER},
 * {@link ConnectionFactoryOptions#PASSWORD} and {@link ConnectionFactoryOptions#CONNECT_TIMEOUT} have no effect on a local
 * database; {@link ConnectionFactoryOptions#PORT} and a true {@link ConnectionFactoryOptions#SSL} are errors.
 */
public final class TursoConnectionFactoryProvider implements ConnectionFactoryProvider {

    /** The name of this driver in a URL. */
    public static final String TURSO_DRIVER = "turso";

    /** How SQLite journals. Default: WAL for files; a database in memory has no log. */
    public static final Option<JournalMode> JOURNAL_MODE = Option.valueOf("journalMode");

    /** How hard a commit makes sure that data has reached the disk. Default: {@link Synchronous#FULL}. */
    public static final Option<Synchronous> SYNCHRONOUS = Option.valueOf("synchronous");

    /** Whether foreign keys are enforced. Default: true. */
    public static final Option<Boolean> FOREIGN_KEYS = Option.valueOf("foreignKeys");

    /** How long a statement waits for a lock; zero fails at once. Default: 5 seconds. */
    public static final Option<Duration> LOCK_WAIT_TIMEOUT = ConnectionFactoryOptions.LOCK_WAIT_TIMEOUT;

    /**
     * How long a statement may take until its first row or count; zero is no limit. Each statement of a batch, with each of
     * its binding sets, has that long. Default: zero.
     */
    public static final Option<Duration> STATEMENT_TIMEOUT = ConnectionFactoryOptions.STATEMENT_TIMEOUT;

    /** How a transaction begins that does not say so itself. Default: {@link TransactionMode#IMMEDIATE}. */
    public static final Option<TransactionMode> TRANSACTION_MODE = Option.valueOf("transactionMode");

    /** What several binding sets or a batch mean in auto-commit. Default: {@link BatchMode#ATOMIC}. */
    public static final Option<BatchMode> BATCH_MODE = Option.valueOf("batchMode");

    /** Whether the file is opened read-only; it must exist then. Default: false. */
    public static final Option<Boolean> READ_ONLY = Option.valueOf("readOnly");

    /**
     * A script that runs on every new connection: PRAGMAs, ATTACH, temporary tables. It never appears in a log or an
     * error about options. Default: none.
     */
    public static final Option<String> INIT_SQL = Option.valueOf("initSql");

    /**
     * The size at which the write-ahead log is cut back, in bytes. As text it may have a unit, {@code 32MB} or
     * {@code 32MiB}; KB, MB and GB are powers of 1,024. When it has grown to this size it is used from its beginning again,
     * for which writers are held up while the disk is waited for; from a quarter of it on already, if that takes no more
     * than a 25th of the time. It grows beyond while somebody goes on reading what was there before, and is cut back then.
     * Of several factories on one file, the one whose connection opened it first decides. No effect beside the PRAGMAs
     * {@code wal_autocheckpoint} and {@code locking_mode}. Default: 32 MiB.
     */
    public static final Option<Long> WAL_LIMIT = Option.valueOf("walLimit");

    /**
     * Whether auto-commit writes of different connections that wait for one another share a commit. For single INSERT, UPDATE
     * and DELETE statements on files with a write-ahead log; each has its own result or error, and is acknowledged after the
     * commit. What depends on its connection, or changes it, commits by itself. Connections share commits with others that
     * are set up alike and run on the same threads. Default: false.
     */
    public static final Option<Boolean> GROUP_COMMIT = Option.valueOf("groupCommit");

    /**
     * Whether reading a number checks the storage class of every cell, where otherwise text is converted as SQLite's CAST
     * does. Default: false.
     */
    public static final Option<Boolean> STRICT_TYPES = Option.valueOf("strictTypes");

    /**
     * The character added as ESCAPE to LIKE whose pattern is a parameter, or {@code upper} or {@code lower} of one, for
     * frameworks that escape patterns and leave the clause out. One character; in a URL a backslash is {@code %5C}.
     * Spring Data needs no option, see {@link turso.r2dbc.api.TursoStatement#ESCAPED_PARAMETER}. Default: none is added.
     */
    public static final Option<Character> LIKE_ESCAPE = Option.valueOf("likeEscape");

    /**
     * Where the engine's work runs instead of on the driver's own threads. It is not disposed of by the driver, its
     * threads are blocked while SQLite works, and {@link #MAX_THREADS} cannot be set beside it. It must have threads:
     * {@code Schedulers.immediate()} would run SQLite on the thread that subscribes or requests. Only as an object, not as
     * text. Default: the driver's own threads.
     */
    public static final Option<Scheduler> SCHEDULER = Option.valueOf("scheduler");

    /** Codecs that go before the driver's own, in order. Only as objects, not as text. Default: none. */
    public static final Option<List<TursoCodec<?>>> CODECS = Option.valueOf("codecs");

    /** How many prepared statements each connection keeps; zero keeps none. Default: 128. */
    public static final Option<Integer> STATEMENT_CACHE_SIZE = Option.valueOf("statementCacheSize");

    /**
     * The number of threads of a pool for this factory alone, at least 1. Default: the factory uses the pool all factories
     * of the process share.
     */
    public static final Option<Integer> MAX_THREADS = Option.valueOf("maxThreads");

    /**
     * How many statements may wait for a thread, at least 1; beyond that they fail at once. Setting it gives the factory a
     * pool of its own. Default: the bound of the pool all factories of the process share.
     */
    public static final Option<Integer> MAX_QUEUED_TASKS = Option.valueOf("maxQueuedTasks");

    /**
     * How many rows of one query the driver holds back at most, where it has to: a query inside an atomic batch that is
     * followed by a write is read to its end before its rows are emitted; and how many sets of values
     * {@link turso.r2dbc.api.TursoConnection#executeMany} takes. Default: 100,000.
     */
    public static final Option<Integer> MAX_BUFFERED_ROWS = Option.valueOf("maxBufferedRows");

    /**
     * How many queries of one connection may be half read at once, at least 1; a further one fails at once. Default:
     * 1,024.
     */
    public static final Option<Integer> MAX_OPEN_CURSORS = Option.valueOf("maxOpenCursors");

    /** Whether SQL may load extensions, which run native code in this process. Default: false. */
    public static final Option<Boolean> LOAD_EXTENSIONS = Option.valueOf("loadExtensions");

    /**
     * How INSERT, UPDATE, DELETE and REPLACE begin a transaction by themselves, while {@link #AUTOCOMMIT} is
     * {@link Autocommit#LEGACY}. Only of connections that {@link Turso#connect} opens. Default: {@link Isolation#DEFERRED}.
     */
    public static final Option<Isolation> ISOLATION = Option.valueOf("isolation");

    /**
     * Who begins transactions; as text {@code legacy}, {@code true} or {@code false}. Only of connections that
     * {@link Turso#connect} opens: those of a factory start in auto-commit, as the SPI wants it. Default:
     * {@link Autocommit#LEGACY}.
     */
    public static final Option<Autocommit> AUTOCOMMIT = Option.valueOf("autocommit");

    private static final Set<String> DRIVERS = Set.of(TURSO_DRIVER, "sqlite", "libsql");

    /** Made by {@link java.util.ServiceLoader}. */
    public TursoConnectionFactoryProvider() {}

    /**
     * {@return the option that sets a PRAGMA on every new connection} Its value is a number, an identifier, or text in
     * single quotes. PRAGMAs that come from options are set in the order of their names; where another order matters, use
     * {@link #INIT_SQL}.
     *
     * @param name the PRAGMA: ASCII letters, digits and {@code _}; in any case
     * @throws IllegalArgumentException if the name has another form, or names a PRAGMA that has an option of its own:
     *     {@code journal_mode}, {@code synchronous}, {@code foreign_keys}, {@code busy_timeout}, {@code query_only}
     * @see <a href="https://www.sqlite.org/pragma.html">SQLite: PRAGMA statements</a>
     */
    public static Option<String> pragma(String name) {
        return Option.valueOf(PragmaOption.PREFIX + PragmaOption.checkedName(name));
    }

    /**
     * Makes a factory. Nothing is opened before a connection is asked for.
     *
     * @throws IllegalArgumentException if the options name no database, a remote one, or a value that is not accepted
     */
    @Override
    public TursoConnectionFactory create(ConnectionFactoryOptions options) {
        return TursoConnectionFactory.from(TursoConnectionConfiguration.from(requireNonNull(options)));
    }

    /** {@return whether the driver is {@code turso}, {@code sqlite} or {@code libsql}} */
    @Override
    public boolean supports(ConnectionFactoryOptions options) {
        return requireNonNull(options).getValue(ConnectionFactoryOptions.DRIVER) instanceof String driver
                && DRIVERS.contains(driver);
    }

    @Override
    public String getDriver() {
        return TURSO_DRIVER;
    }

    private static ConnectionFactoryOptions requireNonNull(ConnectionFactoryOptions options) {
        if (options == null) {
            throw new IllegalArgumentException("options must not be null");
        }
        return options;
    }
}
