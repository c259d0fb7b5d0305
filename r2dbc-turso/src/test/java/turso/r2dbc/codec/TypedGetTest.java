package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DayOfWeek;
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
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code get} with a class, storage class by target class: C-44 and C-50. */
class TypedGetTest {

    private static final Cells CELLS = new Cells();

    private static final String NO_NUMBER = "it is no number";

    private static final String BITS_64 = "it does not fit 64 bits";

    private static final String BITS_32 = "it does not fit 32 bits";

    private static final String BITS_16 = "it does not fit 16 bits";

    private static final String BITS_8 = "it does not fit 8 bits";

    private static final String NO_FORM = "it has none of the forms that mean one";

    private static final String NO_BOOLEAN = "it is neither a number nor true or false";

    private static final String NO_UUID = "neither 8-4-4-4-12 hexadecimal digits nor a blob of 16 bytes";

    private static final List<Class<?>> TARGETS = List.of(
            String.class,
            Boolean.class,
            Byte.class,
            Short.class,
            Integer.class,
            Long.class,
            Float.class,
            Double.class,
            BigInteger.class,
            BigDecimal.class,
            Number.class,
            Character.class,
            CharSequence.class,
            byte[].class,
            ByteBuffer.class,
            Blob.class,
            Clob.class,
            LocalDate.class,
            LocalTime.class,
            LocalDateTime.class,
            Instant.class,
            OffsetDateTime.class,
            OffsetTime.class,
            ZonedDateTime.class,
            Year.class,
            YearMonth.class,
            Duration.class,
            Period.class,
            Date.class,
            UUID.class,
            URI.class,
            DayOfWeek.class,
            TimeUnit.class,
            Object.class);

    @AfterAll
    static void close() {
        CELLS.close();
    }

