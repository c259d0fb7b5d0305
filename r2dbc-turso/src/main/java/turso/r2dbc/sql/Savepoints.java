package turso.r2dbc.sql;

import org.jspecify.annotations.Nullable;

/** Reads the name from {@code SAVEPOINT x}, {@code RELEASE [SAVEPOINT] x} and {@code ROLLBACK ... TO [SAVEPOINT] x}. */
final class Savepoints {
    private Savepoints() {}

    /** The unquoted name, or null if the statement is of another kind or not one the engine accepts. */
    static @Nullable String name(StatementKind kind, String statement) {
        return switch (kind) {
            case SAVEPOINT -> nameBehind(Keyword.SAVEPOINT, false, statement);
            case RELEASE -> nameBehind(Keyword.RELEASE, true, statement);
            case ROLLBACK_TO -> nameBehind(Keyword.TO, true, statement);
            default -> null;
        };
    }

    private static @Nullable String nameBehind(Keyword verb, boolean skipSavepoint, String statement) {
        Tokenizer tokens = new Tokenizer(statement);
        TokenType type = tokens.next();
        while (type != TokenType.END && !isKeyword(verb, type, tokens, statement)) {
            type = tokens.next();
        }
        type = tokens.next();
        if (skipSavepoint && isKeyword(Keyword.SAVEPOINT, type, tokens, statement)) {
            type = tokens.next();
        }
        if (type != TokenType.WORD && type != TokenType.QUOTED) {
            return null;
        }
        String name = Identifiers.unquote(tokens.token());
        return tokens.next() == TokenType.END ? name : null;
    }

    private static boolean isKeyword(Keyword keyword, TokenType type, Tokenizer tokens, String statement) {
        return type == TokenType.WORD && Keyword.of(statement, tokens.start(), tokens.end()) == keyword;
    }
}
