package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoRow;

/** values. */
class TypeTest extends AioTest {

    private TursoRow one(String sql, @Nullable Object... arguments) {
        return await(this.conn.execute(sql, arguments).fetchOne());
    }

    @Test
    void r142_integers() {
        for (long x : new long[] {Long.MIN_VALUE, -1, 0, 1, Integer.MAX_VALUE + 1L, Long.MAX_VALUE}) {
            assertThat(rows("SELECT ?, typeof(?1)", x)).containsExactly(row(x, "integer"));
            assertThat(one("SELECT ?", x).getLong(0)).isEqualTo(x);
        }
        assertThat(rows("SELECT 9223372036854775807 + 1, typeof(9223372036854775807 + 1), 5 / 2, 1 / 0"))
                .containsExactly(row(9.223372036854775807E18, "real", 2L, null));
    }

    @Test
    void r143_integersBeyond64BitsAreMisuse() {
        script("CREATE TABLE t (x)");
        BigInteger tooBig = BigInteger.ONE.shiftLeft(63);
        assertFails(
                        Category.INTERFACE,
                        this.conn.execute("INSERT INTO t VALUES (?)", tooBig).then())
                .hasMessageContaining("64 bits");
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
        BigInteger fits = tooBig.subtract(BigInteger.ONE);
        assertThat(rows("SELECT ?, typeof(?1)", fits)).containsExactly(row(Long.MAX_VALUE, "integer"));
    }

    @ParameterizedTest
    @ValueSource(
            doubles = {1.5, 1e308, Double.MIN_VALUE, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0, 0.1})
    void r144_reals(double x) {
        TursoRow row = one("SELECT ?, typeof(?1)", x);
        assertThat(row.values()).containsExactly(x, "real");
        assertThat(Double.doubleToRawLongBits(row.getDouble(0))).isEqualTo(Double.doubleToRawLongBits(x));
    }

    @Test
    void r145_notANumberIsNull() {
        assertThat(rows("SELECT ?, typeof(?1)", Double.NaN)).containsExactly(row(null, "null"));
    }

    @Test
    void r146_booleansAreIntegers() {
        assertThat(rows("SELECT ?, typeof(?1), ?2", true, false)).containsExactly(row(1L, "integer", 0L));
        assertThat(one("SELECT ?", true).get(0, Boolean.class)).isTrue();
        assertThat(one("SELECT ?", false).getBoolean(0)).isFalse();
    }

    @Test
    void r147_text() {
        for (String text : List.of("", "Grüße, 世界 🌍", "a\0b", "x".repeat(100_000), "line\r\nline")) {
            assertThat(rows("SELECT ?, typeof(?1)", text)).containsExactly(row(text, "text"));
            assertThat(one("SELECT ?", text).getString(0)).isEqualTo(text);
        }
        assertThat(value("SELECT length(?)", "a\0b")).isEqualTo(1L);
    }

    @Test
    void r148_blobs() {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) i;
        }
        for (byte[] bytes : List.of(all, new byte[0], new byte[1000])) {
            TursoRow row = one("SELECT ?, typeof(?1), length(?1)", bytes);
            assertThat(row.getBytes(0)).isEqualTo(bytes);
            assertThat((byte[]) row.values().get(0)).isEqualTo(bytes);
            assertThat(row.get(0)).isEqualTo(ByteBuffer.wrap(bytes));
            assertThat(row.values().subList(1, 3)).containsExactly("blob", (long) bytes.length);
        }
        assertThat(one("SELECT zeroblob(3), ? IS NULL", ByteBuffer.allocate(0))).hasToString("[<3 bytes>, 0]");
    }

    @Test
    void r149_affinities() {
        script("CREATE TABLE t (a TEXT, b INTEGER, c REAL, d NUMERIC, e BLOB)");
        for (Object x : new Object[] {"1", 1, 1.0, 1.5, "x"}) {
            run("INSERT INTO t VALUES (?1, ?1, ?1, ?1, ?1)", x);
        }
        assertThat(rows("SELECT * FROM t ORDER BY rowid"))
                .containsExactly(
                        row("1", 1L, 1.0, 1L, "1"),
                        row("1", 1L, 1.0, 1L, 1L),
                        row("1.0", 1L, 1.0, 1L, 1.0),
                        row("1.5", 1.5, 1.5, 1.5, 1.5),
                        row("x", "x", "x", "x", "x"));
        // What get() makes of them follows the declared type.
        TursoRow first = one("SELECT * FROM t ORDER BY rowid");
        assertThat(first.get("a")).isEqualTo("1");
        assertThat(first.get("b")).isEqualTo(1);
        assertThat(first.get("c")).isEqualTo(1.0);
    }

    @Test
    void r150_allKindsInOneColumn() {
        script("CREATE TABLE t (x)");
        byte[] bytes = {1, 2};
        for (Object x : new Object[] {null, 1, 1.5, "text", bytes}) {
            run("INSERT INTO t VALUES (?)", x);
        }
        assertThat(column("SELECT x FROM t ORDER BY rowid"))
                .usingRecursiveFieldByFieldElementComparator()
                .containsExactly(null, 1L, 1.5, "text", bytes);
        assertThat(column("SELECT typeof(x) FROM t ORDER BY rowid"))
                .containsExactly("null", "integer", "real", "text", "blob");
    }

    @Test
    void r151_datesAndBooleansAreStoredAsTheyCome() {
        script("CREATE TABLE t (at DATETIME, flag BOOLEAN)");
        run("INSERT INTO t VALUES (?, ?)", "2024-01-31 10:00:00", true);
        run("INSERT INTO t VALUES (?, ?)", 1700000000, 0);
        assertThat(rows("SELECT * FROM t ORDER BY rowid"))
                .containsExactly(row("2024-01-31 10:00:00", 1L), row(1700000000L, 0L));
        TursoRow first = one("SELECT * FROM t ORDER BY rowid");
        assertThat(first.get("at")).isEqualTo(LocalDateTime.of(2024, 1, 31, 10, 0));
        assertThat(first.get("flag")).isEqualTo(true);
        assertThat(first.getString("at")).isEqualTo("2024-01-31 10:00:00");
        assertThat(one("SELECT at FROM t ORDER BY rowid DESC").get(0, LocalDateTime.class))
                .isEqualTo(LocalDateTime.of(2023, 11, 14, 22, 13, 20));
    }

    @Test
    void r152_dateFunctionsGiveText() {
        assertThat(rows("SELECT datetime('2024-01-30 12:00:00', '+2 days'), date('2024-02-28', '+1 day'),"
                        + " typeof(datetime('now')), strftime('%Y', '1999-12-31')"))
                .containsExactly(row("2024-02-01 12:00:00", "2024-02-29", "text", "1999"));
    }
}
