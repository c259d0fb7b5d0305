package turso.r2dbc.sqlite;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.StoredValues;
import turso.r2dbc.sqlite.SharedWrite.Counts;
import turso.r2dbc.sqlite.SharedWrite.Outcome;

/**
 * The connection on which writes of several sessions run in one transaction. It is nobody's own, so that nothing that
 * belongs to a session is in their way or is changed by them.
 *
 * <p>Each write is one statement. What SQLite undoes when a statement fails is the same within a transaction as in
 * auto-commit, so that no savepoints are needed.
 *
 * <p>Confined to one thread at a time.
 */
final class GroupConnection {

    private static final @Nullable Object[] NO_VALUES = new Object[0];

    /** Whether the settings make something on every connection that is the connection's own. */
    private static final String OWN_OBJECTS = "SELECT 1 FROM temp.sqlite_schema"
            + " UNION ALL SELECT 1 FROM pragma_database_list WHERE name NOT IN ('main', 'temp') LIMIT 1";

    private static final String WITHOUT_BLANKS_AND_QUOTES =
            quoteless("lower(sql)", ' ', '\t', '\n', '\f', '\r', '"', '`', '[', ']');

    /**
     * Whether the schema ties writes to one another: deferred foreign keys are checked at the end of the transaction only;
     * views, triggers and defaults may ask for what the connection did before.
     */
    private static final String TIES = "SELECT 1 FROM main.sqlite_schema WHERE instr(lower(sql), 'deferred') > 0"
            + calls("changes") + calls("last_insert_rowid") + " LIMIT 1";

    private static final String LAST_ROWID = "SELECT last_insert_rowid()";

    /** Stands for a rowid that no statement has inserted; nobody's rowid by chance. */
    private static final long NO_ROWID = -0x7475_7273_6F67_7270L;

    private final Engine engine;

    private final Interrupter interrupter;

    private final StatementCache statements;

    private long totalChanges;

    /** Of the schema that was looked at last; none has a negative one. */
    private long schemaVersion = -1;

    private boolean tied;

    private GroupConnection(Engine engine, int cacheSize) {
        this.engine = engine;
        this.interrupter = new Interrupter(engine);
        // Its numbers are in no factory's: nobody could tell what to do with them.
        this.statements = new StatementCache(engine, cacheSize, new SessionNumbers());
    }

    private static String quoteless(String sql, char... characters) {
        String text = sql;
        for (char character : characters) {
            text = "replace(" + text + ", char(" + (int) character + "), '')";
        }
        return text;
    }

    /** {@return the condition that a text may call a function} There may be comments around the parentheses. */
    private static String calls(String function) {
        StringBuilder condition = new StringBuilder();
        for (String behind : List.of("()", "/*", "--", "(/*", "(--")) {
            condition
                    .append(" OR instr(")
                    .append(WITHOUT_BLANKS_AND_QUOTES)
                    .append(", '")
                    .append(function)
                    .append(behind)
                    .append("') > 0");
        }
        return condition.toString();
    }

    /** {@return a connection that is set up as a session's is; null if what sets it up makes it unfit} */
    static @Nullable GroupConnection open(SqliteSettings settings, Path file) throws EngineError {
        Engine engine = Connector.connect(settings, FileUri.of(file));
        GroupConnection opened = null;
        try {
            for (SetUpStatement statement : SetUpStatement.of(settings)) {
                engine.run(statement.sql());
            }
            engine.learnEncoding();
            if (engine.queryText(OWN_OBJECTS) == null) {
                GroupConnection connection = new GroupConnection(engine, settings.statementCacheSize());
                RowCounters.createTables(connection.statements);
                opened = connection;
            }
            return opened;
        } finally {
            if (opened == null) {
                engine.close();
            }
        }
    }

    /** Begins a transaction that has the write lock. @return false if writes do not do in it what each does in its own */
    boolean begin() throws EngineError {
        execute("BEGIN IMMEDIATE", NO_VALUES);
        boolean fit = false;
        try {
            this.totalChanges = this.engine.totalChanges();
            fit = isFit();
        } finally {
            if (!fit) {
                rollBack();
            }
        }
        return fit;
    }

