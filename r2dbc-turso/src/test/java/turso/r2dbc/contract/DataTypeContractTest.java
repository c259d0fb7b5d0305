package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Statement;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** C-50: what goes in comes out, through a real database; the whole matrix of types is the codecs' own test. */
class DataTypeContractTest extends ContractTest {

    static Stream<Arguments> values() {
        return Stream.of(
                Arguments.of("BOOLEAN", true, Boolean.class),
                Arguments.of("BOOLEAN", false, Boolean.class),
                Arguments.of("TINYINT", (byte) -7, Byte.class),
                Arguments.of("SMALLINT", (short) 700, Short.class),
                Arguments.of("INTEGER", 70_000, Integer.class),
                Arguments.of("BIGINT", Long.MIN_VALUE, Long.class),
                Arguments.of("BIGINT", Long.MAX_VALUE, Long.class),
                Arguments.of("REAL", 1.5f, Float.class),
                Arguments.of("DOUBLE", Math.PI, Double.class),
                Arguments.of("DOUBLE", Double.MIN_VALUE, Double.class),
                Arguments.of("DOUBLE", Double.POSITIVE_INFINITY, Double.class),
                Arguments.of("DECIMAL(12,2)", new BigDecimal("1234567890.12"), BigDecimal.class),
                Arguments.of("DECIMAL", new BigDecimal("-12345.678"), BigDecimal.class),
                Arguments.of("TEXT", BigInteger.TEN.pow(40), BigInteger.class),
                Arguments.of("TEXT", "text \u00e4\ud83d\ude00", String.class),
                Arguments.of("TEXT", "", String.class),
                Arguments.of("CHAR(1)", 'x', Character.class),
                Arguments.of("DATE", LocalDate.of(2024, 2, 29), LocalDate.class),
                Arguments.of("TIME", LocalTime.of(23, 59, 59, 999_999_999), LocalTime.class),
                Arguments.of("TIMESTAMP", LocalDateTime.of(2024, 2, 29, 1, 2, 3, 4), LocalDateTime.class),
                Arguments.of("TIMESTAMP", Instant.ofEpochSecond(1_700_000_000, 123), Instant.class),
                Arguments.of(
                        "TIMESTAMP WITH TIME ZONE",
                        OffsetDateTime.of(2024, 1, 2, 3, 4, 5, 0, ZoneOffset.ofHours(5)),
                        OffsetDateTime.class),
                Arguments.of(
                        "TEXT", ZonedDateTime.parse("2024-01-02T03:04:05+01:00[Europe/Berlin]"), ZonedDateTime.class),
                Arguments.of("UUID", UUID.fromString("123e4567-e89b-12d3-a456-426614174000"), UUID.class),
                Arguments.of("TEXT", DayOfWeek.FRIDAY, DayOfWeek.class),
                Arguments.of("BLOB", ByteBuffer.wrap(new byte[] {0, -1, 1}), ByteBuffer.class));
    }

    @ParameterizedTest
    @MethodSource("values")
    void c50ValuesComeBackAsTheyWereBound(String declaration, Object value, Class<?> type) {
        execute("CREATE TABLE v(typed " + declaration + ", untyped)");
        Statement insert = this.connection
                .createStatement("INSERT INTO v VALUES (?, ?)")
                .bind(0, value)
                .bind(1, value);
        await(counts(insert.execute()));
        assertThat(query("SELECT typed FROM v", type)).isEqualTo(List.of(value));
        assertThat(query("SELECT untyped FROM v", type)).isEqualTo(List.of(value));
        Statement select = this.connection.createStatement("SELECT ?").bind(0, value);
        assertThat(await(one(select).flatMapMany(it -> it.map((row, metadata) -> (Object) row.get(0, type)))))
                .isEqualTo(List.of(value));
    }

    @ParameterizedTest
    @MethodSource("values")
    void c50NullsComeBackAsNull(String declaration, Object value, Class<?> type) {
        execute("CREATE TABLE v(typed " + declaration + ")");
        await(counts(this.connection
                .createStatement("INSERT INTO v VALUES (?)")
                .bindNull(0, type)
                .execute()));
        assertThat(await(one("SELECT typed FROM v").flatMapMany(it -> it.map(row -> row.get(0, type) == null))))
                .containsExactly(true);
    }

