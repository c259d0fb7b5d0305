package turso.r2dbc.sql;

/** Quoting of names as SQLite does it. */
final class Identifiers {
    private Identifiers() {}

    /** The name in a form SQL accepts: as it is if it is one quoted identifier already, else in double quotes. */
    static String quote(String name) {
        return isQuoted(name) ? name : '"' + name.replace("\"", "\"\"") + '"';
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
