package turso.r2dbc.sqlite;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import turso.r2dbc.session.EngineFailure;

/**
 * One SQLite connection, and what it is asked beside the statements of the session.
 *
 * <p>Confined to the worker of its session, but for {@link #interrupt()}.
 */
final class Engine {

    /** So many interrupts at most come too late for what they were meant for; SQLite forgets each at the next statement. */
    static final int LATE_INTERRUPTS = 100;

    private static final String UTF8 = "UTF-8";

    /** Costs at most a fortieth of a query's time, and stops it within milliseconds. */
    private static final int OPERATIONS_BETWEEN_QUESTIONS = 1000;

    private final SQLiteConnection connection;

    private final Access access;

    /** Whether the bytes of text are UTF-8. */
    private boolean utf8 = true;

    /** Whether that may change: an empty database has no encoding yet, and whoever writes to it first decides. */
    private boolean encodingOpen;

    private volatile boolean interrupted;

    private boolean closed;

    Engine(SQLiteConnection connection, Access access) {
        this.connection = connection;
        this.access = access;
    }

    /** {@return what {@link Access#monitor} says} */
    Object monitor() {
        return this.access.monitor();
    }

    /**
     * Prepares a statement.
     *
     * @param sql exactly one statement; sqlite-jdbc would silently drop others
     */
    EngineStatement prepare(String sql) throws EngineError {
        try {
            return prepareOnce(sql);
        } catch (EngineError error) {
            if (error.failure().code() != Codes.ERROR) {
                throw error;
            }
            // SQLite compares the statement with the schema it has in memory, which another connection may have made
            // stale; reading the schema table brings it up to date.
            refreshSchema();
            return prepareOnce(sql);
        }
    }

    private EngineStatement prepareOnce(String sql) throws EngineError {
        if (this.closed) {
            throw new EngineError(EngineFailure.of(EngineFailure.Reason.CLOSED, "The connection is closed"));
        }
        try {
            return this.access.prepare(this, sql);
        } catch (SQLException e) {
            throw EngineError.of(EngineFailure.Reason.PREPARE, e, sql);
        }
    }

    /** {@return a statement that is never run; to be closed} */
    PreparedStatement prepareForDescription(String sql) throws SQLException {
        return this.connection.prepareStatement(sql);
    }

    /**
     * {@return the error, traced to where it belongs} What the first step of a statement reports may have been found in
     * preparing it anew, which SQLite does by itself after a change of the schema.
     */
    EngineError traced(EngineError error, String sql) {
        if (error.failure().code() != Codes.ERROR) {
            return error;
        }
        try {
            prepareOnce(sql).close();
            return error;
        } catch (EngineError prepared) {
            return prepared;
        }
    }

    private void refreshSchema() throws EngineError {
        try {
            run("SELECT count(*) FROM sqlite_schema");
        } catch (EngineError error) {
            // As long as the schema cannot be read, nobody knows whether the statement is wrong. With any other error,
            // the statement's own is the one to report; it comes again if it was not due to the schema.
            if (Codes.isLockConflict(error.failure().code())) {
                throw error;
            }
        }
    }

    /** Runs a statement of the driver's own, without values, to its end. */
    void run(String sql) throws EngineError {
        EngineStatement statement = prepareOnce(sql);
        try {
            boolean row = statement.start(NO_VALUES);
            while (row) {
                row = statement.step();
            }
        } finally {
            statement.close();
        }
    }

    private static final Object[] NO_VALUES = new Object[0];

    /** Runs a query of the driver's own. @return the first value of the first row as text, or null */
    @Nullable
    String queryText(String sql) throws EngineError {
        EngineStatement statement = prepareOnce(sql);
        try {
            return statement.start(NO_VALUES) ? statement.text(0) : null;
        } finally {
            statement.close();
        }
    }

    /**
     * Copies the write-ahead log into the database.
     *
     * @param mode how much it may ask of others, as PRAGMA wal_checkpoint takes it
     * @return how far it got
     */
    CheckpointOutcome checkpoint(String mode) throws EngineError {
        synchronized (monitor()) {
            EngineStatement statement = prepareOnce("PRAGMA wal_checkpoint(" + mode + ")");
            try {
                statement.start(NO_VALUES);
                boolean refused = statement.longValue(0) != 0;
                long pages = statement.longValue(1);
                return new CheckpointOutcome(!refused && pages == statement.longValue(2), pages);
            } finally {
                statement.close();
            }
        }
    }