    private Object untyped(String declaration, String literal) {
        execute(
                "DROP TABLE IF EXISTS u",
                "CREATE TABLE u(x " + declaration + ")",
                "INSERT INTO u VALUES (" + literal + ")");
        return await(one("SELECT x FROM u").flatMapMany(it -> it.map(row -> row.get(0))))
                .get(0);
    }

    @Test
    void c50DefaultTypesFollowTheDeclaration() {
        assertThat(untyped("BOOLEAN", "1")).isEqualTo(true);
        assertThat(untyped("INTEGER", "5")).isEqualTo(5);
        assertThat(untyped("INTEGER", "5000000000")).isEqualTo(5_000_000_000L);
        assertThat(untyped("BIGINT", "5")).isEqualTo(5L);
        assertThat(untyped("REAL", "1.5")).isEqualTo(1.5);
        assertThat(untyped("DECIMAL(5,2)", "1.5")).isEqualTo(new BigDecimal("1.50"));
        assertThat(untyped("TEXT", "'a'")).isEqualTo("a");
        assertThat(untyped("VARCHAR(9)", "'a'")).isEqualTo("a");
        assertThat(untyped("DATE", "'2024-02-29'")).isEqualTo(LocalDate.of(2024, 2, 29));
        assertThat(untyped("TIME", "'01:02:03'")).isEqualTo(LocalTime.of(1, 2, 3));
        assertThat(untyped("TIMESTAMP", "'2024-02-29 01:02:03'")).isEqualTo(LocalDateTime.of(2024, 2, 29, 1, 2, 3));
        assertThat(untyped("UUID", "'123e4567-e89b-12d3-a456-426614174000'"))
                .isEqualTo(UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));
        assertThat(untyped("BLOB", "x'01'")).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
        assertThat(untyped("", "5")).isEqualTo(5L);
    }

    @Test
    void c50ValuesThatDoNotFitTheirDeclarationComeAsStored() {
        assertThat(untyped("DATE", "'no date'")).isEqualTo("no date");
        assertThat(untyped("BOOLEAN", "17")).isEqualTo(17L);
        assertThat(untyped("INTEGER", "'word'")).isEqualTo("word");
        assertThat(untyped("UUID", "'short'")).isEqualTo("short");
        assertThat(untyped("TEXT", "x'01'")).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
    }

    @Test
    void c50ExpressionsFollowTheirValue() {
        assertThat(await(one("SELECT 1 + 1, 1.5 * 2, 'a' || 'b', x'01', NULL IS NULL, count(*)")
                        .flatMapMany(it -> it.map(row ->
                                List.of(row.get(0), row.get(1), row.get(2), row.get(3), row.get(4), row.get(5))))))
                .containsExactly(List.of(2L, 3.0, "ab", ByteBuffer.wrap(new byte[] {1}), 1L, 1L));
    }

    @Test
    void c50InstantsSortAsTextAndAgreeWithSqlite() {
        execute("CREATE TABLE moments(at TIMESTAMP)");
        Instant start = Instant.parse("2024-02-29T23:59:59Z");
        for (long nanos : new long[] {500_000_000, 5, 0, 999_999_999}) {
            await(counts(this.connection
                    .createStatement("INSERT INTO moments VALUES (?)")
                    .bind(0, start.plusNanos(nanos))
                    .execute()));
        }
        assertThat(query("SELECT at FROM moments ORDER BY at", Instant.class))
                .extracting(Instant::getNano)
                .containsExactly(0, 5, 500_000_000, 999_999_999);
        assertThat(query("SELECT strftime('%Y-%m-%d %H:%M:%S', at) FROM moments LIMIT 1", String.class))
                .containsExactly("2024-02-29 23:59:59");
        Instant now = query("SELECT CURRENT_TIMESTAMP", Instant.class).get(0);
        assertThat(now).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }

    @Test
    void c50NotANumberIsStoredAsNull() {
        Statement statement =
                this.connection.createStatement("SELECT ? IS NULL").bind(0, Double.NaN);
        assertThat(await(one(statement).flatMapMany(it -> it.map(row -> row.get(0, Boolean.class)))))
                .containsExactly(true);
    }
}
