package turso.r2dbc;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sizes as people write them: {@code 33554432}, {@code 32MB}, {@code 32MiB}.
 *
 * <p>{@code KB}, {@code MB} and {@code GB} are powers of 1,024, as with {@code java -Xmx} and Spring's {@code DataSize}:
 * a size that bounds a buffer or a file is meant in those.
 */
final class ByteSizeText {

    static final String ACCEPTED = "a size in bytes such as 33554432, 32MB or 32MiB (both are 32 * 1,048,576), above 0";

    private static final Pattern SIZE = Pattern.compile("(\\d+)([A-Za-z]*)");

    private static final Map<String, Integer> BINARY_EXPONENTS =
            Map.of("", 0, "b", 0, "kb", 10, "kib", 10, "mb", 20, "mib", 20, "gb", 30, "gib", 30);

    private ByteSizeText() {}

    /** {@return the number of bytes a text stands for, or null if it stands for none or more than 64 bits hold} */
    static @Nullable Long parse(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches()) {
            return null;
        }
        Integer exponent = BINARY_EXPONENTS.get(matcher.group(2).toLowerCase(Locale.ROOT));
        if (exponent == null) {
            return null;
        }
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << exponent);
        } catch (NumberFormatException | ArithmeticException e) {
            return null;
        }
    }
}
