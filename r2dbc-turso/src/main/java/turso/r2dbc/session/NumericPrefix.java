package turso.r2dbc.session;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers at the beginning of text, as SQLite's CAST finds them.
 *
 * @see <a href="https://www.sqlite.org/lang_expr.html#castexpr">CAST expressions</a>
 */
final class NumericPrefix {

    private static final Pattern INTEGER = Pattern.compile("^[ \\t\\n\\f\\r\\x0B]*([+-]?\\d+)");

    private static final Pattern REAL =
            Pattern.compile("^[ \\t\\n\\f\\r\\x0B]*([+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)");

    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private NumericPrefix() {}

    static long longValue(String text) {
        Matcher matcher = INTEGER.matcher(text);
        return matcher.find()
                ? new BigInteger(matcher.group(1)).max(MIN).min(MAX).longValue()
                : 0;
    }

    static double doubleValue(String text) {
        Matcher matcher = REAL.matcher(text);
        return matcher.find() ? new BigDecimal(matcher.group(1)).doubleValue() : 0;
    }
}
