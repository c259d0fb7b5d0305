package turso.r2dbc.sql;

import java.util.Locale;
import java.util.Set;

/**
 * Tells which PRAGMA statements write to the database file.
 *
 * @see <a href="https://www.sqlite.org/pragma.html">PRAGMA statements</a>
 */
final class Pragmas {
    private static final Set<String> WRITE_WITH_VALUE = Set.of(
            "application_id",
            "auto_vacuum",
            "default_cache_size",
            "encoding",
            "hexrekey",
            "journal_mode",
            "page_size",
            "rekey",
            "schema_version",
            "textrekey",
            "user_version");
    private static final Set<String> WRITE_ALWAYS = Set.of("incremental_vacuum", "optimize", "wal_checkpoint");

    private Pragmas() {}

    /** Whether {@code PRAGMA [schema.]name [= value | (value)]} may write. */
    static boolean writes(String statement) {
        Tokenizer tokens = new Tokenizer(statement);
        TokenType type = tokens.next();
        while (type == TokenType.OPENING_PARENTHESIS) {
            type = tokens.next();
        }
        String name = nextName(tokens);
        type = tokens.next();
        if (type == TokenType.DOT) {
            name = nextName(tokens);
            type = tokens.next();
        }
        boolean value = type == TokenType.EQUALS || type == TokenType.OPENING_PARENTHESIS;
        return WRITE_ALWAYS.contains(name) || (value && WRITE_WITH_VALUE.contains(name));
    }

    private static String nextName(Tokenizer tokens) {
        return switch (tokens.next()) {
            case WORD, QUOTED -> Identifiers.unquote(tokens.token()).toLowerCase(Locale.ROOT);
            default -> "";
        };
    }
}
