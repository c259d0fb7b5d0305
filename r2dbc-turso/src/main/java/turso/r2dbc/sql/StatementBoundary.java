package turso.r2dbc.sql;

/**
 * Decides from the tokens of one statement, given in order, whether a semicolon ends it. Every semicolon does, but those
 * inside the body of a trigger: there only the one behind {@code ; END} does, which is how {@code sqlite3_complete}
 * tells it (a body's statements all end in a semicolon, so the END of a CASE never follows one). Not thread-safe.
 *
 * <pre>
 * state           word                      next state
 * START           EXPLAIN                   EXPLAIN
 * START, EXPLAIN  CREATE                    CREATE
 * EXPLAIN         QUERY, PLAN               EXPLAIN
 * CREATE          TEMP, TEMPORARY           CREATE
 * CREATE          TRIGGER                   TRIGGER_HEAD
 * CREATE          VIRTUAL                   VIRTUAL_TABLE
 * TRIGGER_HEAD    BEGIN                     TRIGGER_BODY
 * TRIGGER_BODY    END behind a semicolon    PLAIN
 * first three     anything else             PLAIN
 * </pre>
 *
 * @see <a href="https://www.sqlite.org/c3ref/complete.html">sqlite3_complete</a>
 */
final class StatementBoundary {
    private enum State {
        START,
        EXPLAIN,
        CREATE,
        PLAIN,
        VIRTUAL_TABLE,
        TRIGGER_HEAD,
        TRIGGER_BODY
    }

    private State state = State.START;
    private boolean behindSemicolon;

    /**
     * Takes the next token.
     *
     * @param keyword the keyword if the token is a word
     * @return whether the token is the semicolon that ends the statement
     */
    boolean endsWith(TokenType type, Keyword keyword) {
        if (type == TokenType.SEMICOLON) {
            behindSemicolon = true;
            return state != State.TRIGGER_BODY;
        }
        state = following(keyword);
        behindSemicolon = false;
        return false;
    }

    /** Whether parameters may be meant: the arguments of a virtual table's module are raw text to SQLite. */
    boolean hasParameters() {
        return state != State.VIRTUAL_TABLE;
    }

    private State following(Keyword keyword) {
        return switch (state) {
            case START ->
                switch (keyword) {
                    case EXPLAIN -> State.EXPLAIN;
                    case CREATE -> State.CREATE;
                    default -> State.PLAIN;
                };
            case EXPLAIN ->
                switch (keyword) {
                    case QUERY, PLAN -> State.EXPLAIN;
                    case CREATE -> State.CREATE;
                    default -> State.PLAIN;
                };
            case CREATE ->
                switch (keyword) {
                    case TEMP, TEMPORARY -> State.CREATE;
                    case TRIGGER -> State.TRIGGER_HEAD;
                    case VIRTUAL -> State.VIRTUAL_TABLE;
                    default -> State.PLAIN;
                };
            case TRIGGER_HEAD -> keyword == Keyword.BEGIN ? State.TRIGGER_BODY : State.TRIGGER_HEAD;
            case TRIGGER_BODY -> keyword == Keyword.END && behindSemicolon ? State.PLAIN : State.TRIGGER_BODY;
            case PLAIN, VIRTUAL_TABLE -> state;
        };
    }
}
