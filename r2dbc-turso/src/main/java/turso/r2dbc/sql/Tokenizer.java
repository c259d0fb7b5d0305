package turso.r2dbc.sql;

/**
 * Cuts a text into tokens at the same places as SQLite's tokenizer, in one pass and without allocating: a token is the
 * type returned by {@link #next()} and the range {@link #start()} to {@link #end()}.
 *
 * <p>Two liberties, both about texts the engine rejects: a {@code /*} at the very end of the text is a comment, and a
 * vertical tab is a blank. Not thread-safe.
 */
final class Tokenizer {
    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final int FIRST_NON_ASCII = 0x80;
    private static final int LOWER_CASE = 0x20;
    private static final boolean[] ASCII_WORD_PART = asciiWordParts();

    private final String text;
    private final int length;
    private int start;
    private int end;

    Tokenizer(String text) {
        this.text = text;
        this.length = text.length();
    }

    /** Moves to the next token; at the end of the text answers {@link TokenType#END} for ever. */
    TokenType next() {
        start = endOfBlanks(end);
        if (start == length) {
            end = length;
            return TokenType.END;
        }
        char first = text.charAt(start);
        switch (first) {
            case '\'', '"', '`':
                return quoted(first);
            case '[':
                return bracketed();
            case '?':
                end = endOfDigits(start + 1);
                return TokenType.PARAMETER;
            case ':', '@', '$', '#':
                return namedParameter(first);
            case '(':
                return single(TokenType.OPENING_PARENTHESIS);
            case ')':
                return single(TokenType.CLOSING_PARENTHESIS);
            case ',':
                return single(TokenType.COMMA);
            case '*':
                return single(TokenType.STAR);
            case '=':
                return single(TokenType.EQUALS);
            case ';':
                return single(TokenType.SEMICOLON);
            case '.':
                return isDigit(at(start + 1)) ? number() : single(TokenType.DOT);
            case '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
                return number();
            default:
                if (!isWordPart(first)) {
                    return single(TokenType.OTHER);
                }
                end = endOfWord(start + 1);
                return TokenType.WORD;
        }
    }

    /** The offset of the token's first character. */
    int start() {
        return start;
    }

    /** The offset behind the token's last character. */
    int end() {
        return end;
    }

    /** The token's text. */
    String token() {
        return text.substring(start, end);
    }

    private TokenType single(TokenType type) {
        end = start + 1;
        return type;
    }

    private int endOfBlanks(int from) {
        int position = from;
        while (position < length) {
            char c = text.charAt(position);
            if (isBlank(c)) {
                position++;
            } else if (c == '-' && at(position + 1) == '-') {
                position = behind(text.indexOf('\n', position + 2), 1);
            } else if (c == '/' && at(position + 1) == '*') {
                position = behind(text.indexOf("*/", position + 2), 2);
            } else {
                return position;
            }
        }
        return position;
    }

    private int behind(int found, int width) {
        return found < 0 ? length : found + width;
    }

    private TokenType quoted(char quote) {
        int position = start + 1;
        while (true) {
            int closing = text.indexOf(quote, position);
            if (closing < 0) {
                end = length;
                return TokenType.UNTERMINATED;
            }
            if (at(closing + 1) != quote) {
                end = closing + 1;
                return TokenType.QUOTED;
            }
            position = closing + 2;
        }
    }

    /** A closing bracket cannot be doubled, unlike the other quotes. */
    private TokenType bracketed() {
        int closing = text.indexOf(']', start + 1);
        end = behind(closing, 1);
        return closing < 0 ? TokenType.UNTERMINATED : TokenType.QUOTED;
    }

    /**
     * A prefix, word characters and {@code ::}, and at the end perhaps a suffix in parentheses that holds no blank. The
     * form was made for Tcl variables with {@code $}; SQLite accepts it behind every prefix.
     */
    private TokenType namedParameter(char prefix) {
        int wordParts = 0;
        int position = start + 1;
        while (position < length) {
            char c = text.charAt(position);
            if (isWordPart(c)) {
                wordParts++;
                position++;
            } else if (c == ':' && at(position + 1) == ':') {
                position += 2;
            } else if (c == '(' && wordParts > 0) {
                return parameterSuffix(position + 1);
            } else {
                break;
            }
        }
        end = position;
        // SQLite keeps "#1" for itself (registers of generated statements)
        boolean register = prefix == '#' && isDigit(at(start + 1));
        return wordParts == 0 || register ? TokenType.OTHER : TokenType.PARAMETER;
    }

    private TokenType parameterSuffix(int from) {
        int position = from;
        while (position < length && !isBlank(text.charAt(position))) {
            if (text.charAt(position) == ')') {
                end = position + 1;
                return TokenType.PARAMETER;
            }
            position++;
        }
        end = position;
        return TokenType.OTHER;
    }

    private TokenType number() {
        int position = endOfDigitGroups(start);
        if (at(position) == '.') {
            position = endOfDigitGroups(position + 1);
        }
        if ((at(position) | LOWER_CASE) == 'e') {
            char sign = at(position + 1);
            if ((sign == '+' || sign == '-') && isDigit(at(position + 2))) {
                position += 2;
            }
        }
        // Takes hexadecimal digits and exponents without a sign too; what else is glued on is SQLite's to reject
        end = endOfWord(position);
        return TokenType.NUMBER;
    }

    private int endOfDigitGroups(int from) {
        int position = from;
        while (isDigit(at(position)) || at(position) == '_') {
            position++;
        }
        return position;
    }

    private int endOfDigits(int from) {
        int position = from;
        while (isDigit(at(position))) {
            position++;
        }
        return position;
    }

    private int endOfWord(int from) {
        int position = from;
        while (position < length && isWordPart(text.charAt(position))) {
            position++;
        }
        return position;
    }

    /** The character, or NUL behind the end. */
    private char at(int position) {
        return position < length ? text.charAt(position) : '\0';
    }

    private static boolean isBlank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r') || c == BYTE_ORDER_MARK;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(char c) {
        return c >= FIRST_NON_ASCII || ASCII_WORD_PART[c];
    }

    private static boolean[] asciiWordParts() {
        boolean[] parts = new boolean[FIRST_NON_ASCII];
        for (char c = 0; c < FIRST_NON_ASCII; c++) {
            parts[c] = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_' || c == '$';
        }
        return parts;
    }
}
