package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code strictTypes=true}: the storage class of every cell is checked. */
class StrictTypesTest {

    private static final Cells CELLS = new Cells();

    @AfterAll
    static void close() {
        CELLS.close();
    }

    static Stream<Arguments> readable() {
        return Stream.of(
                Arguments.of("42", Long.class, 42L),
                Arguments.of("0", Long.class, 0L),
                Arguments.of("42", Integer.class, 42),
                Arguments.of("42", Short.class, (short) 42),
                Arguments.of("42", Byte.class, (byte) 42),
                Arguments.of("42.0", Long.class, 42L),
                Arguments.of("-9223372036854775808.0", Long.class, Long.MIN_VALUE),
                Arguments.of("9223372036854774784.0", Long.class, 9223372036854774784L),
                Arguments.of("1.5", Double.class, 1.5),
                Arguments.of("0.0", Double.class, 0.0),
                Arguments.of("3", Double.class, 3.0),
                Arguments.of("9007199254740992", Double.class, 9007199254740992.0),
                Arguments.of("-9007199254740992", Double.class, -9007199254740992.0),
                Arguments.of("1.5", Float.class, 1.5f),
                Arguments.of("1", Boolean.class, true),
                Arguments.of("0", Boolean.class, false),
                Arguments.of("'abc'", String.class, "abc"),
                Arguments.of("''", String.class, ""),
                Arguments.of("'abc'", CharSequence.class, "abc"),
                Arguments.of("'a'", Character.class, 'a'),
                Arguments.of("x'01'", byte[].class, new byte[] {1}),
                Arguments.of("x'01'", ByteBuffer.class, ByteBuffer.wrap(new byte[] {1})),
                Arguments.of("'12.50'", BigDecimal.class, new BigDecimal("12.50")),
                Arguments.of("'12'", BigInteger.class, new BigInteger("12")),
                Arguments.of("'12.00'", BigInteger.class, new BigInteger("12")),
                Arguments.of("12.0", BigInteger.class, new BigInteger("12")),
                Arguments.of("5", Number.class, 5L),
                Arguments.of("'2024-01-02'", LocalDate.class, LocalDate.of(2024, 1, 2)),
                Arguments.of("0", LocalDate.class, LocalDate.EPOCH));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void theRightStorageClassIsRead(String expression, Class<?> target, Object expected) {
        assertThat(CELLS.<@Nullable Object>literal("", expression, Cells.strict(target)))
                .isEqualTo(expected);
    }

    static Stream<Arguments> unreadable() {
        return Stream.of(
                Arguments.of("'42'", Long.class, "TEXT is no number (strictTypes)"),
                Arguments.of("'42'", Integer.class, "TEXT is no number (strictTypes)"),
                Arguments.of("x'34'", Short.class, "BLOB is no number (strictTypes)"),
                Arguments.of("'42'", Byte.class, "TEXT is no number (strictTypes)"),
                Arguments.of("1.5", Long.class, "it has a fraction (strictTypes)"),
                Arguments.of("-0.5", Integer.class, "it has a fraction (strictTypes)"),
                Arguments.of("9223372036854775808.0", Long.class, "it does not fit 64 bits"),
                Arguments.of("-1e300", Long.class, "it does not fit 64 bits"),
                Arguments.of("2147483648", Integer.class, "it does not fit 32 bits"),
                Arguments.of("2147483648.0", Integer.class, "it does not fit 32 bits"),
                Arguments.of("32768", Short.class, "it does not fit 16 bits"),
                Arguments.of("128", Byte.class, "it does not fit 8 bits"),
                Arguments.of("'1.5'", Double.class, "TEXT is no number (strictTypes)"),
                Arguments.of("x'31'", Float.class, "BLOB is no number (strictTypes)"),
                Arguments.of("1e300", Float.class, "it is beyond the range of a float"),
                Arguments.of("9007199254740993", Double.class, "it loses digits (strictTypes)"),
                Arguments.of("-9007199254740993", Double.class, "it loses digits (strictTypes)"),
                Arguments.of("2", Boolean.class, "it is neither 0 nor 1 (strictTypes)"),
                Arguments.of("1.0", Boolean.class, "it is neither 0 nor 1 (strictTypes)"),
                Arguments.of("'true'", Boolean.class, "it is neither 0 nor 1 (strictTypes)"),
                Arguments.of("12", String.class, "INTEGER is no text (strictTypes)"),
                Arguments.of("1.5", CharSequence.class, "REAL is no text (strictTypes)"),
                Arguments.of("7", Character.class, "INTEGER is no text (strictTypes)"),
                Arguments.of("x'61'", Clob.class, "BLOB is no text (strictTypes)"),
                Arguments.of("'a'", byte[].class, "TEXT is no blob (strictTypes)"),
                Arguments.of("1", ByteBuffer.class, "INTEGER is no blob (strictTypes)"),
                Arguments.of("1.5", Blob.class, "REAL is no blob (strictTypes)"),
                Arguments.of("1.5", BigInteger.class, "it has a fraction (strictTypes)"),
                Arguments.of("'1.5'", BigInteger.class, "it has a fraction (strictTypes)"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void anyOtherStorageClassIsAnError(String expression, Class<?> target, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CELLS.<@Nullable Object>literal("", expression, Cells.strict(target)))
                .withMessageStartingWith("Column 'v' (index 0): ")
                .withMessageEndingWith(": " + reason);
    }
}
