package turso.r2dbc.codec;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/**
 * Writes dates and times so that text order is time order: {@code yyyy-MM-dd HH:mm:ss.SSSSSSSSS}, always of the same
 * width, in the form of {@code CURRENT_TIMESTAMP}. (ISO text with a fraction of varying length is not in order:
 * {@code 00Z} is greater than {@code 00.001Z}.)
 *
 * <p>Years that four digits cannot hold are written as ISO-8601 with a sign; they can be read back, but neither sort nor
 * mean anything to SQLite, whose functions end at the year 9999 too.
 */
final class TemporalFormat {

    private static final int MAX_YEAR = 9999;

    private static final int DATE_TIME_LENGTH = 29;

    private static final int TIME_LENGTH = 18;

    private static final int DATE_LENGTH = 10;

    /** Seconds since the epoch of 0000-01-01T00:00:00Z and of 9999-12-31T23:59:59Z. */
    private static final long MIN_EPOCH_SECOND = -62_167_219_200L;

    private static final long MAX_EPOCH_SECOND = 253_402_300_799L;

    private TemporalFormat() {}

    static String format(Instant value) {
        long second = value.getEpochSecond();
        if (second < MIN_EPOCH_SECOND || second > MAX_EPOCH_SECOND) {
            return value.toString();
        }
        return format(LocalDateTime.ofEpochSecond(second, value.getNano(), ZoneOffset.UTC));
    }

    static String format(LocalDateTime value) {
        int year = value.getYear();
        if (year < 0 || year > MAX_YEAR) {
            return value.toString();
        }
        byte[] text = new byte[DATE_TIME_LENGTH];
        digits(text, 0, 4, year);
        text[4] = '-';
        digits(text, 5, 2, value.getMonthValue());
        text[7] = '-';
        digits(text, 8, 2, value.getDayOfMonth());
        text[DATE_LENGTH] = ' ';
        time(text, DATE_LENGTH + 1, value.getHour(), value.getMinute(), value.getSecond(), value.getNano());
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    static String format(LocalTime value) {
        byte[] text = new byte[TIME_LENGTH];
        time(text, 0, value.getHour(), value.getMinute(), value.getSecond(), value.getNano());
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    /** As {@link YearMonth#parse} wants it, which its own {@code toString} forgets: large years have a sign. */
    static String format(YearMonth value) {
        return value.getYear() > MAX_YEAR ? "+" + value : value.toString();
    }

    private static void time(byte[] text, int start, int hour, int minute, int second, int nano) {
        digits(text, start, 2, hour);
        text[start + 2] = ':';
        digits(text, start + 3, 2, minute);
        text[start + 5] = ':';
        digits(text, start + 6, 2, second);
        text[start + 8] = '.';
        digits(text, start + 9, 9, nano);
    }

    private static void digits(byte[] text, int start, int width, int value) {
        int rest = value;
        for (int index = start + width - 1; index >= start; index--) {
            text[index] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
