package turso.r2dbc.codec;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StorageClass;

/** Dates, times and spans of time. The zone of the JVM plays no part in any of them. */
final class TemporalConversions {

    private static final String NO_SUCH_FORM = "it has none of the forms that mean one";

    private TemporalConversions() {}

    static List<Conversion<?>> all() {
        return List.of(
                new Conversion<>(LocalDate.class, LocalDate::toString, moment(LocalDate.class, TemporalValue::date)),
                new Conversion<>(LocalTime.class, TemporalFormat::format, moment(LocalTime.class, TemporalValue::time)),
                new Conversion<>(
                        LocalDateTime.class,
                        TemporalFormat::format,
                        moment(LocalDateTime.class, TemporalValue::toLocalDateTime)),
                new Conversion<>(Instant.class, TemporalFormat::format, TemporalConversions::toInstant),
                new Conversion<>(
                        OffsetDateTime.class,
                        OffsetDateTime::toString,
                        moment(OffsetDateTime.class, TemporalValue::toOffsetDateTime)),
                new Conversion<>(
                        OffsetTime.class, OffsetTime::toString, moment(OffsetTime.class, TemporalValue::toOffsetTime)),
                new Conversion<>(
                        ZonedDateTime.class,
                        ZonedDateTime::toString,
                        moment(ZonedDateTime.class, TemporalValue::toZonedDateTime)),
                new Conversion<>(Date.class, TemporalConversions::encode, TemporalConversions::toDate),
                new Conversion<>(Year.class, year -> (long) year.getValue(), TemporalConversions::toYear),
                new Conversion<>(YearMonth.class, TemporalFormat::format, parsed(YearMonth.class, YearMonth::parse)),
                new Conversion<>(Duration.class, Duration::toString, parsed(Duration.class, Duration::parse)),
                new Conversion<>(Period.class, Period::toString, parsed(Period.class, Period::parse)));
    }

    private static String encode(Date value) {
        Instant instant;
        try {
            instant = value.toInstant();
        } catch (UnsupportedOperationException notAnInstant) {
            throw new IllegalArgumentException(
                    value.getClass().getName() + " is no point in time: bind a LocalDate or a LocalTime", notAnInstant);
        }
        return TemporalFormat.format(instant);
    }

    private static <T> Conversion.Decoder<T> moment(Class<T> target, Function<TemporalValue, @Nullable T> part) {
        return (row, column, type) -> toMoment(row, column, type, target, part);
    }

    private static <T> @Nullable T toMoment(
            RowReader row, int column, DeclaredType type, Class<T> target, Function<TemporalValue, @Nullable T> part) {
        // The text first: a number's or a blob's text is never a date, so it only costs the few who store numbers.
        String text = row.text(column);
        if (text == null) {
            return null;
        }
        TemporalValue temporal = TemporalValue.parse(text);
        if (temporal == null) {
            Instant instant = numeric(row, column);
            temporal = instant == null ? null : TemporalValue.of(instant);
        }
        T value = temporal == null ? null : part.apply(temporal);
        if (value == null) {
            throw ConversionFailure.of(row, column, type, target, NO_SUCH_FORM);
        }
        return value;
    }

    private static @Nullable Instant numeric(RowReader row, int column) {
        return switch (row.storageClass(column)) {
            case INTEGER -> NumericTime.of(row.longValue(column));
            case REAL -> NumericTime.of(row.doubleValue(column));
            default -> null;
        };
    }

    private static @Nullable Instant toInstant(RowReader row, int column, DeclaredType type) {
        return toInstant(row, column, type, Instant.class);
    }

    private static @Nullable Instant toInstant(RowReader row, int column, DeclaredType type, Class<?> target) {
        String text = row.text(column);
        if (text == null) {
            return null;
        }
        TemporalValue temporal = TemporalValue.parse(text);
        Instant instant = temporal == null ? numeric(row, column) : temporal.toInstant();
        if (instant == null && temporal == null) {
            instant = outermost(text);
        }
        if (instant == null) {
            throw ConversionFailure.of(row, column, type, target, NO_SUCH_FORM);
        }
        return instant;
    }

    /** An Instant reaches one year further than the other types, so its first and last year have a form of their own. */
    private static @Nullable Instant outermost(String text) {
        if (!text.startsWith("-1000000000-") && !text.startsWith("+1000000000-")) {
            return null;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException malformed) {
            return null;
        }
    }

    private static @Nullable Date toDate(RowReader row, int column, DeclaredType type) {
        Instant instant = toInstant(row, column, type, Date.class);
        if (instant == null) {
            return null;
        }
        try {
            return Date.from(instant);
        } catch (IllegalArgumentException overflow) {
            throw ConversionFailure.of(row, column, type, Date.class, "it is beyond the range of a Date", overflow);
        }
    }

    private static @Nullable Year toYear(RowReader row, int column, DeclaredType type) {
        if (row.storageClass(column) != StorageClass.INTEGER) {
            return toParsed(row, column, type, Year.class, Year::parse);
        }
        long year = row.longValue(column);
        if (year < Year.MIN_VALUE || year > Year.MAX_VALUE) {
            throw ConversionFailure.of(row, column, type, Year.class, "it is beyond the range of a Year");
        }
        return Year.of((int) year);
    }

    private static <T> Conversion.Decoder<T> parsed(Class<T> target, Function<String, T> parser) {
        return (row, column, type) -> toParsed(row, column, type, target, parser);
    }

    private static <T> @Nullable T toParsed(
            RowReader row, int column, DeclaredType type, Class<T> target, Function<String, T> parser) {
        String text = row.text(column);
        if (text == null) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (DateTimeException malformed) {
            throw ConversionFailure.of(row, column, type, target, NO_SUCH_FORM, malformed);
        }
    }
}
