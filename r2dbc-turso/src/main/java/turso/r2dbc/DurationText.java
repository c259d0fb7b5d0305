package turso.r2dbc;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Durations as people write them: {@code 250ms}, {@code 5s}, {@code 2m}, {@code 1h}, or ISO-8601. */
final class DurationText {

    static final String ACCEPTED = "a duration such as 250ms, 5s, 2m, 1h or (ISO-8601) PT5S";

    /** The longest the clock of a timer, which counts nanoseconds in 64 bits, can measure: 292 years. */
    static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    private static final Pattern SHORT = Pattern.compile("([+-]?\\d+)([a-z]*)");

    private static final Map<String, ChronoUnit> UNITS =
            Map.of("ms", ChronoUnit.MILLIS, "s", ChronoUnit.SECONDS, "m", ChronoUnit.MINUTES, "h", ChronoUnit.HOURS);

    private DurationText() {}

    /**
     * {@return the duration a text stands for, or null if it is none}
     *
     * @throws IllegalArgumentException if it lacks a unit or is out of range; the message continues a sentence that
     *     begins with the text
     */
    static @Nullable Duration parse(String text) {
        Matcher matcher = SHORT.matcher(text);
        if (!matcher.matches()) {
            return parseIso(text);
        }
        String unit = matcher.group(2);
        if (unit.isEmpty()) {
            throw new IllegalArgumentException("has no unit: write " + text + "s or " + text + "ms");
        }
        if (!UNITS.containsKey(unit)) {
            return null;
        }
        try {
            return checked(Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(unit)));
        } catch (NumberFormatException | ArithmeticException e) {
            throw outOfRange();
        }
    }

    private static @Nullable Duration parseIso(String text) {
        try {
            return checked(Duration.parse(text));
        } catch (DateTimeParseException e) {
            return null;
        }
    }

    /**
     * {@return the duration itself}
     *
     * @throws IllegalArgumentException if it is negative or longer than {@link #LONGEST}
     */
    static Duration checked(Duration duration) {
        if (duration.isNegative() || duration.compareTo(LONGEST) > 0) {
            throw outOfRange();
        }
        return duration;
    }

    private static IllegalArgumentException outOfRange() {
        return new IllegalArgumentException("is negative or longer than 292 years");
    }
}
