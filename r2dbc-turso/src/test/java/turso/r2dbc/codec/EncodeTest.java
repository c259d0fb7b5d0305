package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
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
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Java value to engine value: C-36 and C-50. */
class EncodeTest {

    private static final Codecs CODECS = Cells.LENIENT;

    /** An enum whose constants are of anonymous subclasses. */
    enum Shape {
        ROUND {
            @Override
            int corners() {
                return 0;
            }
        },
        SQUARE {
            @Override
            int corners() {
                return 4;
            }
        };

        abstract int corners();
    }

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of(42L, 42L),
                Arguments.of(42, 42L),
                Arguments.of((short) -42, -42L),
                Arguments.of((byte) -42, -42L),
                Arguments.of(true, 1L),
                Arguments.of(false, 0L),
                Arguments.of(0.1, 0.1),
                Arguments.of(Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY),
                Arguments.of(0.1f, 0.1),
                Arguments.of(16777216f, 16777216.0),
                Arguments.of(Float.POSITIVE_INFINITY, Double.POSITIVE_INFINITY),
                Arguments.of(new BigInteger("9223372036854775807"), Long.MAX_VALUE),
                Arguments.of(new BigInteger("-9223372036854775808"), Long.MIN_VALUE),
                Arguments.of(new BigInteger("9223372036854775808"), "9223372036854775808"),
                Arguments.of(new BigDecimal("12"), 12L),
                Arguments.of(new BigDecimal("12.00"), 12L),
                Arguments.of(new BigDecimal("0.00"), 0L),
                Arguments.of(new BigDecimal("0E+400"), 0L),
                Arguments.of(new BigDecimal("1E+18"), 1_000_000_000_000_000_000L),
                Arguments.of(new BigDecimal("9223372036854775807"), Long.MAX_VALUE),
                Arguments.of(new BigDecimal("-9223372036854775808.0"), Long.MIN_VALUE),
                Arguments.of(new BigDecimal("9223372036854775808"), "9223372036854775808"),
                Arguments.of(new BigDecimal("9223372036854775809"), "9223372036854775809"),
                Arguments.of(new BigDecimal("1E+19"), 1e19),
                Arguments.of(new BigDecimal("-9.962E+20"), -9.962e20),
                Arguments.of(new BigDecimal("1E+21"), "1E+21"),
                Arguments.of(new BigDecimal("9.962E+24"), "9.962E+24"),
                Arguments.of(new BigDecimal("1E+300"), "1E+300"),
                Arguments.of(new BigDecimal("1E+400"), "1E+400"),
                Arguments.of(new BigDecimal("-1E+400"), "-1E+400"),
                Arguments.of(new BigDecimal("1E-400"), "1E-400"),
                Arguments.of(new BigDecimal("1E+1000000000"), "1E+1000000000"),
                Arguments.of(new BigDecimal("12.5"), 12.5),
                Arguments.of(new BigDecimal("0.10"), 0.1),
                Arguments.of(new BigDecimal("-0.1"), -0.1),
                Arguments.of(new BigDecimal("12345678901.23"), 12345678901.23),
                Arguments.of(new BigDecimal("-12345678901.230"), -12345678901.23),
                Arguments.of(new BigDecimal("123456789012.34"), "123456789012.34"),
                Arguments.of(new BigDecimal("-123456789012.340"), "-123456789012.340"),
                Arguments.of(new BigDecimal("12345678901234.00"), 12345678901234L),
                Arguments.of(new BigDecimal("0.1234567890123456789"), "0.1234567890123456789"),
                Arguments.of(new BigDecimal("12345678901234567890.12"), "12345678901234567890.12"),
                Arguments.of("", ""),
                Arguments.of("a\0b", "a\0b"),
                Arguments.of(new StringBuilder("abc"), "abc"),
                Arguments.of(CharBuffer.wrap("abc"), "abc"),
                Arguments.of('ä', "ä"),
                Arguments.of(new byte[] {1, 2}, new byte[] {1, 2}),
                Arguments.of(
                        UUID.fromString("0D1C7B4A-93F2-4C1E-8A56-7F00C3D2E1B9"),
                        "0d1c7b4a-93f2-4c1e-8a56-7f00c3d2e1b9"),
                Arguments.of(URI.create("https://example.org/a"), "https://example.org/a"),
                Arguments.of(TimeUnit.DAYS, "DAYS"),
                Arguments.of(Shape.ROUND, "ROUND"),
                Arguments.of(LocalDate.of(2024, 2, 29), "2024-02-29"),
                Arguments.of(LocalDate.of(12024, 2, 29), "+12024-02-29"),
                Arguments.of(LocalDate.of(-44, 3, 15), "-0044-03-15"),
                Arguments.of(LocalTime.of(1, 2), "01:02:00.000000000"),
                Arguments.of(LocalTime.of(23, 59, 58, 987_654_321), "23:59:58.987654321"),
                Arguments.of(LocalDateTime.of(2024, 2, 9, 1, 2), "2024-02-09 01:02:00.000000000"),
                Arguments.of(LocalDateTime.of(1, 12, 31, 12, 34, 56, 1), "0001-12-31 12:34:56.000000001"),
                Arguments.of(LocalDateTime.of(0, 1, 1, 0, 0), "0000-01-01 00:00:00.000000000"),
                Arguments.of(LocalDateTime.of(9999, 12, 31, 23, 59, 59), "9999-12-31 23:59:59.000000000"),
                Arguments.of(LocalDateTime.of(10000, 1, 1, 0, 0), "+10000-01-01T00:00"),
                Arguments.of(LocalDateTime.of(-1, 12, 31, 23, 59), "-0001-12-31T23:59"),
                Arguments.of(Instant.EPOCH, "1970-01-01 00:00:00.000000000"),
                Arguments.of(Instant.parse("2024-02-09T01:02:03.004Z"), "2024-02-09 01:02:03.004000000"),
                Arguments.of(Instant.parse("0000-01-01T00:00:00Z"), "0000-01-01 00:00:00.000000000"),
                Arguments.of(Instant.parse("9999-12-31T23:59:59.999999999Z"), "9999-12-31 23:59:59.999999999"),
                Arguments.of(Instant.parse("+10000-01-01T00:00:00Z"), "+10000-01-01T00:00:00Z"),
                Arguments.of(Instant.parse("-0001-12-31T23:59:59.5Z"), "-0001-12-31T23:59:59.500Z"),
                Arguments.of(Instant.MAX, "+1000000000-12-31T23:59:59.999999999Z"),
                Arguments.of(new Date(1_700_000_000_123L), "2023-11-14 22:13:20.123000000"),
                Arguments.of(new Timestamp(), "2023-11-14 22:13:20.123456789"),
                Arguments.of(OffsetDateTime.parse("2024-02-09T01:02:03+02:00"), "2024-02-09T01:02:03+02:00"),
                Arguments.of(OffsetTime.parse("01:02+02:00"), "01:02+02:00"),
                Arguments.of(
                        ZonedDateTime.parse("2024-02-09T01:02:03+01:00[Europe/Berlin]"),
                        "2024-02-09T01:02:03+01:00[Europe/Berlin]"),
                Arguments.of(Year.of(2024), 2024L),
                Arguments.of(Year.of(-44), -44L),
                Arguments.of(YearMonth.of(2024, 2), "2024-02"),
                Arguments.of(YearMonth.of(9999, 12), "9999-12"),
                Arguments.of(YearMonth.of(10000, 1), "+10000-01"),
                Arguments.of(YearMonth.of(-44, 3), "-0044-03"),
                Arguments.of(Duration.ofSeconds(90), "PT1M30S"),
                Arguments.of(Period.of(1, 2, 3), "P1Y2M3D"));
    }

    /** Stands for java.sql.Timestamp, which this module does not know: a Date with nanoseconds. */
    private static final class Timestamp extends Date {

        private static final long serialVersionUID = 1;

        @Override
        public Instant toInstant() {
            return Instant.ofEpochSecond(1_700_000_000L, 123_456_789);
        }
    }

    /** Stands for java.sql.Date, which refuses to be an instant. */
    private static final class DateWithoutTime extends Date {

        private static final long serialVersionUID = 1;

        @Override
        public Instant toInstant() {
            throw new UnsupportedOperationException();
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueBecomesAnEngineValue(Object value, Object expected) {
        assertThat(CODECS.encode(value)).isEqualTo(expected).hasSameClassAs(expected);
        assertThat(CODECS.canEncode(value.getClass())).isTrue();
    }

    @Test
    void notANumberIsNullAsInSqlite() {
        assertThat(CODECS.encode(Double.NaN)).isNull();
        assertThat(CODECS.encode(Float.NaN)).isNull();
    }

    @Test
    void bytesAreNotCopied() {
        byte[] bytes = {1, 2};
        assertThat(CODECS.encode(bytes)).isSameAs(bytes);
    }

    @Test
    void theRemainingBytesOfABufferAreTakenAndItsPositionStays() {
        ByteBuffer heap = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 2);
        ByteBuffer direct =
                ByteBuffer.allocateDirect(4).put(0, new byte[] {0, 1, 2, 3}).position(2);

        assertThat(CODECS.encode(heap)).isEqualTo(new byte[] {1, 2});
        assertThat(CODECS.encode(heap.asReadOnlyBuffer())).isEqualTo(new byte[] {1, 2});
        assertThat(CODECS.encode(direct)).isEqualTo(new byte[] {2, 3});
        assertThat(CODECS.encode(ByteBuffer.allocate(0))).isEqualTo(new byte[0]);
        assertThat(heap.position()).isEqualTo(1);
        assertThat(heap.limit()).isEqualTo(3);
        assertThat(direct.position()).isEqualTo(2);
    }

    @Test
    void largeObjectsAreKnownButMustBeCollectedBefore() {
        assertThat(CODECS.canEncode(Blob.class)).isTrue();
        assertThat(CODECS.canEncode(Clob.class)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODECS.encode(Blob.from(Mono.empty())))
                .withMessage("A Blob is a stream: it must be collected before it can be encoded");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODECS.encode(Clob.from(Mono.empty())))
                .withMessage("A Clob is a stream: it must be collected before it can be encoded");
    }

    @Test
    void halfACharacterIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODECS.encode('\uD83D'))
                .withMessageStartingWith("Half of a surrogate pair is no text");
    }

    @Test
    void aDateThatIsNoInstantIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODECS.encode(new DateWithoutTime()))
                .withMessage(DateWithoutTime.class.getName() + " is no point in time: bind a LocalDate or a LocalTime")
                .withCauseInstanceOf(UnsupportedOperationException.class);
    }

    static Stream<Object> unknown() {
        return Stream.of(
                Map.of(), new Object(), String.class, new int[0], new AtomicInteger(1), List.of(), Thread.State.class);
    }

    @ParameterizedTest
    @MethodSource("unknown")
    void aValueWithoutCodecIsNamed(Object value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODECS.encode(value))
                .withMessageStartingWith(
                        "There is no codec for " + value.getClass().getName());
    }

    @Test
    void anOptionalIsNoValue() {
        for (Object value : new Object[] {
            Optional.of("a"), Optional.empty(), OptionalInt.of(1), OptionalLong.of(1), OptionalDouble.of(1)
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> CODECS.encode(value))
                    .withMessage("There is no codec for " + value.getClass().getName()
                            + ": bind its content, or bindNull if it is empty");
            assertThat(CODECS.canEncode(value.getClass())).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                int.class,
                boolean.class,
                char.class,
                Object.class,
                Number.class,
                CharSequence.class,
                StringBuilder.class,
                Enum.class,
                Shape.class,
                ByteBuffer.class,
                byte[].class,
                Date.class,
                java.nio.MappedByteBuffer.class
            })
    void aClassIsKnownByItselfOrByWhatItExtends(Class<?> type) {
        assertThat(CODECS.canEncode(type)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Class.class,
                Thread.class,
                Map.class,
                void.class,
                Void.class,
                int[].class,
                AtomicInteger.class,
                Comparable.class,
                Optional.class
            })
    void anyOtherClassIsUnknown(Class<?> type) {
        assertThat(CODECS.canEncode(type)).isFalse();
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODECS.encode(null))
                .withMessage("The value must not be null");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CODECS.canEncode(null))
                .withMessage("The type must not be null");
    }

    @Test
    void aShapeHasCorners() {
        assertThat(Shape.ROUND.corners() + Shape.SQUARE.corners()).isEqualTo(4);
        assertThat(Shape.ROUND.getClass()).isNotEqualTo(Shape.class);
        assertThat(CODECS.canEncode(Shape.ROUND.getClass())).isTrue();
    }
}
