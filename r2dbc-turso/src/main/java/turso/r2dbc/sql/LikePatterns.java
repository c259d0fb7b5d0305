package turso.r2dbc.sql;

/**
 * Adds the ESCAPE clause to LIKE, for those who escape their patterns and leave the clause out: SQLite, unlike other
 * databases, has no escape character of its own.
 *
 * @see <a href="https://www.sqlite.org/lang_expr.html#like">LIKE</a>
 */
public final class LikePatterns {

    /**
     * How far a pattern has been read.
     *
     * <pre>
     * state      token              next state
     * any        LIKE               LIKE
     * LIKE       parameter          PATTERN
     * LIKE       upper, lower       FUNCTION
     * FUNCTION   (                  OPENED
     * OPENED     parameter          ARGUMENT
     * ARGUMENT   )                  PATTERN
     * any        anything else      NOTHING
     * </pre>
     */
    private enum State {
        NOTHING,
        LIKE,
        FUNCTION,
        OPENED,
        ARGUMENT,
        PATTERN
    }

    private final String text;
    private final String prefix;
    private final String clause;
    private final Tokenizer tokens;
    private StatementBoundary boundary = new StatementBoundary();
    private State state = State.NOTHING;
    private int patternEnd;
    private int copied;
    private StringBuilder result = new StringBuilder(0);

    private LikePatterns(String text, String prefix, char escape) {
        this.text = text;
        this.prefix = prefix;
        this.clause = " ESCAPE '" + (escape == '\'' ? "''" : escape) + "'";
        this.tokens = new Tokenizer(text);
    }

    /**
     * Adds the clause to each LIKE whose pattern is a parameter and nothing else, or {@code upper} or {@code lower} of
     * one, and that has no such clause. A pattern put together in SQL ({@code ? || '%'}) stays as it is: what of it would
     * be escaped, only its author knows.
     *
     * @param sql a text of any number of statements
     * @param prefix how the parameters begin as written; empty for every parameter
     * @param escape the character
     * @return the text with the clauses; the same text if there are none to add
     * @throws IllegalArgumentException if the text or the prefix is null
     */
    public static String withEscape(String sql, String prefix, char escape) {
        return new LikePatterns(
                        Arguments.requireNonNull(sql, "sql"), Arguments.requireNonNull(prefix, "prefix"), escape)
                .rewritten();
    }

    private String rewritten() {
        TokenType type;
        do {
            type = tokens.next();
            accept(type);
        } while (type != TokenType.END);
        return copied == 0 ? text : result.append(text, copied, text.length()).toString();
    }

    private void accept(TokenType type) {
        Keyword keyword = type == TokenType.WORD ? Keyword.of(text, tokens.start(), tokens.end()) : Keyword.NONE;
        if (state == State.PATTERN && endsPattern(type, keyword)) {
            result.append(text, copied, patternEnd).append(clause);
            copied = patternEnd;
        }
        if (boundary.endsWith(type, keyword)) {
            boundary = new StatementBoundary();
        }
        state = boundary.hasParameters() ? following(type, keyword) : State.NOTHING;
        if (state == State.PATTERN) {
            patternEnd = tokens.end();
        }
    }

    private State following(TokenType type, Keyword keyword) {
        if (keyword == Keyword.LIKE) {
            return State.LIKE;
        }
        return switch (state) {
            case LIKE -> {
                if (isParameter(type)) {
                    yield State.PATTERN;
                }
                yield type == TokenType.WORD && (isWord("upper") || isWord("lower")) ? State.FUNCTION : State.NOTHING;
            }
            case FUNCTION -> type == TokenType.OPENING_PARENTHESIS ? State.OPENED : State.NOTHING;
            case OPENED -> isParameter(type) ? State.ARGUMENT : State.NOTHING;
            case ARGUMENT -> type == TokenType.CLOSING_PARENTHESIS ? State.PATTERN : State.NOTHING;
            default -> State.NOTHING;
        };
    }

    private boolean isParameter(TokenType type) {
        return type == TokenType.PARAMETER && text.startsWith(prefix, tokens.start());
    }

    private boolean isWord(String word) {
        return tokens.end() - tokens.start() == word.length()
                && text.regionMatches(true, tokens.start(), word, 0, word.length());
    }

    /**
     * Whether a pattern ends in front of a token. It goes on with COLLATE and with every operator that binds more tightly
     * than LIKE; the words among the operators do not, and neither does {@code =}.
     */
    private static boolean endsPattern(TokenType type, Keyword keyword) {
        return switch (type) {
            case END, SEMICOLON, CLOSING_PARENTHESIS, COMMA, EQUALS, QUOTED -> true;
            case WORD -> keyword != Keyword.ESCAPE && keyword != Keyword.COLLATE;
            default -> false;
        };
    }
}
