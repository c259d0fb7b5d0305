package turso.r2dbc.core;

import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoStatement;
import turso.r2dbc.sql.LikePatterns;
import turso.r2dbc.sql.ParsedSql;

/**
 * Splits SQL, adds ESCAPE where it is wanted, and remembers what it has split; shared by the connections of a factory.
 * Thread-safe.
 */
public final class SqlParser {

    private static final int CAPACITY = 512;

    private static final int LONGEST_KEPT = 4096;

    private static final char BACKSLASH = '\\';

    private final ConcurrentHashMap<String, KnownSql> known = new ConcurrentHashMap<>();

    private final @Nullable Character likeEscape;

    /**
     * Makes a parser that knows nothing yet.
     *
     * @param likeEscape the character that escapes in every bound pattern of LIKE, or null for none
     */
    public SqlParser(@Nullable Character likeEscape) {
        this.likeEscape = likeEscape;
    }

    /**
     * {@return the text, split; with the ESCAPE clauses it was given}
     *
     * @throws IllegalArgumentException if there is a NUL character in it
     */
    public ParsedSql parse(String sql) {
        return known(sql).parsed();
    }

    /** {@return the same, and what is made of it} */
    KnownSql known(String sql) {
        KnownSql before = this.known.get(sql);
        if (before != null) {
            return before;
        }
        if (sql.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("SQL with a NUL character: SQLite would ignore what follows it");
        }
        KnownSql parsed = KnownSql.of(ParsedSql.parse(withEscapes(sql)));
        if (sql.length() <= LONGEST_KEPT) {
            if (this.known.size() >= CAPACITY) {
                // Texts that are made up on the fly come in floods; those in use are back at once.
                this.known.clear();
            }
            this.known.put(sql, parsed);
        }
        return parsed;
    }

    private String withEscapes(String sql) {
        String text = sql;
        if (text.contains(TursoStatement.ESCAPED_PARAMETER)) {
            text = LikePatterns.withEscape(text, TursoStatement.ESCAPED_PARAMETER, BACKSLASH);
        }
        return this.likeEscape == null ? text : LikePatterns.withEscape(text, "", this.likeEscape);
    }
}
