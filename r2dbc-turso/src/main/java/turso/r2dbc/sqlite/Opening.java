package turso.r2dbc.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;

/**
 * Opens one connection on a worker: checks the path, opens the engine, and runs the statements that set it up.
 *
 * <p>Another process may hold a lock that one of them needs; then the opening goes on with that statement after a
 * pause, without holding a thread.
 */
final class Opening implements Runnable {

    private static final String UTF8 = "UTF-8";

    private final SqliteSettings settings;

    private final MemoryAnchor anchor;

    private final Workers workers;

    private final OpenMono.Sink sink;

    private final LockWait wait;

    private final List<String> setUp;

    private int done;

    private @Nullable SQLiteConnection connection;

    private @Nullable Engine engine;

    Opening(SqliteSettings settings, MemoryAnchor anchor, Workers workers, OpenMono.Sink sink) {
        this.settings = settings;
        this.anchor = anchor;
        this.workers = workers;
        this.sink = sink;
        this.wait = new LockWait(settings.lockWaitTimeout().toNanos(), () -> workers.execute(this));
        this.setUp = setUpStatements(settings);
    }

    private static List<String> setUpStatements(SqliteSettings settings) {
        List<String> statements = new ArrayList<>();
        Map<String, String> pragmas = settings.pragmas();
        pragmas.forEach((name, value) -> statements.add("PRAGMA " + name + " = " + value));
        if (settings.journalMode() != null && !pragmas.containsKey("journal_mode")) {
            statements.add("PRAGMA journal_mode = " + settings.journalMode());
        }
        if (!pragmas.containsKey("synchronous")) {
            statements.add("PRAGMA synchronous = " + settings.synchronous());
        }
        if (!pragmas.containsKey("foreign_keys")) {
            statements.add("PRAGMA foreign_keys = " + (settings.foreignKeys() ? "ON" : "OFF"));
        }
        statements.addAll(settings.initStatements());
        // A wait inside SQLite would hold the thread, whatever the settings above say.
        statements.add("PRAGMA busy_timeout = 0");
        return statements;
    }

    @Override
    public void run() {
        try {
            if (this.sink.isCancelled()) {
                discard();
                return;
            }
            open();
        } catch (EngineError error) {
            if (Codes.isLockConflict(error.failure().code()) && !this.wait.expired()) {
                this.wait.awaitRetry();
                return;
            }
            discard();
            this.sink.fail(explained(error.failure()));
        } catch (RuntimeException failure) {
            discard();
            this.sink.fail(new EngineFailure(Reason.INTERNAL, 0, String.valueOf(failure), null, failure));
        }
    }

    private void open() throws EngineError {
        Engine opened = this.engine;
        if (opened == null) {
            opened = connect();
            this.engine = opened;
        }
        while (this.done < this.setUp.size()) {
            setUp(opened, this.setUp.get(this.done));
            this.done++;
        }
        // The first read of the file: this is where one that is no database is found out.
        boolean utf8 = UTF8.equals(opened.queryText("PRAGMA encoding"));
        opened.run("SELECT count(*) FROM sqlite_schema");
        String version = String.valueOf(opened.queryText("SELECT sqlite_version()"));
        Database database = join();
        this.wait.end();
        this.engine = null;
        this.sink.open(
                new SqliteSession(new Engine(connection(), utf8), database, this.workers, this.settings, version));
    }

    private void setUp(Engine opened, String statement) throws EngineError {
        try {
            opened.run(statement);
        } catch (EngineError error) {
            boolean journal = statement.toLowerCase(Locale.ROOT).startsWith("pragma journal_mode");
            if (journal && error.failure().primaryCode() == Codes.READONLY) {
                // A file that cannot be written keeps the journal mode it has.
                return;
            }
            throw error;
        }
    }

    private Engine connect() throws EngineError {
        Path file = this.settings.file();
        if (file != null) {
            checkPath(file);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(0);
        config.setReadOnly(this.settings.readOnly());
        config.enableLoadExtension(this.settings.loadExtensions());
        try {
            SQLiteConnection opened = (SQLiteConnection) config.createConnection("jdbc:sqlite:" + uri(file));
            this.connection = opened;
            // Tells sqlite-jdbc that transactions are not its business; unlike Connection.setAutoCommit, this does
            // not begin one.
            opened.getConnectionConfig().setAutoCommit(false);
            return new Engine(opened, true);
        } catch (SQLException e) {
            throw EngineError.of(Reason.OPEN, e, null);
        }
    }

    private SQLiteConnection connection() {
        SQLiteConnection opened = this.connection;
        if (opened == null) {
            throw new IllegalStateException("Not connected");
        }
        return opened;
    }

    private String uri(@Nullable Path file) {
        return file != null ? FileUri.of(file) : FileUri.ofMemory(this.anchor.name());
    }

    private void checkPath(Path file) throws EngineError {
        Path parent = file.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw cannotOpen("The directory " + parent + " does not exist", file);
        }
        if (Files.isDirectory(file)) {
            throw cannotOpen("It is a directory", file);
        }
        if (Files.exists(file)) {
            if (!Files.isReadable(file)) {
                throw cannotOpen("The file cannot be read", file);
            }
        } else if (this.settings.readOnly()) {
            throw cannotOpen("The file does not exist, and is to be opened read-only", file);
        }
    }

    private static EngineError cannotOpen(String why, Path file) {
        return new EngineError(new EngineFailure(
                Reason.OPEN, Codes.CANTOPEN, "Cannot open the database file " + file + ": " + why, null, null));
    }

    private EngineFailure explained(EngineFailure failure) {
        if (failure.message().startsWith("Cannot open")) {
            return failure;
        }
        Path file = this.settings.file();
        String place = file != null ? "the database file " + file : "the memory database " + this.anchor.name();
        return new EngineFailure(
                Codes.isLockConflict(failure.code()) ? Reason.LOCK_TIMEOUT : Reason.OPEN,
                failure.code(),
                "Cannot open " + place + ": " + failure.message(),
                failure.sql(),
                failure.cause());
    }

    private Database join() throws EngineError {
        Path file = this.settings.file();
        if (file == null) {
            return joinMemory();
        }
        try {
            return Databases.joinFile(file);
        } catch (IOException e) {
            throw new EngineError(new EngineFailure(
                    Reason.OPEN, Codes.CANTOPEN, "Cannot open the database file " + file + ": " + e, null, e));
        }
    }

    private Database joinMemory() throws EngineError {
        this.anchor.hold();
        Database database = Databases.joinMemory(this.anchor.name());
        if (Databases.needsAnchor(database)) {
            Engine extra = connect(new SQLiteConfig());
            if (!Databases.anchor(database, extra)) {
                extra.close();
            }
        }
        return database;
    }

    private Engine connect(SQLiteConfig config) throws EngineError {
        try {
            Engine extra = new Engine((SQLiteConnection) config.createConnection("jdbc:sqlite:" + uri(null)), true);
            // A memory database lives while a connection has it open, which SQLite does at the first access.
            extra.run("SELECT count(*) FROM sqlite_schema");
            return extra;
        } catch (SQLException e) {
            throw EngineError.of(Reason.OPEN, e, null);
        }
    }

    private void discard() {
        this.wait.end();
        Engine opened = this.engine;
        this.engine = null;
        if (opened != null) {
            try {
                opened.close();
            } catch (EngineError ignored) {
                // The reason why it is given up is the one to report.
            }
        }
    }
}
