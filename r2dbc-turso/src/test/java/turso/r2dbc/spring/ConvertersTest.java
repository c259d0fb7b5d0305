package turso.r2dbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static turso.r2dbc.TestDatabase.await;

import io.r2dbc.spi.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.convert.ConversionException;
import org.springframework.core.convert.support.DefaultConversionService;
import org.springframework.data.r2dbc.convert.R2dbcCustomConversions;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/** Each converter, as Spring Data calls it; under a time zone that would show if it played a part. */
class ConvertersTest {

    private enum Colour {
        RED
    }

    private static final Instant MOMENT = Instant.parse("2024-10-27T00:30:00.5Z");

    private final DefaultConversionService service = new DefaultConversionService();

    private final TimeZone before = TimeZone.getDefault();

    @BeforeEach
    void setUp() {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
        R2dbcCustomConversions.of(TursoDialect.INSTANCE).registerConvertersIn(this.service);
    }

    @AfterEach
    void restoreTimeZone() {
        TimeZone.setDefault(this.before);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "-2, true", "0.5, true"})
    void numbersAreBooleans(BigDecimal number, boolean expected) {
        assertThat(this.service.convert(number, Boolean.class)).isEqualTo(expected);
        assertThat(this.service.convert(number.doubleValue(), Boolean.class)).isEqualTo(expected);
    }

    @Test
    void localDateTimeIsMeantInUtc() {
        LocalDateTime stored = LocalDateTime.parse("2024-10-27T00:30:00.5");

        assertThat(this.service.convert(stored, Instant.class)).isEqualTo(MOMENT);
        assertThat(this.service.convert(stored, Date.class)).isEqualTo(Date.from(MOMENT));
        assertThat(this.service.convert(stored, OffsetDateTime.class)).isEqualTo("2024-10-27T00:30:00.5Z");
        assertThat(this.service.convert(stored, ZonedDateTime.class)).isEqualTo("2024-10-27T00:30:00.5Z");
        assertThat(this.service.convert(OffsetDateTime.parse("2024-10-27T01:30:00.5+01:00"), Date.class))
                .isEqualTo(Date.from(MOMENT));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-10-27 00:30:00.500000000",
                "2024-10-27T00:30:00.5",
                "2024-10-27T00:30:00.5Z",
                "2024-10-27 00:30:00.500Z",
                "2024-10-27T02:30:00.5+02:00",
                "2024-10-27 02:30:00.5 +02:00",
                "2024-10-27T01:30:00.5+01:00[Europe/Berlin]"
            })
    void textIsAMoment(String text) {
        assertThat(this.service.convert(text, Instant.class)).isEqualTo(MOMENT);
        assertThat(this.service.convert(text, Date.class)).isEqualTo(Date.from(MOMENT));
        assertThat(this.service.convert(text, OffsetDateTime.class).toInstant()).isEqualTo(MOMENT);
        assertThat(this.service.convert(text, ZonedDateTime.class).toInstant()).isEqualTo(MOMENT);
    }

    @Test
    void offsetsAndRegionsOfTextAreKept() {
        String text = "2024-10-27T02:30:00+01:00[Europe/Berlin]";

        assertThat(this.service.convert(text, ZonedDateTime.class)).isEqualTo(ZonedDateTime.parse(text));
        assertThat(this.service.convert("2024-10-27T02:30+05:30", OffsetDateTime.class))
                .isEqualTo("2024-10-27T02:30+05:30");
        assertThat(this.service.convert(text, LocalDateTime.class)).isEqualTo("2024-10-27T02:30:00");
    }

    @Test
    void textIsADateOrATimeOfDay() {
        assertThat(this.service.convert("2024-03-09", LocalDate.class)).isEqualTo("2024-03-09");
        assertThat(this.service.convert("2024-03-09 07:08", LocalDate.class)).isEqualTo("2024-03-09");
        assertThat(this.service.convert("2024-03-09", LocalDateTime.class)).isEqualTo("2024-03-09T00:00");
        assertThat(this.service.convert("07:08:09.000000000", LocalTime.class)).isEqualTo("07:08:09");
        assertThat(this.service.convert("07:08", LocalTime.class)).isEqualTo("07:08");
        assertThat(this.service.convert("2024-03-09 07:08:09", LocalTime.class)).isEqualTo("07:08:09");
        assertThat(this.service.convert("+12345-03-09T07:08", LocalTime.class)).isEqualTo("07:08");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "2024-02-30 00:00:00", "2024-03-09 25:00", "12", "2024-03-09 "})
    void otherTextIsAnError(String text) {
        assertThatExceptionOfType(ConversionException.class)
                .isThrownBy(() -> this.service.convert(text, Instant.class))
                .withCauseInstanceOf(DateTimeException.class);
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("'2024-10-27 00:30:00.5'", MOMENT),
                Arguments.of("'2024-10-27 00:30:00.5'", Date.from(MOMENT)),
                Arguments.of("'07:08+01:00'", OffsetTime.parse("07:08+01:00")),
                Arguments.of("'PT1M'", Duration.ofMinutes(1)),
                Arguments.of("'0.12345678901234567890'", new BigDecimal("0.12345678901234567890")),
                Arguments.of("'123456789012345678901234567890'", new BigInteger("123456789012345678901234567890")),
                Arguments.of("x'6162'", ByteBuffer.wrap("ab".getBytes(StandardCharsets.US_ASCII))),
                Arguments.of("'RED'", Colour.RED),
                Arguments.of("7", 7),
                Arguments.of("7", (byte) 7),
                Arguments.of("7.5", new BigDecimal("7.5")));
    }

    @ParameterizedTest
    @MethodSource("values")
    void rowOfOneValueIsThatValue(String expression, Object expected) {
        assertThat(first(expression, expected.getClass())).isEqualTo(expected);
    }

    @Test
    void rowOfOneBlobIsItsBytes() {
        assertThat(first("x'6162'", byte[].class)).containsExactly('a', 'b');
    }

    private <T> T first(String expression, Class<T> type) {
        Class<T> wanted = target(type);
        try (TestDatabase database = TestDatabase.memory()) {
            TursoConnection connection = database.connect();
            return await(connection
                            .createStatement("SELECT " + expression)
                            .execute()
                            .flatMap(result -> result.map((row, metadata) -> convert(row, wanted))))
                    .get(0);
        }
    }

    /** {@return the type as a query method would declare it, where the value's own class is an implementation} */
    @SuppressWarnings("unchecked")
    private static <T> Class<T> target(Class<T> type) {
        return ByteBuffer.class.isAssignableFrom(type) ? (Class<T>) ByteBuffer.class : type;
    }

    private <T> T convert(Row row, Class<T> type) {
        assertThat(R2dbcCustomConversions.of(TursoDialect.INSTANCE).hasCustomReadTarget(Row.class, type))
                .isTrue();
        return this.service.convert(row, type);
    }
}
