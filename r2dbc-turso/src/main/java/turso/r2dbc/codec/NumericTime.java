package turso.r2dbc.codec;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Numbers read as points in time, the way SQLite's documentation has it: an INTEGER is Unix time, a REAL is a Julian day
 * number. Where a number cannot be that because it leaves SQLite's range of years (-4713 to 9999), it is what its size
 * says, as with SQLite's modifier {@code auto}: a large REAL is Unix time, and numbers too large for seconds are
 * milliseconds, which sqlite-jdbc writes for {@code java.util.Date}.
 *
 * @see <a href="https://www.sqlite.org/datatype3.html#date_and_time_datatype">Date and Time Datatype</a>
 * @see <a href="https://www.sqlite.org/lang_datefunc.html#modifiers">Modifiers</a>
 */
final class NumericTime {

    private static final double MILLIS_PER_SECOND = 1000;

    private static final double MILLIS_PER_DAY = 86_400_000;

    /** Julian day numbers count from noon of -4713-11-24, this many milliseconds before the Unix epoch. */
    private static final long JULIAN_EPOCH_MILLIS = 210_866_760_000_000L;

    /** The first Julian day number beyond the year 9999. */
    private static final double JULIAN_END = 5_373_484.5;

    private static final long MIN_SECOND = -210_866_760_000L;

    private static final long MAX_SECOND = 253_402_300_799L;

    /** The first double that is no 64-bit number of milliseconds. */
    private static final double MILLIS_END = 0x1p63;

    private NumericTime() {}

    static Instant of(long value) {
        return value >= MIN_SECOND && value <= MAX_SECOND ? Instant.ofEpochSecond(value) : Instant.ofEpochMilli(value);
    }

    /** {@return the point in time, to the millisecond, or null for a number that is none} */
    static @Nullable Instant of(double value) {
        if (value >= 0 && value < JULIAN_END) {
            return Instant.ofEpochMilli(Math.round(value * MILLIS_PER_DAY) - JULIAN_EPOCH_MILLIS);
        }
        if (value >= MIN_SECOND && value < MAX_SECOND + 1) {
            // The sum is rounded, not the product: SQLite does the same, so both see the same millisecond.
            return Instant.ofEpochMilli(
                    Math.round(value * MILLIS_PER_SECOND + JULIAN_EPOCH_MILLIS) - JULIAN_EPOCH_MILLIS);
        }
        return Math.abs(value) < MILLIS_END ? Instant.ofEpochMilli(Math.round(value)) : null;
    }
}
