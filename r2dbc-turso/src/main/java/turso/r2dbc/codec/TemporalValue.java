package turso.r2dbc.codec;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * What a cell says of time: a date, a time of day, or both, with or without a zone. Without a zone it means UTC where an
 * instant is asked for, whatever the zone of the JVM.
 *
 * @param region the zone's name, only ever beside an offset
 */
record TemporalValue(
        @Nullable LocalDate date,
        @Nullable LocalTime time,
        @Nullable ZoneOffset offset,
        @Nullable ZoneId region) {

    /** Reads any of the forms that {@link TemporalParser} knows; null for every other text. */
    static @Nullable TemporalValue parse(String text) {
        try {
            return new TemporalParser(text).parse();
        } catch (DateTimeException impossible) {
            // The form is right and the date is not (31 April), or the zone is unknown.
            return null;
        }
    }

    static TemporalValue of(Instant instant) {
        LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        return new TemporalValue(utc.toLocalDate(), utc.toLocalTime(), ZoneOffset.UTC, null);
    }

    boolean isDateOnly() {
        return this.time == null;
    }

    boolean isTimeOnly() {
        return this.date == null;
    }

    boolean isZoned() {
        return this.offset != null;
    }

    /** The date and time as written; midnight if there is only a date, null if there is none. */
    @Nullable
    LocalDateTime toLocalDateTime() {
        if (this.date == null) {
            return null;
        }
        return LocalDateTime.of(this.date, this.time == null ? LocalTime.MIDNIGHT : this.time);
    }

    @Nullable
    OffsetDateTime toOffsetDateTime() {
        LocalDateTime local = toLocalDateTime();
        return local == null ? null : OffsetDateTime.of(local, offsetOrUtc());
    }

    @Nullable
    ZonedDateTime toZonedDateTime() {
        LocalDateTime local = toLocalDateTime();
        if (local == null) {
            return null;
        }
        // The offset decides: it tells the two hours apart that a zone runs through twice in autumn.
        return this.region == null
                ? ZonedDateTime.of(local, offsetOrUtc())
                : ZonedDateTime.ofInstant(local, offsetOrUtc(), this.region);
    }

    @Nullable
    Instant toInstant() {
        LocalDateTime local = toLocalDateTime();
        return local == null ? null : local.toInstant(offsetOrUtc());
    }

    @Nullable
    OffsetTime toOffsetTime() {
        return this.time == null ? null : OffsetTime.of(this.time, offsetOrUtc());
    }

    private ZoneOffset offsetOrUtc() {
        return this.offset == null ? ZoneOffset.UTC : this.offset;
    }
}
