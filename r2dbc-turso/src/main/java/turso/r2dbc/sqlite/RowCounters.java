package turso.r2dbc.sqlite;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.sqlite.SharedWrite.Counts;

/**
 * Makes SQLite's functions {@code changes()}, {@code total_changes()} and {@code last_insert_rowid()} answer on a session's
 * own connection as if writes that were run elsewhere had been run there.
 *
 * <p>They cannot be set, but what they tell of is easily done again, in temporary tables: so many rows in one without rowids,
 * and one with the rowid in a statement that fails.
 *
 * <p>Confined to the session's worker.
 */
final class RowCounters {

    /** Inserts a row with a rowid, which is a change as any other. */
    static final String INSERT = "REPLACE INTO temp.turso_group_rowid VALUES (?1, 1)";

    /** Its second row is refused, so that nothing is inserted or counted; the rowid of the first is remembered all the same. */
    private static final String ROWID = "REPLACE INTO temp.turso_group_rowid VALUES (?1, 1), (0, NULL)";

    private static final String CHANGES = "REPLACE INTO temp.turso_group_count"
            + " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT 1 FROM n";

    private static final String NO_CHANGES = "DELETE FROM temp.turso_group_count WHERE 0";

    private static final String ROWID_TABLE =
            "CREATE TEMP TABLE IF NOT EXISTS turso_group_rowid" + " (rowid INTEGER PRIMARY KEY, filled NOT NULL)";

    private static final String COUNT_TABLE =
            "CREATE TEMP TABLE IF NOT EXISTS turso_group_count" + " (one PRIMARY KEY) WITHOUT ROWID";

    /** So many are done again in less than a millisecond. With more, others would wait for a connection that catches up. */
    private static final long MOST_CHANGES = 1_000;

    private final StatementCache statements;

    private boolean tables;

    /** Whether the functions would answer wrongly now. */
    private boolean behind;

    private long changes;

    private long totalChanges;

    private @Nullable Long lastInsertRowid;

    RowCounters(StatementCache statements) {
        this.statements = statements;
    }

    static void createTables(StatementCache statements) throws EngineError {
        execute(statements, ROWID_TABLE);
        execute(statements, COUNT_TABLE);
    }

    /** Makes sure that there can be writes elsewhere. No cursor and no transaction may be open, and nobody wait for this one. */
    void prepare() throws EngineError {
        if (!this.tables) {
            createTables(this.statements);
            this.tables = true;
        }
        if (this.behind && this.totalChanges > MOST_CHANGES) {
            catchUp();
        }
    }

    /** A write was run elsewhere. */
    void ranElsewhere(Counts counts) {
        this.behind = true;
        this.changes = counts.changes();
        this.totalChanges += counts.totalChanges();
        if (counts.lastInsertRowid() != null) {
            this.lastInsertRowid = counts.lastInsertRowid();
        }
    }

    boolean isBehind() {
        return this.behind;
    }

    /**
     * Catches up. Outside of a transaction, which might be read-only, or undone. After an error it can be called again: many
     * changes take so long that it may be interrupted.
     */
    void catchUp() throws EngineError {
        if (this.lastInsertRowid != null) {
            insertInVain(this.lastInsertRowid);
        }
        change(this.totalChanges - this.changes);
        this.totalChanges = this.changes;
        if (this.changes == 0) {
            execute(this.statements, NO_CHANGES);
        } else {
            change(this.changes);
        }
        this.behind = false;
        this.totalChanges = 0;
        this.lastInsertRowid = null;
    }

    private void insertInVain(Long rowid) throws EngineError {
        try {
            execute(this.statements, ROWID, rowid);
        } catch (EngineError refused) {
            if (!Codes.isConstraint(refused.failure().code())) {
                throw refused;
            }
        }
    }

    private void change(long rows) throws EngineError {
        if (rows > 0) {
            execute(this.statements, CHANGES, rows);
        }
    }

    private static void execute(StatementCache statements, String sql, @Nullable Object... values) throws EngineError {
        EngineStatement statement = statements.acquire(sql);
        try {
            statement.start(values);
        } finally {
            statement.reset();
            statements.release(statement);
        }
    }
}
