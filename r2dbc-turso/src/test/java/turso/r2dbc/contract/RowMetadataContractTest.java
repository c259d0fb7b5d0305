package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Nullability;
import io.r2dbc.spi.OutParameterMetadata;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.RowMetadata;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** C-46: metadata of rows and columns. */
class RowMetadataContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute(
                "CREATE TABLE t(id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(10, 2), at TIMESTAMP,"
                        + " day DATE NOT NULL DEFAULT '2020-01-01', flag BOOLEAN, data BLOB, big BIGINT, ratio REAL, untyped,"
                        + " odd \"FLOATING POINT\", strange XYZ)",
                "INSERT INTO t(id, name) VALUES (1, 'a')");
    }

    private RowMetadata metadata(String sql) {
        return await(one(sql).flatMapMany(it -> it.map((row, metadata) -> metadata)))
                .get(0);
    }

    private static List<String> names(RowMetadata metadata) {
        return metadata.getColumnMetadatas().stream()
                .map(ColumnMetadata::getName)
                .toList();
    }

    @Test
    void c46ColumnsAreInOrderAndKeepTheirCase() {
        assertThat(names(metadata("SELECT 1 AS b, 2 AS C, 3 AS a, 4 AS \"odd name\"")))
                .containsExactly("b", "C", "a", "odd name");
        assertThat(names(metadata("SELECT name, id FROM t"))).containsExactly("name", "id");
        assertThat(names(metadata("SELECT * FROM t")))
                .startsWith("id", "name", "price")
                .hasSize(12);
        assertThat(names(metadata("UPDATE t SET name = 'b' RETURNING id AS key, name")))
                .containsExactly("key", "name");
    }

    @Test
    void c46ColumnsAreFoundByIndexAndName() {
        RowMetadata metadata = metadata("SELECT 1 AS a, 2 AS A, 3 AS b");
        assertThat(metadata.getColumnMetadata(2).getName()).isEqualTo("b");
        assertThat(metadata.getColumnMetadata("B").getName()).isEqualTo("b");
        assertThat(metadata.getColumnMetadata("A").getName()).isEqualTo("a");
        assertThat(metadata.contains("B")).isTrue();
        assertThat(metadata.contains("c")).isFalse();
        for (int index : new int[] {-1, 3, 100}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> metadata.getColumnMetadata(index));
        }
        assertThatExceptionOfType(NoSuchElementException.class)
                .isThrownBy(() -> metadata.getColumnMetadata("c"))
                .withMessageContaining("c");
        assertThatIllegalArgumentException().isThrownBy(() -> metadata.getColumnMetadata((String) null));
        assertThatIllegalArgumentException().isThrownBy(() -> metadata.contains(null));
    }

    @Test
    void c46ListIsUnmodifiable() {
        RowMetadata metadata = metadata("SELECT 1 AS a, 2 AS b");
        List<? extends ColumnMetadata> list = metadata.getColumnMetadatas();
        assertThat(list).isUnmodifiable();
        assertThat(list).hasSize(2);
    }

    @Test
    void c46TypesFollowTheDeclaration() {
        RowMetadata metadata = metadata("SELECT * FROM t");
        assertType(metadata, "id", R2dbcType.INTEGER, Long.class, "INTEGER");
        assertType(metadata, "name", R2dbcType.VARCHAR, String.class, "VARCHAR(20)");
        assertType(metadata, "price", R2dbcType.DECIMAL, BigDecimal.class, "DECIMAL(10, 2)");
        assertType(metadata, "at", R2dbcType.TIMESTAMP, LocalDateTime.class, "TIMESTAMP");
        assertType(metadata, "day", R2dbcType.DATE, LocalDate.class, "DATE");
        assertType(metadata, "flag", R2dbcType.BOOLEAN, Boolean.class, "BOOLEAN");
        assertType(metadata, "data", R2dbcType.BLOB, ByteBuffer.class, "BLOB");
        assertType(metadata, "big", R2dbcType.BIGINT, Long.class, "BIGINT");
        assertType(metadata, "ratio", R2dbcType.DOUBLE, Double.class, "REAL");
    }

    private static void assertType(
            RowMetadata metadata, String name, R2dbcType type, Class<?> javaType, String declaration) {
        ColumnMetadata column = metadata.getColumnMetadata(name);
        assertThat(column.getType()).as(name).isEqualTo(type);
        assertThat(column.getJavaType()).as(name).isEqualTo(javaType);
        assertThat(column.getNativeTypeMetadata()).as(name).isEqualTo(declaration);
    }

    @Test
    void c46ExpressionsAndUntypedColumnsHaveATypeToo() {
        RowMetadata metadata = metadata("SELECT 1 + 1 AS sum, count(*) AS n, untyped, NULL AS nil FROM t");
        for (ColumnMetadata column : metadata.getColumnMetadatas()) {
            assertThat(column.getType()).as(column.getName()).isNotNull();
            assertThat(column.getType().getName()).isEqualTo("ANY");
            assertThat(column.getJavaType()).isEqualTo(Object.class);
            assertThat(column.getNativeTypeMetadata()).isNull();
        }
    }

    @Test
    void c46NullabilityIsThatOfTheDeclaration() {
        RowMetadata metadata = metadata("SELECT *, 1 AS one FROM t");
        assertThat(metadata.getColumnMetadata("name").getNullability()).isEqualTo(Nullability.NON_NULL);
        assertThat(metadata.getColumnMetadata("day").getNullability()).isEqualTo(Nullability.NON_NULL);
        assertThat(metadata.getColumnMetadata("price").getNullability()).isEqualTo(Nullability.NULLABLE);
        assertThat(metadata.getColumnMetadata("one").getNullability()).isEqualTo(Nullability.UNKNOWN);
    }

    @Test
    void c46PrecisionAndScaleAreThoseOfTheDeclaration() {
        RowMetadata metadata = metadata("SELECT * FROM t");
        assertThat(metadata.getColumnMetadata("price").getPrecision()).isEqualTo(10);
        assertThat(metadata.getColumnMetadata("price").getScale()).isEqualTo(2);
        assertThat(metadata.getColumnMetadata("name").getPrecision()).isEqualTo(20);
        assertThat(metadata.getColumnMetadata("name").getScale()).isNull();
        assertThat(metadata.getColumnMetadata("id").getPrecision()).isNull();
    }

    @Test
    void c46AliasesJoinsAndViewsKeepTheDeclaration() {
        execute("CREATE VIEW v AS SELECT name AS label, price FROM t", "CREATE TABLE u(t INTEGER, size TINYINT)");
        execute("INSERT INTO u VALUES (1, 3)");
        assertThat(metadata("SELECT label FROM v").getColumnMetadata("label").getType())
                .isEqualTo(R2dbcType.VARCHAR);
        RowMetadata join = metadata("SELECT a.name AS n, b.size FROM t a JOIN u b ON b.t = a.id");
        assertThat(join.getColumnMetadata("n").getType()).isEqualTo(R2dbcType.VARCHAR);
        assertThat(join.getColumnMetadata("size").getType()).isEqualTo(R2dbcType.TINYINT);
        assertThat(metadata("SELECT name FROM (SELECT name FROM t)")
                        .getColumnMetadata(0)
                        .getNativeTypeMetadata())
                .isEqualTo("VARCHAR(20)");
    }

    @Test
    void c46MetadataOfReturningIsTheSame() {
        RowMetadata metadata = metadata("INSERT INTO t(name) VALUES ('c') RETURNING *");
        assertThat(names(metadata)).isEqualTo(names(metadata("SELECT * FROM t")));
        assertThat(metadata.getColumnMetadata("name").getName()).isEqualTo("name");
    }

    @Test
    void c46ColumnsAreNoOutParameters() {
        assertThat(metadata("SELECT 1 AS a").getColumnMetadata(0)).isNotInstanceOf(OutParameterMetadata.class);
    }

    @Test
    void c46TemporaryAndAttachedTablesAreDescribed() {
        execute("CREATE TEMP TABLE temporary(d DATE NOT NULL)", "INSERT INTO temporary VALUES ('2020-01-01')");
        ColumnMetadata column = metadata("SELECT d FROM temporary").getColumnMetadata(0);
        assertThat(column.getType()).isEqualTo(R2dbcType.DATE);
        assertThat(column.getNullability()).isEqualTo(Nullability.NON_NULL);
        execute("ATTACH ':memory:' AS other", "CREATE TABLE other.x(u UUID)", "INSERT INTO other.x VALUES ('u')");
        assertThat(metadata("SELECT u FROM other.x")
                        .getColumnMetadata(0)
                        .getType()
                        .getName())
                .isEqualTo("UUID");
    }

    @Test
    void c46OddSpacingInADeclarationDoesNotMatter() {
        execute("CREATE TABLE odd(a  very  odd ( 3 , 4 ), b INT UNSIGNED)", "INSERT INTO odd VALUES (1, 2)");
        RowMetadata metadata = metadata("SELECT * FROM odd");
        assertThat(metadata.getColumnMetadata("a").getPrecision()).isEqualTo(3);
        assertThat(metadata.getColumnMetadata("a").getScale()).isEqualTo(4);
        assertThat(metadata.getColumnMetadata("b").getJavaType()).isEqualTo(Long.class);
    }
}
