package turso.r2dbc.spring;

import io.r2dbc.spi.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.convert.TypeDescriptor;
import org.springframework.core.convert.converter.Converter;
import org.springframework.core.convert.converter.ConverterFactory;
import org.springframework.core.convert.converter.GenericConverter;
import org.springframework.data.convert.ConverterBuilder;
import org.springframework.data.convert.ReadingConverter;

/**
 * What Spring cannot convert by itself of the values in a row, or would convert in the time zone of the JVM. There is
 * nothing to convert on the way to the database: the driver takes every type itself.
 *
 * <p>Spring reads the properties of an entity by {@code row.get(name)}, which follows the declared type of the column;
 * the types converted from are those the driver answers there. Whole rows are converted where a query yields one value
 * for each; the driver then knows the type that is wanted.
 */
final class TursoConverters {

    static final List<Object> ALL = List.of(
            reading(Number.class, Boolean.class, number -> number.doubleValue() != 0),

            // A column declared TIMESTAMP; without a zone it means UTC, as everywhere in the driver.
            reading(LocalDateTime.class, Instant.class, utc -> utc.toInstant(ZoneOffset.UTC)),
            reading(LocalDateTime.class, Date.class, utc -> Date.from(utc.toInstant(ZoneOffset.UTC))),
            reading(LocalDateTime.class, OffsetDateTime.class, utc -> utc.atOffset(ZoneOffset.UTC)),
            reading(LocalDateTime.class, ZonedDateTime.class, utc -> utc.atZone(ZoneOffset.UTC)),
            reading(OffsetDateTime.class, Date.class, moment -> Date.from(moment.toInstant())),

            // A column declared TEXT, or text that does not fit the declared type.
            reading(String.class, Instant.class, StoredTime::instant),
            reading(String.class, Date.class, text -> Date.from(StoredTime.instant(text))),
            reading(String.class, LocalDate.class, StoredTime::date),
            reading(String.class, LocalTime.class, StoredTime::time),
            reading(String.class, LocalDateTime.class, StoredTime::dateTime),
            reading(String.class, OffsetDateTime.class, StoredTime::offsetDateTime),
            reading(String.class, ZonedDateTime.class, StoredTime::zonedDateTime),

            // One value for each row.
            first(Instant.class),
            first(Date.class),
            first(OffsetTime.class),
            first(Duration.class),
            first(BigDecimal.class),
            first(BigInteger.class),
            first(byte[].class),
            first(ByteBuffer.class),
            FirstToBytes.INSTANCE,
            FirstToEnum.INSTANCE);

    private TursoConverters() {}

    private static <S, T> Object reading(Class<S> source, Class<T> target, Function<S, T> conversion) {
        return ConverterBuilder.reading(source, target, conversion).getReadingConverter();
    }

    private static <T> Object first(Class<T> target) {
        Function<Row, @Nullable T> first = row -> row.get(0, target);
        return ConverterBuilder.reading(Row.class, target, first).getReadingConverter();
    }

    /**
     * Of a method that returns {@code Mono<byte[]>} Spring Data asks for the element's type, {@code byte}, which cannot
     * mean anything else: publishers have no primitive elements.
     */
    @ReadingConverter
    private enum FirstToBytes implements GenericConverter {
        INSTANCE;

        @Override
        public Set<ConvertiblePair> getConvertibleTypes() {
            // Spring looks for converters of a primitive type under its box.
            return Set.of(new ConvertiblePair(Row.class, byte.class), new ConvertiblePair(Row.class, Byte.class));
        }

        @Override
        public @Nullable Object convert(@Nullable Object source, TypeDescriptor from, TypeDescriptor to) {
            Class<?> wanted = to.isPrimitive() ? byte[].class : Byte.class;
            return source == null ? null : ((Row) source).get(0, wanted);
        }
    }

    @ReadingConverter
    @SuppressWarnings("rawtypes")
    private enum FirstToEnum implements ConverterFactory<Row, Enum> {
        INSTANCE;

        @Override
        public <T extends Enum> Converter<Row, T> getConverter(Class<T> target) {
            return row -> row.get(0, target);
        }
    }
}
