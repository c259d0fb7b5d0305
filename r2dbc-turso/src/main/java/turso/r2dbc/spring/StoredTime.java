package turso.r2dbc.spring;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/**
 * Dates and times in columns that are not declared as such: ISO-8601, the forms of SQLite's own functions and of
 * {@code CURRENT_TIMESTAMP}, and the driver's form of fixed width. Without a zone they mean UTC.
 *
 * <p>Each method throws {@link java.time.DateTimeException} for text that says something else.
 */
final class StoredTime {

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendPattern("[ ]")
            .appendOffset("+HH:mm:ss", "Z")
            .optionalStart()
            .appendLiteral('[')
            .appendZoneRegionId()
            .appendLiteral(']')
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private static final DateTimeFormatter FORM = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][ ]")
            .append(TIME)
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private StoredTime() {}

    static Instant instant(String text) {
        return offsetDateTime(text).toInstant();
    }

    static LocalDate date(String text) {
        return LocalDate.from(FORM.parse(text));
    }

    /** {@return the time of day, from text with or without a date} */
    static LocalTime time(String text) {
        boolean onlyTime = text.indexOf(':') >= 0 && text.indexOf(':') < 3;
        return LocalTime.from(onlyTime ? TIME.parse(text) : FORM.parse(text));
    }

    /** {@return what is written, without the zone if there is one; midnight if there is only a date} */
    static LocalDateTime dateTime(String text) {
        return dateTime(FORM.parse(text));
    }

    static OffsetDateTime offsetDateTime(String text) {
        return zonedDateTime(text).toOffsetDateTime();
    }

    static ZonedDateTime zonedDateTime(String text) {
        TemporalAccessor parsed = FORM.parse(text);
        ZoneOffset offset = parsed.query(TemporalQueries.offset());
        ZoneId region = parsed.query(TemporalQueries.zoneId());
        ZoneOffset known = offset == null ? ZoneOffset.UTC : offset;
        return ZonedDateTime.ofInstant(dateTime(parsed), known, region == null ? known : region);
    }

    private static LocalDateTime dateTime(TemporalAccessor parsed) {
        LocalTime time = parsed.query(TemporalQueries.localTime());
        return LocalDateTime.of(LocalDate.from(parsed), time == null ? LocalTime.MIDNIGHT : time);
    }
}
