package turso.r2dbc.sql;

import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives parameters their numbers, counted from 1, by SQLite's rule: {@code ?} takes one more than the largest number so
 * far, {@code ?NNN} takes NNN, a name takes the number it had before or else one more than the largest. Changed while a
 * text is scanned, only read afterwards.
 *
 * @see <a href="https://www.sqlite.org/lang_expr.html#varparam">Parameters</a>
 */
final class ParameterNumbering {
    /** What {@link #add} answers for a {@code ?NNN} that no engine accepts. */
    static final int ILLEGAL = 0;

    /**
     * The largest NNN of {@code ?NNN}: the limit sqlite-jdbc's engine is built with. SQLite's own default is 32,766; an
     * engine with that limit rejects what is above.
     */
    static final int LARGEST_NUMBER = 250_000;

    private static final int[] NONE = {};

    private int largest;
    private @Nullable BitSet unused;
    private @Nullable Map<String, NamedParameter> byName;

    /** Takes the parameter that is the text from {@code start} to {@code end}; answers its number or ILLEGAL. */
    int add(String text, int start, int end) {
        int length = end - start;
        if (length == 1) {
            return ++largest;
        }
        char prefix = text.charAt(start);
        String name = text.substring(start + 1, end);
        if (prefix == '?') {
            return addNumbered(name);
        }
        NamedParameter known = find(prefix, name);
        return known != null ? known.number() : remember(prefix, name, ++largest);
    }

    /** The largest number, which is what {@code sqlite3_bind_parameter_count} answers. */
    int count() {
        return largest;
    }

    /** Whether a parameter has the number; larger {@code ?NNN} leave gaps below. */
    boolean isUsed(int number) {
        return number >= 1 && number <= largest && (unused == null || !unused.get(number));
    }

    /** How the text first writes the parameter with the number; {@code ?NNN} for a number in a gap. */
    String spelling(int number) {
        if (!isUsed(number)) {
            return "?" + number;
        }
        if (byName != null) {
            for (NamedParameter last : byName.values()) {
                for (NamedParameter named = last; named != null; named = named.earlier()) {
                    if (named.number() == number) {
                        return named.spelling();
                    }
                }
            }
        }
        return "?";
    }

    /** The numbers a name stands for, ascending: with its prefix exactly one parameter, without it any prefix. */
    int[] numbers(String name) {
        if (byName == null || name.isEmpty()) {
            return NONE;
        }
        NamedParameter exact = find(name.charAt(0), name.substring(1));
        if (exact != null) {
            return new int[] {exact.number()};
        }
        NamedParameter last = byName.get(name);
        if (last == null) {
            return NONE;
        }
        int size = 0;
        for (NamedParameter named = last; named != null; named = named.earlier()) {
            size++;
        }
        int[] numbers = new int[size];
        for (NamedParameter named = last; named != null; named = named.earlier()) {
            numbers[--size] = named.number();
        }
        Arrays.sort(numbers);
        return numbers;
    }

    private int addNumbered(String digits) {
        int number = parse(digits);
        if (number == ILLEGAL) {
            return ILLEGAL;
        }
        if (number > largest) {
            if (number > largest + 1) {
                markUnused(largest + 1, number);
            }
            largest = number;
        } else if (unused != null) {
            unused.clear(number);
        }
        if (find('?', digits) == null) {
            remember('?', digits, number);
        }
        return number;
    }

    private void markUnused(int from, int to) {
        if (unused == null) {
            unused = new BitSet(to);
        }
        unused.set(from, to);
    }

    private int remember(char prefix, String name, int number) {
        if (byName == null) {
            byName = new LinkedHashMap<>();
        }
        byName.put(name, new NamedParameter(prefix, name, number, byName.get(name)));
        return number;
    }

    private @Nullable NamedParameter find(char prefix, String name) {
        NamedParameter named = byName == null ? null : byName.get(name);
        while (named != null && named.prefix() != prefix) {
            named = named.earlier();
        }
        return named;
    }

    private static int parse(String digits) {
        int number = 0;
        for (int i = 0; i < digits.length(); i++) {
            number = number * 10 + digits.charAt(i) - '0';
            if (number > LARGEST_NUMBER) {
                return ILLEGAL;
            }
        }
        return number;
    }
}
