package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code get} without a class, declared type by storage class: C-50. */
class UntypedGetTest {

    private static final Cells CELLS = new Cells();

    private static final UUID ID = UUID.fromString("0d1c7b4a-93f2-4c1e-8a56-7f00c3d2e1b9");

    private static final double INFINITE = Double.POSITIVE_INFINITY;

    @AfterAll
    static void close() {
        CELLS.close();
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    static Stream<Arguments> cells() {
        return Stream.of(
                // INTEGER affinity: as small as it can be (the official kit wants that).
                cell("INTEGER", "100", 100),
                cell("INTEGER", "0", 0),
                cell("INTEGER", "-2147483648", Integer.MIN_VALUE),
                cell("INTEGER", "2147483647", Integer.MAX_VALUE),
                cell("INTEGER", "2147483648", 2147483648L),
                cell("INTEGER", "-2147483649", -2147483649L),
                cell("INTEGER", "9223372036854775807", Long.MAX_VALUE),
                cell("INTEGER", "'7'", 7),
                cell("INTEGER", "2.0", 2),
                cell("INTEGER", "2.5", 2.5),
                cell("INTEGER", "'abc'", "abc"),
                cell("INTEGER", "x'0102'", bytes(1, 2)),
                cell("INT", "1", 1),
                cell("SMALLINT", "70000", 70000),
                cell("TINYINT", "300", 300),
                cell("TINYINT", "3000000000", 3000000000L),
                cell("MEDIUMINT(9)", "5", 5),
                cell("BIGINT", "100", 100L),
                cell("INT8", "100", 100L),
                cell("UNSIGNED BIG INT", "100", 100L),
                cell("BIGINT", "'abc'", "abc"),
                // No declared type: by value, and integers as wide as they are.
                cell("", "100", 100L),
                cell("", "1.5", 1.5),
                cell("", "'100'", "100"),
                cell("", "''", ""),
                cell("", "x''", bytes()),
                cell("", "x'00ff'", bytes(0, 255)),
                cell("ANY", "100", 100L),
                cell("JSON", "'{}'", "{}"),
                // Other affinities.
                cell("TEXT", "'äöü€😀'", "äöü€😀"),
                cell("TEXT", "'a' || char(0) || 'b'", "a\0b"),
                cell("TEXT", "12", "12"),
                cell("TEXT", "x'41'", bytes(0x41)),
                cell("VARCHAR(3)", "'abcdef'", "abcdef"),
                cell("REAL", "1", 1.0),
                cell("REAL", "1e400", INFINITE),
                cell("REAL", "'abc'", "abc"),
                cell("DOUBLE PRECISION", "0.1", 0.1),
                cell("FLOAT", "-2.5", -2.5),
                cell("BLOB", "x'0102'", bytes(1, 2)),
                cell("BLOB", "1", 1L),
                cell("BLOB", "'a'", "a"),
                cell("BINARY(2)", "x'0102'", bytes(1, 2)),
                // BOOLEAN
                cell("BOOLEAN", "0", false),
                cell("BOOLEAN", "1", true),
                cell("BOOLEAN", "TRUE", true),
                cell("BOOL", "'1'", true),
                cell("BOOLEAN", "2", 2L),
                cell("BOOLEAN", "-1", -1L),
                cell("BOOLEAN", "0.5", 0.5),
                cell("BOOLEAN", "'true'", true),
                cell("BOOLEAN", "'False'", false),
                cell("BOOLEAN", "'maybe'", "maybe"),
                cell("BOOLEAN", "x'01'", bytes(1)),
                // DATE
                cell("DATE", "'2024-02-29'", LocalDate.of(2024, 2, 29)),
                cell("DATE", "date('2024-02-29 10:00')", LocalDate.of(2024, 2, 29)),
                cell("DATE", "'-0044-03-15'", LocalDate.of(-44, 3, 15)),
                cell("DATE", "'+12024-03-15'", LocalDate.of(12024, 3, 15)),
                cell("DATE", "'2023-02-29'", "2023-02-29"),
                cell("DATE", "'2024-02-29 10:00'", "2024-02-29 10:00"),
                cell("DATE", "'10:00'", "10:00"),
                cell("DATE", "'abc'", "abc"),
                cell("DATE", "''", ""),
                cell("DATE", "1709164800", 1709164800L),
                cell("DATE", "2460370.25", 2460370.25),
                cell("DATE", "x'01'", bytes(1)),
                // TIME
                cell("TIME", "'10:11'", LocalTime.of(10, 11)),
                cell("TIME", "'10:11:12.5'", LocalTime.of(10, 11, 12, 500_000_000)),
                cell("TIME", "'10:11Z'", "10:11Z"),
                cell("TIME", "'2024-01-01 10:11'", "2024-01-01 10:11"),
                cell("TIME", "'25:00'", "25:00"),
                cell("TIMETZ", "'10:11+02:00'", OffsetTime.parse("10:11+02:00")),
                cell("TIME WITH TIME ZONE", "'10:11'", OffsetTime.parse("10:11Z")),
                cell("TIMETZ", "'2024-01-01T10:11+02:00'", "2024-01-01T10:11+02:00"),
                cell("TIMETZ", "'noon'", "noon"),
                // TIMESTAMP
                cell("TIMESTAMP", "'2024-01-02 03:04:05'", LocalDateTime.of(2024, 1, 2, 3, 4, 5)),
                cell("DATETIME", "'2024-01-02T03:04:05.006'", LocalDateTime.of(2024, 1, 2, 3, 4, 5, 6_000_000)),
                cell("DATETIME", "'2024-01-02'", LocalDateTime.of(2024, 1, 2, 0, 0)),
                cell("TIMESTAMP", "'2024-01-02 03:04Z'", "2024-01-02 03:04Z"),
                cell("TIMESTAMP", "'2024-01-02T03:04+02:00'", "2024-01-02T03:04+02:00"),
                cell("TIMESTAMP", "'03:04'", "03:04"),
                cell("TIMESTAMP", "'soon'", "soon"),
                cell("TIMESTAMP", "1704164645000", 1704164645000L),
                cell("TIMESTAMPTZ", "'2024-01-02T03:04+02:00'", OffsetDateTime.parse("2024-01-02T03:04+02:00")),
                cell("TIMESTAMP WITH TIME ZONE", "'2024-01-02 03:04'", OffsetDateTime.parse("2024-01-02T03:04Z")),
                cell("TIMESTAMPTZ", "'2024-01-02'", OffsetDateTime.parse("2024-01-02T00:00Z")),
                cell("TIMESTAMPTZ", "'03:04Z'", "03:04Z"),
                cell("TIMESTAMPTZ", "'2024-01-02T03:04+01:00[Europe/Berlin]'", "2024-01-02T03:04+01:00[Europe/Berlin]"),
                cell("TIMESTAMPTZ", "'later'", "later"),
                // DECIMAL
                cell("DECIMAL(10,2)", "12.3", new BigDecimal("12.30")),
                cell("DECIMAL(10,2)", "12", new BigDecimal("12.00")),
                cell("DECIMAL(10,2)", "12.345", new BigDecimal("12.345")),
                cell("NUMERIC(10,2)", "'12.5'", new BigDecimal("12.50")),
                cell("DECIMAL", "12", new BigDecimal("12")),
                cell("NUMERIC", "0.1", new BigDecimal("0.1")),
                cell("DECIMAL(40,3)", "'x'", "x"),
                cell("DECIMAL", "1e400", INFINITE),
                cell("DECIMAL", "-1e400", -INFINITE),
                cell("DECIMAL", "x'01'", bytes(1)),
                // UUID
                cell("UUID", "'" + ID + "'", ID),
                cell("UUID", "'0D1C7B4A-93F2-4C1E-8A56-7F00C3D2E1B9'", ID),
                cell("UUID", "x'0d1c7b4a93f24c1e8a567f00c3d2e1b9'", ID),
                cell("UUID", "x'0d1c'", bytes(0x0d, 0x1c)),
                cell("UUID", "'1-1-1-1-1'", "1-1-1-1-1"),
                cell("UUID", "'0d1c7b4a-93f2-4c1e-8a56-7f00c3d2e1bx'", "0d1c7b4a-93f2-4c1e-8a56-7f00c3d2e1bx"),
                cell("UUID", "'0d1c7b4a9-3f2-4c1e-8a56-7f00c3d2e1b9'", "0d1c7b4a9-3f2-4c1e-8a56-7f00c3d2e1b9"),
                cell("UUID", "5", 5L));
    }

    private static Arguments cell(String declaration, String expression, Object expected) {
        return Arguments.of(declaration, expression, expected);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void declaredTypeFirstThenTheValueAsStored(String declaration, String expression, Object expected) {
        @Nullable Object value = CELLS.literal(declaration, expression, Cells.untyped());

        assertThat(value).isEqualTo(expected).hasSameClassAs(expected);
    }

    @ParameterizedTest
    @MethodSource("cells")
    void objectIsTheSameAsNoClass(String declaration, String expression, Object expected) {
        @Nullable Object value = CELLS.literal(declaration, expression, Cells.typed(Object.class));

        assertThat(value).isEqualTo(expected).hasSameClassAs(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "INTEGER",
                "BIGINT",
                "TEXT",
                "REAL",
                "BLOB",
                "BOOLEAN",
                "DATE",
                "TIME",
                "TIMETZ",
                "TIMESTAMP",
                "TIMESTAMPTZ",
                "DECIMAL(3,1)",
                "UUID"
            })
    void nullIsNullWhateverIsDeclared(String declaration) {
        assertThat(CELLS.<@Nullable Object>literal(declaration, "NULL", Cells.untyped()))
                .isNull();
    }

    @Test
    void anExpressionHasNoDeclaredTypeAndIsALong() {
        assertThat(Cells.type("").declaration()).isNull();
        assertThat(CELLS.<@Nullable Object>literal("", "1 + 1", Cells.untyped()))
                .isEqualTo(2L);
    }

    @Test
    void aBufferOfABlobIsWritableAndStartsAtItsBeginning() {
        ByteBuffer buffer = (ByteBuffer) CELLS.literal("BLOB", "x'010203'", Cells.untyped());

        assertThat(buffer).isNotNull();
        assertThat(buffer.isReadOnly()).isFalse();
        assertThat(buffer.position()).isZero();
        assertThat(buffer.remaining()).isEqualTo(3);
    }

    @Test
    void aHugeDecimalTextIsNotPaddedIntoMemory() {
        BigDecimal huge = new BigDecimal("1e1000000000");

        assertThat(DecimalConversions.filled(huge, Cells.type("DECIMAL(10,2)"))).isSameAs(huge);
        assertThat(DecimalConversions.filled(new BigDecimal("1e1000"), Cells.type("DECIMAL(10,2)"))
                        .scale())
                .isEqualTo(2);
    }

    @Test
    void textTooLongForADecimalComesBackAsStored() {
        String digits = "1".repeat(DecimalConversions.MAX_DIGITS + 1);
        DeclaredType type = Cells.type("DECIMAL");

        Object value = CELLS.bound("TEXT", digits, (row, stored) -> UntypedDecoder.decode(row, 0, type));
        Object shorter = CELLS.bound("TEXT", digits.substring(1), (row, stored) -> UntypedDecoder.decode(row, 0, type));

        assertThat(value).isEqualTo(digits);
        assertThat(shorter).isEqualTo(new BigDecimal(digits.substring(1)));
    }

    @Test
    void fiveMegabytesComeBack() {
        byte[] blob = new byte[5 << 20];
        blob[blob.length - 1] = 7;
        String text = "ä".repeat(blob.length / 2);

        assertThat(CELLS.<@Nullable Object>bound("BLOB", blob, Cells.untyped())).isEqualTo(ByteBuffer.wrap(blob));
        assertThat(CELLS.<@Nullable Object>bound("TEXT", text, Cells.untyped())).isEqualTo(text);
        assertThat(CELLS.bound("TEXT", text, Cells.typed(byte[].class)))
                .isEqualTo(text.getBytes(StandardCharsets.UTF_8));
    }
}
