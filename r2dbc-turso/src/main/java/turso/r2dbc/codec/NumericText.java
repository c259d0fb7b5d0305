package turso.r2dbc.codec;

/**
 * Text read as a number the way SQLite's CAST does: leading blanks, then the longest prefix that is a number.
 *
 * @see <a href="https://www.sqlite.org/lang_expr.html#castexpr">CAST expressions</a>
 */
final class NumericText {

    private static final String LARGEST = String.valueOf(Long.MAX_VALUE);

    /** The digits of the smallest 64-bit integer, without its sign. */
    private static final String SMALLEST = String.valueOf(Long.MIN_VALUE).substring(1);

    private NumericText() {}

    /** {@return whether CAST sees a number here, and not just answers 0 because there is none} */
    static boolean startsWithNumber(String text) {
        int position = afterSign(text);
        if (charAt(text, position) == '.') {
            position++;
        }
        return isDigit(charAt(text, position));
    }

    /** {@return whether the integer at the start of the text is within 64 bits} */
    static boolean integerPartFits(String text) {
        int start = afterSign(text);
        boolean negative = start > 0 && text.charAt(start - 1) == '-';
        while (charAt(text, start) == '0') {
            start++;
        }
        int end = start;
        while (isDigit(charAt(text, end))) {
            end++;
        }
        String limit = negative ? SMALLEST : LARGEST;
        int digits = end - start;
        return digits < limit.length()
                || digits == limit.length() && text.substring(start, end).compareTo(limit) <= 0;
    }

    private static int afterSign(String text) {
        int position = 0;
        while (isBlank(charAt(text, position))) {
            position++;
        }
        char sign = charAt(text, position);
        return sign == '-' || sign == '+' ? position + 1 : position;
    }

    /** {@return the character, or NUL behind the end, which is none of those looked for} */
    private static char charAt(String text, int position) {
        return position < text.length() ? text.charAt(position) : 0;
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }

    private static boolean isBlank(char character) {
        return character == ' ' || character >= '\t' && character <= '\r';
    }
}
