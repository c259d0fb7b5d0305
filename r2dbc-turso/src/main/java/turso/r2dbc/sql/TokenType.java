package turso.r2dbc.sql;

/** What the {@link Tokenizer} tells apart. Blanks and comments are not tokens. */
enum TokenType {
    /** A keyword or an unquoted identifier. */
    WORD,
    /** A string or a quoted identifier: {@code 'x'}, {@code "x"}, {@code `x`}, {@code [x]}. */
    QUOTED,
    /** A quoted token whose closing quote is missing: it runs to the end of the text. */
    UNTERMINATED,
    NUMBER,
    /** {@code ?}, {@code ?1}, {@code :a}, {@code @a}, {@code $a} or {@code #a}. */
    PARAMETER,
    OPENING_PARENTHESIS,
    CLOSING_PARENTHESIS,
    COMMA,
    DOT,
    STAR,
    EQUALS,
    SEMICOLON,
    /** Any other operator, and characters SQLite knows nothing about; mostly one character each. */
    OTHER,
    /** The end of the text. */
    END
}
