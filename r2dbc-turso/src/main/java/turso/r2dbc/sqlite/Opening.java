package turso.r2dbc.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.OpenException;

/**
 * Opens one connection on a worker: checks the path, opens the engine, and runs the statements that set it up.
 *
 * <p>Another connection may hold a lock that one of them needs; then the opening goes on with that statement when it is
 * its turn, or after a pause, without holding a thread.
 */
final class Opening implements Runnable {

    private final SqliteSettings settings;

    private final MemoryAnchor anchor;

    private final Workers workers;

    private final FactoryNumbers numbers;

    private final OpenMono.Sink sink;

    private final LockWait wait;

    private final List<SetUpStatement> setUp;

    private int done;

    /** The statement that could not be run, if that is the reason. */
    private @Nullable String step;

    private @Nullable Engine engine;

    private @Nullable OpeningTurn turn;

    /** Whether it goes on when something calls back. */
    private final AtomicBoolean parked = new AtomicBoolean();

    Opening(SqliteSettings settings, MemoryAnchor anchor, Workers workers, FactoryNumbers numbers, OpenMono.Sink sink) {
        this.settings = settings;
        this.anchor = anchor;
        this.workers = workers;
        this.numbers = numbers;
        this.sink = sink;
        this.wait = new LockWait(LockWait.nanos(settings.lockWaitTimeout()), this::resume);
        this.setUp = SetUpStatement.of(settings);
    }

    @Override
    public void run() {
        try {
            open();
        } catch (EngineError error) {
            failed(error.failure());
        } catch (Throwable failure) {
            // Not only exceptions: the engine's native library may be missing, for instance.
            discard();
            this.sink.fail(failure(new EngineFailure(Reason.INTERNAL, 0, String.valueOf(failure), null, failure)));
        }
    }

    private void failed(EngineFailure failure) {
        boolean conflict = Codes.isLockConflict(failure.code());
        if (conflict && !this.wait.expired() && !this.sink.isCancelled()) {
            this.step = null;
            park();
            return;
        }
        discard();
        this.sink.fail(failure(conflict ? this.wait.timeout(failure.message(), failure) : failure));
    }

    private void park() {
        this.parked.set(true);
        OpeningTurn first = this.turn;
        if (first == null && this.settings.file() == null) {
            // What the options run may write.
            Lane.Use use = this.settings.initStatements().isEmpty() ? Lane.Use.SHARED : Lane.Use.EXCLUSIVE;
            first = new OpeningTurn(this.anchor.name(), use, this::resume);
            this.turn = first;
        }
        if (first == null || first.take()) {
            this.wait.awaitRetry();
        } else {
            this.wait.awaitGrant();
        }
    }

    /** Goes on, once for each time it was parked. */
    private void resume() {
        if (this.parked.compareAndSet(true, false)) {
            this.workers.execute(this);
        }
    }

    private void open() throws EngineError {
        if (this.sink.isCancelled()) {
            discard();
            return;
        }
        Engine opened = this.engine;
        if (opened == null) {
            opened = connect();
            this.engine = opened;
            opened.watch(this.sink::isCancelled);
        }
        setUp(opened);
        // The first read of the file: this is where one that is no database is found out.
        opened.learnEncoding();
        String version = String.valueOf(opened.queryText("SELECT sqlite_version()"));
        boolean wal = Checkpointer.WAL.equalsIgnoreCase(opened.queryText("PRAGMA journal_mode"));
        Database database = join();
        database.journaled(wal, this.settings);
        opened.unwatch();
        this.engine = null;
        end();
        this.sink.open(new SqliteSession(opened, database, this.workers, this.settings, this.numbers, version));
    }

    private void setUp(Engine opened) throws EngineError {
        while (this.done < this.setUp.size()) {
            SetUpStatement statement = this.setUp.get(this.done);
            try {
                opened.run(statement.sql());
            } catch (EngineError error) {
                if (!statement.needsWritableFile() || error.failure().primaryCode() != Codes.READONLY) {
                    this.step = statement.origin();
                    throw error;
                }
            }
            this.done++;
        }
        if (!this.settings.initStatements().isEmpty() && opened.probeTransaction()) {
            // The session would take its own statements for committed.
            throw new EngineError(new EngineFailure(
                    Reason.RUN, Codes.ERROR, "cannot leave open the transaction that initSql begins", null, null));
        }
    }

    private Engine connect() throws EngineError {
        Path file = this.settings.file();
        if (file != null) {
            checkPath(file);
        }
        return Connector.connect(this.settings, uri(file));
    }

    private String uri(@Nullable Path file) {
        return file != null ? FileUri.of(file) : FileUri.ofMemory(this.anchor.name());
    }

    private void checkPath(Path file) throws EngineError {
        Path parent = file.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            throw cannotOpen("The directory " + parent + " does not exist", null);
        }
        if (Files.isDirectory(file)) {
            throw cannotOpen("It is a directory", null);
        }
        if (Files.exists(file)) {
            if (!Files.isReadable(file)) {
                throw cannotOpen("The file cannot be read", null);
            }
        } else if (this.settings.readOnly()) {
            throw cannotOpen("The file does not exist, and is to be opened read-only", null);
        }
    }

    private static EngineError cannotOpen(String why, @Nullable Throwable cause) {
        return new EngineError(new EngineFailure(Reason.OPEN, Codes.CANTOPEN, why, null, cause));
    }

    /** Tells the place, and not the statement: the text of one that sets a connection up may hold a secret. */
    private OpenException failure(EngineFailure failure) {
        Path file = this.settings.file();
        String place = file != null ? "the database file " + file : "the memory database " + this.anchor.name();
        String where = this.step == null ? "" : ", in " + this.step;
        return new OpenException(
                new EngineFailure(failure.reason(), failure.code(), failure.message(), null, failure.cause()),
                "Cannot open " + place + where);
    }

    private Database join() throws EngineError {
        Path file = this.settings.file();
        if (file == null) {
            return joinMemory();
        }
        try {
            return Databases.joinFile(file);
        } catch (IOException e) {
            throw cannotOpen(e.toString(), e);
        }
    }

    private Database joinMemory() throws EngineError {
        this.anchor.hold();
        Database database = Databases.joinMemory(this.anchor.name());
        try {
            if (Databases.needsAnchor(database)) {
                Engine extra = connectAnchor();
                if (!Databases.anchor(database, extra)) {
                    extra.close();
                }
            }
            return database;
        } catch (EngineError error) {
            Databases.leave(database);
            throw error;
        }
    }

    private Engine connectAnchor() throws EngineError {
        Engine extra = Connector.connect(uri(null));
        try {
            // A memory database lives while a connection has it open, which SQLite does at the first access.
            extra.run("SELECT count(*) FROM sqlite_schema");
            return extra;
        } catch (EngineError error) {
            extra.close();
            throw error;
        }
    }

    /** Nothing is waited for any more. */
    private void end() {
        this.wait.end();
        OpeningTurn taken = this.turn;
        this.turn = null;
        if (taken != null) {
            try {
                taken.end();
            } catch (EngineError error) {
                throw new IllegalStateException("The memory database could not be released", error);
            }
        }
    }

    private void discard() {
        end();
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
