package turso.r2dbc.sql;

import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Tells which PRAGMA statements write to the database file, and which change the connection.
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

    /** What the names of those end with that only tell, although they take an argument. */
    private static final List<String> TELLING = List.of("_info", "_xinfo", "_list", "_check");

    private Pragmas() {}

    /** Whether {@code PRAGMA [schema.]name [= value | (value)]} may write. */
    static boolean writes(String statement) {
        return read(
                statement, (name, value) -> WRITE_ALWAYS.contains(name) || value && WRITE_WITH_VALUE.contains(name));
    }

    /** Whether it may change how the connection does what comes after it. */
    static boolean changesConnection(String statement) {
        return read(statement, (name, value) -> value && TELLING.stream().noneMatch(name::endsWith));
    }

    private interface Question {
        boolean ask(String name, boolean value);
    }

    private static boolean read(String statement, Question question) {
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
        return question.ask(name, value);
    }

    private static String nextName(Tokenizer tokens) {
        return switch (tokens.next()) {
            case WORD, QUOTED -> Identifiers.unquote(tokens.token()).toLowerCase(Locale.ROOT);
            default -> "";
        };
    }
}
