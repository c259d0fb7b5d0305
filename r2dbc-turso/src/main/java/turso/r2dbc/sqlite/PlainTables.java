package turso.r2dbc.sqlite;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Knows in which tables an INSERT of several rows means the same as one INSERT after another: those without triggers,
 * which may count and look; without conflict clauses, which may keep a part of the rows; and without a foreign key to
 * themselves, which a later row of the same statement could satisfy.
 *
 * <p>Confined to the session's worker.
 */
final class PlainTables {

    /** Asks for an ordinary table of the main schema that no other schema hides. */
    private static final String PLAIN =
            "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?1 COLLATE NOCASE"
                    + " AND sql LIKE 'CREATE TABLE%' AND sql NOT LIKE '%CONFLICT%'"
                    + " AND NOT EXISTS (SELECT 1 FROM main.sqlite_schema"
                    + " WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE)"
                    + " AND NOT EXISTS (SELECT 1 FROM temp.sqlite_schema WHERE tbl_name = ?1 COLLATE NOCASE)"
                    + " AND NOT EXISTS (SELECT 1 FROM pragma_foreign_key_list(?1) WHERE \"table\" = ?1 COLLATE NOCASE)";

    private final StatementCache statements;

    private final Map<String, Boolean> known = new HashMap<>();

    private String knownAt = "";

    PlainTables(StatementCache statements) {
        this.statements = statements;
    }

    /** {@return whether the table is one of them} Asks the engine, within the transaction that is going to write. */
    boolean contains(String table) throws EngineError {
        String versions = query("PRAGMA main.schema_version") + " " + query("PRAGMA temp.schema_version");
        if (!versions.equals(this.knownAt)) {
            this.known.clear();
            this.knownAt = versions;
        }
        Boolean plain = this.known.get(table);
        if (plain == null) {
            plain = query(PLAIN, table) != null;
            this.known.put(table, plain);
        }
        return plain;
    }

    private @Nullable String query(String sql, @Nullable Object... values) throws EngineError {
        EngineStatement statement = this.statements.acquire(sql);
        try {
            return statement.start(values) ? statement.text(0) : null;
        } finally {
            statement.reset();
            this.statements.release(statement);
        }
    }
}