    /** {@return the size in bytes of the pages of the database and its log} */
    long pageSize() throws EngineError {
        String size = queryText("PRAGMA page_size");
        return size == null ? 0 : Long.parseLong(size);
    }

    /** Finds out how the database keeps text. Reads the file. */
    void learnEncoding() throws EngineError {
        // What is read here would ask in turn.
        this.encodingOpen = false;
        try {
            this.utf8 = UTF8.equals(queryText("PRAGMA encoding"));
            this.encodingOpen = queryText("SELECT 1 FROM sqlite_schema LIMIT 1") == null;
        } catch (EngineError error) {
            this.encodingOpen = true;
            throw error;
        }
    }

    /** {@return whether the bytes of text are UTF-8} To be asked when there is a row: what SQLite knows is new then. */
    boolean isUtf8() {
        if (this.encodingOpen) {
            try {
                learnEncoding();
            } catch (EngineError unreadable) {
                // The next row asks again.
            }
        }
        return this.utf8;
    }

    /** {@return the rows the last INSERT, UPDATE or DELETE changed, not counting triggers and cascades} */
    long changes() throws EngineError {
        try {
            return this.access.changes();
        } catch (SQLException e) {
            throw EngineError.of(EngineFailure.Reason.RUN, e, null);
        }
    }

    /** {@return the rows that were inserted, updated or deleted since the connection was opened} */
    long totalChanges() throws EngineError {
        try {
            return this.access.totalChanges();
        } catch (SQLException e) {
            throw EngineError.of(EngineFailure.Reason.RUN, e, null);
        }
    }

    /**
     * {@return whether a transaction is open} SQLite refuses BEGIN within a transaction, and sqlite-jdbc offers no
     * cheaper way to ask.
     */
    boolean probeTransaction() {
        try {
            runWhole("BEGIN");
        } catch (EngineError withinTransaction) {
            return true;
        }
        try {
            runWhole("COMMIT");
        } catch (EngineError impossible) {
            throw new IllegalStateException("An empty transaction could not be ended", impossible);
        }
        return false;
    }

    /** Runs a statement that takes no time, whatever interrupt that was meant for the one before it comes late. */
    private void runWhole(String sql) throws EngineError {
        for (int attempt = 1; ; attempt++) {
            try {
                run(sql);
                return;
            } catch (EngineError error) {
                if (error.failure().code() != Codes.INTERRUPT || attempt == LATE_INTERRUPTS) {
                    throw error;
                }
            }
        }
    }

    /** Ends the statement that is being stepped, from any thread. */
    void interrupt() {
        this.interrupted = true;
        try {
            this.access.interrupt();
        } catch (SQLException e) {
            throw new IllegalStateException("sqlite3_interrupt failed", e);
        }
    }

    /** Makes the engine ask, on the thread that steps, whether to end the statement. */
    void watch(BooleanSupplier stop) {
        try {
            ProgressHandler.setHandler(this.connection, OPERATIONS_BETWEEN_QUESTIONS, new ProgressHandler() {
                @Override
                protected int progress() {
                    return stop.getAsBoolean() ? 1 : 0;
                }
            });
        } catch (SQLException e) {
            throw new IllegalStateException("sqlite3_progress_handler failed", e);
        }
    }

    void unwatch() {
        try {
            ProgressHandler.clearHandler(this.connection);
        } catch (SQLException e) {
            throw new IllegalStateException("sqlite3_progress_handler failed", e);
        }
    }

    /** Releases the connection and every statement of it. */
    void close() throws EngineError {
        synchronized (monitor()) {
            if (!this.closed) {
                forgetInterrupt();
                this.closed = true;
                closeConnection();
            }
        }
    }

    /**
     * SQLite remembers an interrupt until a statement begins, and would take it to be meant for the checkpoint that the
     * last connection to a file makes in closing.
     */
    private void forgetInterrupt() {
        if (this.interrupted) {
            try {
                run("SELECT 1");
            } catch (EngineError ignored) {
                // There is nothing to forget then, or nothing to be done about it.
            }
        }
    }

    private void closeConnection() throws EngineError {
        try {
            this.connection.close();
        } catch (SQLException e) {
            throw EngineError.of(EngineFailure.Reason.RUN, e, null);
        }
    }

    boolean isClosed() {
        return this.closed;
    }
}
