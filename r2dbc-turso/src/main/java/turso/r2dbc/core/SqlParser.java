package turso.r2dbc.core;

import java.util.concurrent.ConcurrentHashMap;
import turso.r2dbc.sql.ParsedSql;

/** Splits SQL, and remembers what it has split; shared by the connections of a factory. Thread-safe. */
public final class SqlParser {

    private static final int CAPACITY = 512;

    private static final int LONGEST_KEPT = 4096;

    private final ConcurrentHashMap<String, ParsedSql> known = new ConcurrentHashMap<>();

    /**
     * {@return the text, split}
     *
     * @throws IllegalArgumentException if there is a NUL character in it
     */
    public ParsedSql parse(String sql) {
        ParsedSql parsed = this.known.get(sql);
        if (parsed != null) {
            return parsed;
        }
        if (sql.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("SQL with a NUL character: SQLite would ignore what follows it");
        }
        parsed = ParsedSql.parse(sql);
        if (sql.length() <= LONGEST_KEPT) {
            if (this.known.size() >= CAPACITY) {
                // Texts that are made up on the fly come in floods; those in use are back at once.
                this.known.clear();
            }
            this.known.put(sql, parsed);
        }
        return parsed;
    }
}
