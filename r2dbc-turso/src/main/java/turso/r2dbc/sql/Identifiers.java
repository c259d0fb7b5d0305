package turso.r2dbc.sql;

/**
 * Quoting of names as SQLite does it.
 *
 * @see <a href="https://www.sqlite.org/lang_keywords.html">SQLite keywords</a>
 */
public final class Identifiers {
    private Identifiers() {}

    /** {@return the name in double quotes} */
    public static String quote(String name) {
        return quote(name, '"');
    }

    /**
     * {@return the name of a column, quoted once whether or not it is quoted already} In backticks: SQLite takes a name
     * in double quotes that it does not know for a string, and would return that instead of an error.
     */
    static String quoteColumn(String name) {
        return quote(isQuoted(name) ? unquote(name) : name, '`');
    }

    private static String quote(String name, char with) {
        String one = String.valueOf(with);
        return one + name.replace(one, one + one) + one;
    }

    /** The name that a word or a terminated quoted token stands for. */
    static String unquote(String token) {
        char quote = token.charAt(0);
        return switch (quote) {
            case '[' -> token.substring(1, token.length() - 1);
            case '\'', '"', '`' -> {
                String one = String.valueOf(quote);
                yield token.substring(1, token.length() - 1).replace(one + one, one);
            }
            default -> token;
        };
    }

    private static boolean isQuoted(String name) {
        Tokenizer tokens = new Tokenizer(name);
        return tokens.next() == TokenType.QUOTED
                && name.charAt(0) != '\''
                && tokens.start() == 0
                && tokens.end() == name.length();
    }
}