    static Stream<Arguments> readable() {
        return Stream.of(
                // Integers
                cell("INTEGER", "42", Long.class, 42L),
                cell("INTEGER", "0", Long.class, 0L),
                cell("INTEGER", "9223372036854775807", Long.class, Long.MAX_VALUE),
                cell("INTEGER", "-9223372036854775808", Long.class, Long.MIN_VALUE),
                cell("INTEGER", "42", Integer.class, 42),
                cell("INTEGER", "0", Integer.class, 0),
                cell("BIGINT", "2147483647", Integer.class, Integer.MAX_VALUE),
                cell("BIGINT", "-2147483648", Integer.class, Integer.MIN_VALUE),
                cell("INTEGER", "32767", Short.class, Short.MAX_VALUE),
                cell("INTEGER", "-32768", Short.class, Short.MIN_VALUE),
                cell("INTEGER", "0", Short.class, (short) 0),
                cell("INTEGER", "127", Byte.class, Byte.MAX_VALUE),
                cell("INTEGER", "-128", Byte.class, Byte.MIN_VALUE),
                cell("INTEGER", "0", Byte.class, (byte) 0),
                cell("REAL", "1.9", Long.class, 1L),
                cell("REAL", "-1.9", Integer.class, -1),
                cell("REAL", "0.9", Long.class, 0L),
                cell("REAL", "0.9", Short.class, (short) 0),
                cell("REAL", "-9223372036854775808.0", Long.class, Long.MIN_VALUE),
                cell("REAL", "9223372036854774784.0", Long.class, 9223372036854774784L),
                cell("TEXT", "'42'", Long.class, 42L),
                cell("TEXT", "'42abc'", Long.class, 42L),
                cell("TEXT", "' 42'", Integer.class, 42),
                cell("TEXT", "'0'", Long.class, 0L),
                cell("TEXT", "'000'", Integer.class, 0),
                cell("TEXT", "'-0'", Long.class, 0L),
                cell("TEXT", "'+0'", Long.class, 0L),
                cell("TEXT", "char(9,10,11,12,13) || ' 0'", Long.class, 0L),
                cell("TEXT", "'.5'", Long.class, 0L),
                cell("TEXT", "'0x10'", Long.class, 0L),
                cell("TEXT", "'9'", Byte.class, (byte) 9),
                cell("TEXT", "'9223372036854775807'", Long.class, Long.MAX_VALUE),
                cell("TEXT", "'+09223372036854775807.9x'", Long.class, Long.MAX_VALUE),
                cell("TEXT", "'-9223372036854775808'", Long.class, Long.MIN_VALUE),
                cell("BLOB", "x'3432'", Long.class, 42L),
                // Floating point
                cell("REAL", "0.1", Double.class, 0.1),
                cell("REAL", "0", Double.class, 0.0),
                cell("INTEGER", "0", Double.class, 0.0),
                cell("INTEGER", "3", Double.class, 3.0),
                cell("", "1e400", Double.class, Double.POSITIVE_INFINITY),
                cell("TEXT", "'1.5'", Double.class, 1.5),
                cell("TEXT", "'1e3'", Double.class, 1000.0),
                cell("TEXT", "'0.0'", Double.class, 0.0),
                cell("TEXT", "'-.0'", Double.class, -0.0),
                cell("REAL", "0.1", Float.class, 0.1f),
                cell("REAL", "0", Float.class, 0f),
                cell("INTEGER", "16777216", Float.class, 16777216f),
                cell("", "-1e400", Float.class, Float.NEGATIVE_INFINITY),
                cell("REAL", "3.4028234663852886e38", Float.class, Float.MAX_VALUE),
                // Exact numbers
                cell("INTEGER", "9223372036854775807", BigInteger.class, BigInteger.valueOf(Long.MAX_VALUE)),
                cell("TEXT", "'9223372036854775808'", BigInteger.class, new BigInteger("9223372036854775808")),
                cell("TEXT", "'-12.9'", BigInteger.class, new BigInteger("-12")),
                cell("REAL", "1e20", BigInteger.class, new BigInteger("100000000000000000000")),
                cell("REAL", "2.9", BigInteger.class, BigInteger.TWO),
                cell("TEXT", "'1e99999'", BigInteger.class, BigInteger.TEN.pow(99_999)),
                cell("INTEGER", "5", BigDecimal.class, new BigDecimal("5")),
                cell("REAL", "0.1", BigDecimal.class, new BigDecimal("0.1")),
                cell("TEXT", "'0.10'", BigDecimal.class, new BigDecimal("0.10")),
                cell("TEXT", "' 1e3 '", BigDecimal.class, new BigDecimal("1e3")),
                cell("DECIMAL(10,2)", "12.3", BigDecimal.class, new BigDecimal("12.30")),
                cell("DECIMAL(10,2)", "12", BigDecimal.class, new BigDecimal("12.00")),
                cell(
                        "DECIMAL(10,2)",
                        "'0.123456789012345678901'",
                        BigDecimal.class,
                        new BigDecimal("0.12345678901234568")),
                cell("INTEGER", "5", Number.class, 5),
                cell("BIGINT", "5", Number.class, 5L),
                cell("", "5", Number.class, 5L),
                cell("BOOLEAN", "1", Number.class, 1L),
                cell("REAL", "0.5", Number.class, 0.5),
                cell("DECIMAL", "5", Number.class, new BigDecimal("5")),
                cell("TEXT", "'0.50'", Number.class, new BigDecimal("0.50")),
                // Boolean
                cell("BOOLEAN", "1", Boolean.class, true),
                cell("BOOLEAN", "0", Boolean.class, false),
                cell("INTEGER", "-7", Boolean.class, true),
                cell("REAL", "0.5", Boolean.class, true),
                cell("REAL", "0.0", Boolean.class, false),
                cell("TEXT", "'TRUE'", Boolean.class, true),
                cell("TEXT", "'t'", Boolean.class, true),
                cell("TEXT", "'Yes'", Boolean.class, true),
                cell("TEXT", "'y'", Boolean.class, true),
                cell("TEXT", "'on'", Boolean.class, true),
                cell("TEXT", "'false'", Boolean.class, false),
                cell("TEXT", "'F'", Boolean.class, false),
                cell("TEXT", "'no'", Boolean.class, false),
                cell("TEXT", "'N'", Boolean.class, false),
                cell("TEXT", "'OFF'", Boolean.class, false),
                cell("TEXT", "'1'", Boolean.class, true),
                cell("TEXT", "'0'", Boolean.class, false),
                cell("TEXT", "'0.5'", Boolean.class, true),
                // Text
                cell("TEXT", "'äöü€😀'", String.class, "äöü€😀"),
                cell("TEXT", "''", String.class, ""),
                cell("TEXT", "'a' || char(0) || 'b'", String.class, "a\0b"),
                cell("INTEGER", "12", String.class, "12"),
                cell("REAL", "2.5", String.class, "2.5"),
                cell("BLOB", "x'c3a4'", String.class, "ä"),
                cell("DATE", "'2024-01-02'", String.class, "2024-01-02"),
                cell("TEXT", "'abc'", CharSequence.class, "abc"),
                cell("TEXT", "'ä'", Character.class, 'ä'),
                cell("INTEGER", "7", Character.class, '7'),
                cell("TEXT", "char(0)", Character.class, '\0'),
                // Bytes
                cell("BLOB", "x'00ff'", byte[].class, new byte[] {0, -1}),
                cell("BLOB", "x''", byte[].class, new byte[0]),
                cell("TEXT", "'ä'", byte[].class, "ä".getBytes(StandardCharsets.UTF_8)),
                cell("TEXT", "''", byte[].class, new byte[0]),
                cell("INTEGER", "12", byte[].class, new byte[] {'1', '2'}),
                cell("BLOB", "x'00ff'", ByteBuffer.class, ByteBuffer.wrap(new byte[] {0, -1})),
                cell("BLOB", "x''", ByteBuffer.class, ByteBuffer.allocate(0)),
                // Others
                cell(
                        "TEXT",
                        "'0d1c7b4a-93f2-4c1e-8a56-7f00c3d2e1b9'",
                        UUID.class,
                        UUID.fromString("0d1c7b4a-93f2-4c1e-8a56-7f00c3d2e1b9")),
                cell(
                        "BLOB",
                        "x'0d1c7b4a93f24c1e8a567f00c3d2e1b9'",
                        UUID.class,
                        UUID.fromString("0d1c7b4a-93f2-4c1e-8a56-7f00c3d2e1b9")),
                cell("TEXT", "'https://example.org/a?b=c'", URI.class, URI.create("https://example.org/a?b=c")),
                cell("TEXT", "'MONDAY'", DayOfWeek.class, DayOfWeek.MONDAY),
                cell("TEXT", "'SECONDS'", TimeUnit.class, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void aStoredValueIsConverted(String declaration, String expression, Class<?> target, Object expected) {
        @Nullable Object value = CELLS.literal(declaration, expression, Cells.typed(target));

        assertThat(value).isEqualTo(expected);
        assertThat(value).isInstanceOf(target);
        assertThat(value).hasSameClassAs(expected);
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                cell("INTEGER", "2147483648", Integer.class, BITS_32),
                cell("INTEGER", "-2147483649", Integer.class, BITS_32),
                cell("INTEGER", "9223372036854775807", Integer.class, BITS_32),
                cell("TEXT", "'2147483648'", Integer.class, BITS_32),
                cell("REAL", "2147483648.5", Integer.class, BITS_32),
                cell("INTEGER", "32768", Short.class, BITS_16),
                cell("INTEGER", "-32769", Short.class, BITS_16),
                cell("INTEGER", "128", Byte.class, BITS_8),
                cell("INTEGER", "-129", Byte.class, BITS_8),
                cell("REAL", "9223372036854775808.0", Long.class, BITS_64),
                cell("REAL", "-9223372036854777856.0", Long.class, BITS_64),
                cell("REAL", "1e300", Integer.class, BITS_64),
                cell("REAL", "-1e300", Short.class, BITS_64),
                cell("", "1e400", Long.class, BITS_64),
                cell("TEXT", "'9223372036854775808'", Long.class, BITS_64),
                cell("TEXT", "'-9223372036854775809'", Long.class, BITS_64),
                cell("TEXT", "'10000000000000000000'", Long.class, BITS_64),
                cell("TEXT", "'-0009223372036854775809'", Long.class, BITS_64),
                cell("TEXT", "' 0009223372036854775808'", Integer.class, BITS_64),
                cell("TEXT", "'1e100000'", BigInteger.class, "it is no integer"),
                cell("TEXT", "'99999999999999999999999'", Byte.class, BITS_64),
                cell("TEXT", "'abc'", Long.class, NO_NUMBER),
                cell("TEXT", "''", Long.class, NO_NUMBER),
                cell("TEXT", "' '", Long.class, NO_NUMBER),
                cell("TEXT", "'-'", Long.class, NO_NUMBER),
                cell("TEXT", "'.'", Long.class, NO_NUMBER),
                cell("TEXT", "'--1'", Long.class, NO_NUMBER),
                cell("TEXT", "'..1'", Double.class, NO_NUMBER),
                cell("TEXT", "char(8) || '0'", Long.class, NO_NUMBER),
                cell("TEXT", "char(14) || '0'", Long.class, NO_NUMBER),
                cell("TEXT", "'/'", Integer.class, NO_NUMBER),
                cell("TEXT", "':'", Integer.class, NO_NUMBER),
                cell("TEXT", "'abc'", Integer.class, NO_NUMBER),
                cell("TEXT", "'abc'", Short.class, NO_NUMBER),
                cell("TEXT", "'abc'", Byte.class, NO_NUMBER),
                cell("TEXT", "'abc'", Double.class, NO_NUMBER),
                cell("TEXT", "'Infinity'", Float.class, NO_NUMBER),
                cell("BLOB", "x'00'", Long.class, NO_NUMBER),
                cell("BLOB", "x'30'", Double.class, NO_NUMBER),
                cell("REAL", "3.5e38", Float.class, "it is beyond the range of a float"),
                cell("REAL", "-1e300", Float.class, "it is beyond the range of a float"),
                cell("", "1e400", BigDecimal.class, "it is infinite"),
                cell("", "-1e400", BigInteger.class, "it is infinite"),
                cell("TEXT", "'12abc'", BigDecimal.class, "it is no decimal number"),
                cell("TEXT", "''", BigDecimal.class, "it is no decimal number"),
                cell("BLOB", "x'31'", BigDecimal.class, NO_NUMBER),
                cell("TEXT", "'12abc'", BigInteger.class, "it is no integer"),
                cell("TEXT", "'1e1000000000'", BigInteger.class, "it is no integer"),
                cell("BLOB", "x'31'", BigInteger.class, NO_NUMBER),
                cell("TEXT", "'abc'", Number.class, NO_NUMBER),
                cell("BLOB", "x'31'", Number.class, NO_NUMBER),
                cell("TEXT", "'abc'", Boolean.class, NO_BOOLEAN),
                cell("TEXT", "''", Boolean.class, NO_BOOLEAN),
                cell("BLOB", "x'00'", Boolean.class, NO_BOOLEAN),
                cell("TEXT", "''", Character.class, "it is not exactly one character"),
                cell("TEXT", "'ab'", Character.class, "it is not exactly one character"),
                cell("TEXT", "'😀'", Character.class, "it is not exactly one character"),
                cell("TEXT", "'x'", UUID.class, NO_UUID),
                cell("INTEGER", "1", UUID.class, NO_UUID),
                cell("REAL", "1.5", UUID.class, NO_UUID),
                cell("BLOB", "x'31'", UUID.class, NO_UUID),
                cell("TEXT", "'a b'", URI.class, "Illegal character in path"),
                cell("TEXT", "'monday'", DayOfWeek.class, "the enum has no constant of that name"),
                cell("INTEGER", "1", DayOfWeek.class, "the enum has no constant of that name"),
                cell("TEXT", "''", TimeUnit.class, "the enum has no constant of that name"),
                cell("TEXT", "'abc'", LocalDate.class, NO_FORM),
                cell("TEXT", "''", LocalDate.class, NO_FORM),
                cell("TEXT", "'2024-02-30'", LocalDate.class, NO_FORM),
                cell("TEXT", "'10:00'", LocalDate.class, NO_FORM),
                cell("TEXT", "'2024-02-29'", LocalTime.class, NO_FORM),
                cell("TEXT", "'24:00'", LocalTime.class, NO_FORM),
                cell("TEXT", "'10:00'", LocalDateTime.class, NO_FORM),
                cell("TEXT", "'10:00Z'", Instant.class, NO_FORM),
                cell("TEXT", "'abc'", Instant.class, NO_FORM),
                cell("TEXT", "'-1000000000-xx'", Instant.class, NO_FORM),
                cell("TEXT", "'10:00Z'", OffsetDateTime.class, NO_FORM),
                cell("TEXT", "'10:00Z'", ZonedDateTime.class, NO_FORM),
                cell("TEXT", "'2024-02-29'", OffsetTime.class, NO_FORM),
                cell("TEXT", "'abc'", Date.class, NO_FORM),
                cell("TEXT", "'+1000000000-12-31T23:59:59Z'", Date.class, "it is beyond the range of a Date"),
                cell("BLOB", "x'00'", LocalDateTime.class, NO_FORM),
                cell("", "1e400", Instant.class, NO_FORM),
                cell("TEXT", "'abc'", Year.class, NO_FORM),
                cell("INTEGER", "1000000000", Year.class, "it is beyond the range of a Year"),
                cell("INTEGER", "-1000000000", Year.class, "it is beyond the range of a Year"),
                cell("TEXT", "'2024'", YearMonth.class, NO_FORM),
                cell("TEXT", "'10'", Duration.class, NO_FORM),
                cell("INTEGER", "10", Duration.class, NO_FORM),
                cell("TEXT", "'PT1H'", Period.class, NO_FORM));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void aValueThatIsNoneSaysColumnValueAndTarget(
            String declaration, String expression, Class<?> target, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.<@Nullable Object>literal(declaration, expression, Cells.typed(target)))
                .withMessageStartingWith("Column 'v' (index 0")
                .withMessageContaining(" cannot be read as " + target.getTypeName() + ": ")
                .withMessageEndingWith(": " + reason);
    }

    private static Arguments cell(String declaration, String expression, Class<?> target, Object expected) {
        return Arguments.of(declaration, expression, target, expected);
    }

    static List<Class<?>> targets() {
        return TARGETS;
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nullIsNullForEveryTarget(Class<?> target) {
        for (String declaration :
                new String[] {"", "INTEGER", "TEXT", "BOOLEAN", "UUID", "TIMESTAMP", "DECIMAL(5,2)"}) {
            assertThat(CELLS.<@Nullable Object>literal(declaration, "NULL", Cells.typed(target)))
                    .isNull();
            assertThat(CELLS.<@Nullable Object>literal(declaration, "NULL", Cells.strict(target)))
                    .isNull();
        }
    }

    static Stream<Arguments> primitives() {
        return Stream.of(
                Arguments.of(int.class, "java.lang.Integer", 7),
                Arguments.of(long.class, "java.lang.Long", 7L),
                Arguments.of(short.class, "java.lang.Short", (short) 7),
                Arguments.of(byte.class, "java.lang.Byte", (byte) 7),
                Arguments.of(double.class, "java.lang.Double", 7.0),
                Arguments.of(float.class, "java.lang.Float", 7f),
                Arguments.of(boolean.class, "java.lang.Boolean", true),
                Arguments.of(char.class, "java.lang.Character", '7'));
    }

    @ParameterizedTest
    @MethodSource("primitives")
    void aPrimitiveIsReadAsItsBoxButNeverNull(Class<?> primitive, String box, Object expected) {
        assertThat(CELLS.<@Nullable Object>literal("INTEGER", "7", Cells.typed(primitive)))
                .isEqualTo(expected);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.<@Nullable Object>literal("INTEGER", "NULL", Cells.typed(primitive)))
                .withMessage("Column 'v' (index 0, declared INTEGER): NULL cannot be read as " + primitive
                        + ": ask for " + box + ", which can be null");
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                Thread.class,
                Comparable.class,
                java.io.Serializable.class,
                void.class,
                int[].class,
                Void.class,
                Enum.class,
                List.class
            })
    void aClassWithoutCodecIsNamed(Class<?> target) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.<@Nullable Object>literal("TEXT", "'x'", Cells.typed(target)))
                .withMessage("There is no codec that reads " + target.getTypeName());
    }

    @Test
    @SuppressWarnings("NullAway")
    void aNullTargetIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.<@Nullable Object>literal(
                        "TEXT", "'x'", (row, type) -> Cells.LENIENT.decode(row, 0, type, (Class<Object>) null)))
                .withMessage("The target class must not be null");
    }

    @Test
    void numbersAskForTheStorageClassOnlyInDoubt() {
        for (Class<?> target : Arrays.asList(
                Long.class, Integer.class, Short.class, Byte.class, Double.class, Float.class, Boolean.class)) {
            assertThat(questions("INTEGER", "42", target))
                    .as("%s of 42", target)
                    .isZero();
            assertThat(questions("TEXT", "'42'", target))
                    .as("%s of '42'", target)
                    .isZero();
            assertThat(questions("INTEGER", "0", target)).as("%s of 0", target).isEqualTo(1);
            assertThat(questions("INTEGER", "NULL", target))
                    .as("%s of NULL", target)
                    .isEqualTo(1);
        }
        assertThat(questions("INTEGER", "9223372036854775807", Long.class)).isEqualTo(1);
        assertThat(questions("INTEGER", "-9223372036854775808", Long.class)).isEqualTo(1);
        assertThat(questions("TEXT", "'x'", String.class)).isZero();
        assertThat(questions("TEXT", "NULL", String.class)).isZero();
        assertThat(questions("BLOB", "x'00'", byte[].class)).isZero();
        assertThat(questions("TEXT", "'2024-01-01'", LocalDate.class)).isZero();
        assertThat(questions("TEXT", "'2024-01-01'", Instant.class)).isZero();
    }

    private static int questions(String declaration, String expression, Class<?> target) {
        return CELLS.literal(declaration, expression, (row, type) -> {
            Cells.LENIENT.decode(row, 0, type, target);
            return row.storageClassQuestions();
        });
    }

    @Test
    void largeValuesAreConverted() {
        byte[] blob = new byte[5 << 20];
        Arrays.fill(blob, (byte) 'a');
        blob[blob.length - 1] = 'z';

        assertThat(CELLS.bound("BLOB", blob, Cells.typed(byte[].class))).isEqualTo(blob);
        assertThat(CELLS.bound("BLOB", blob, Cells.typed(ByteBuffer.class))).isEqualTo(ByteBuffer.wrap(blob));
        assertThat(CELLS.bound("BLOB", blob, Cells.typed(String.class)))
                .isEqualTo(new String(blob, StandardCharsets.US_ASCII));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.bound("TEXT", "a".repeat(5 << 20), Cells.typed(Long.class)))
                .satisfies(failure -> assertThat(failure.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void aFailureShowsTheBeginningOfTheValue() {
        DeclaredType type = Cells.type("");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.literal("", "'abc'", Cells.typed(Long.class)))
                .withMessage("Column 'v' (index 0): TEXT 'abc' cannot be read as java.lang.Long: it is no number");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.bound("TEXT", "x".repeat(50), Cells.typed(Long.class)))
                .withMessageContaining(": TEXT '" + "x".repeat(50) + "' cannot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.bound("TEXT", "x".repeat(51), Cells.typed(Long.class)))
                .withMessageContaining(": TEXT '" + "x".repeat(50) + "…' cannot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.bound("BLOB", new byte[25], Cells.typed(Long.class)))
                .withMessageContaining(": BLOB x'" + "00".repeat(25) + "' (25 bytes) cannot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.bound("BLOB", new byte[26], Cells.typed(Long.class)))
                .withMessageContaining(": BLOB x'" + "00".repeat(25) + "…' (26 bytes) cannot");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.literal("DECIMAL(9,2)", "300", Cells.typed(Byte.class)))
                .withMessage(
                        "Column 'v' (index 0, declared DECIMAL(9,2)): INTEGER 300 cannot be read as java.lang.Byte: "
                                + BITS_8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.literal("REAL", "1.5e300", Cells.typed(Float.class)))
                .withMessageContaining(": REAL 1.5e+300 cannot");
        assertThat(type.columnName()).isEqualTo("v");
    }
}