    private boolean isFit() throws EngineError {
        long schema = queryLong("PRAGMA main.schema_version");
        if (this.schemaVersion != schema) {
            this.tied = queryLong(TIES) != 0;
            this.schemaVersion = schema;
        }
        return !this.tied;
    }

    /**
     * Runs a write, whose error is in the outcome.
     *
     * @throws EngineError if something else goes wrong than the write, so that nobody knows its outcome
     */
    Outcome run(SharedWrite write) throws EngineError {
        boolean marked = mayInsert(write.execution().sql());
        if (marked) {
            execute(RowCounters.INSERT, new Object[] {NO_ROWID});
            this.totalChanges++;
        }
        return run(write, marked);
    }

    private Outcome run(SharedWrite write, boolean marked) throws EngineError {
        write.runsUnder(this.interrupter);
        this.interrupter.enter(write.task());
        EngineFailure failure;
        Columns columns = null;
        List<StoredValues> rows = new ArrayList<>();
        try {
            if (write.shouldStop()) {
                return Outcome.failed(interrupted(), null);
            }
            columns = execute(write, rows);
            failure = null;
        } catch (EngineError error) {
            failure = error.failure();
        } finally {
            this.interrupter.leave(write.task());
        }
        if (failure != null && failure.reason() == Reason.PREPARE) {
            return Outcome.failed(failure, null);
        }
        Counts counts = counts(marked);
        return failure != null ? Outcome.failed(failure, counts) : new Outcome(null, columns, rows, counts);
    }

    private static EngineFailure interrupted() {
        return new EngineFailure(Reason.RUN, Codes.INTERRUPT, "interrupted", null, null);
    }

    /** {@return what the rows look like; null if there are none, or nobody wants them} */
    private @Nullable Columns execute(SharedWrite write, List<StoredValues> rows) throws EngineError {
        EngineStatement statement = this.statements.acquire(write.execution().sql());
        try {
            boolean row = statement.start(write.execution().bindings().get(0));
            if (!write.areRowsWanted()) {
                while (row) {
                    row = statement.step();
                }
                return null;
            }
            // A copy: what a session derives from the columns is its own.
            Columns columns =
                    new Columns(statement.columns(this.schemaVersion, true).list());
            while (row) {
                rows.add(StoredValues.copy(statement, columns.size()));
                row = statement.step();
            }
            return columns.size() == 0 ? null : columns;
        } finally {
            statement.reset();
            this.statements.release(statement);
        }
    }

    private Counts counts(boolean marked) throws EngineError {
        long before = this.totalChanges;
        this.totalChanges = this.engine.totalChanges();
        long rowid = marked ? queryLong(LAST_ROWID) : NO_ROWID;
        return new Counts(this.engine.changes(), this.totalChanges - before, rowid == NO_ROWID ? null : (Long) rowid);
    }

    /** {@return whether the statement may insert a row into the table it names} */
    private static boolean mayInsert(String sql) {
        return !sql.regionMatches(true, 0, "UPDATE", 0, 6) && !sql.regionMatches(true, 0, "DELETE", 0, 6);
    }

    void commit() throws EngineError {
        execute("COMMIT", NO_VALUES);
    }

    private void rollBack() throws EngineError {
        execute("ROLLBACK", NO_VALUES);
    }

    boolean isTransactionOpen() {
        return this.engine.probeTransaction();
    }

    private void execute(String sql, @Nullable Object[] values) throws EngineError {
        EngineStatement statement = this.statements.acquire(sql);
        try {
            statement.start(values);
        } finally {
            statement.reset();
            this.statements.release(statement);
        }
    }

    /** {@return the first value of the first row; 0 if there is none} */
    private long queryLong(String sql) throws EngineError {
        EngineStatement statement = this.statements.acquire(sql);
        try {
            return statement.start(NO_VALUES) ? statement.longValue(0) : 0;
        } finally {
            statement.reset();
            this.statements.release(statement);
        }
    }

    void close() throws EngineError {
        try {
            this.statements.clear();
        } finally {
            this.engine.close();
        }
    }
}
