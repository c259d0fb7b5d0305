package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Type;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.session.Column;

/** What a declaration says: C-46 and C-50. */
class DeclaredTypeTest {

    private static DeclaredType of(@Nullable String declaration) {
        return Cells.LENIENT.declaredType(new Column("price", declaration, null));
    }

    static Stream<Arguments> declarations() {
        return Stream.of(
                Arguments.of("BOOLEAN", R2dbcType.BOOLEAN, Boolean.class),
                Arguments.of("bool", R2dbcType.BOOLEAN, Boolean.class),
                Arguments.of("DATE", R2dbcType.DATE, LocalDate.class),
                Arguments.of("TIME", R2dbcType.TIME, LocalTime.class),
                Arguments.of("time without time zone", R2dbcType.TIME, LocalTime.class),
                Arguments.of("TIME WITH TIME ZONE", R2dbcType.TIME_WITH_TIME_ZONE, OffsetTime.class),
                Arguments.of("TIMETZ", R2dbcType.TIME_WITH_TIME_ZONE, OffsetTime.class),
                Arguments.of("TIMESTAMP", R2dbcType.TIMESTAMP, LocalDateTime.class),
                Arguments.of("DateTime", R2dbcType.TIMESTAMP, LocalDateTime.class),
                Arguments.of("TIMESTAMP WITHOUT TIME ZONE", R2dbcType.TIMESTAMP, LocalDateTime.class),
                Arguments.of("TIMESTAMP  WITH\tTIME ZONE", R2dbcType.TIMESTAMP_WITH_TIME_ZONE, OffsetDateTime.class),
                Arguments.of("TIMESTAMP(6) WITH TIME ZONE", R2dbcType.TIMESTAMP_WITH_TIME_ZONE, OffsetDateTime.class),
                Arguments.of("timestamptz", R2dbcType.TIMESTAMP_WITH_TIME_ZONE, OffsetDateTime.class),
                Arguments.of("DECIMAL(10,2)", R2dbcType.DECIMAL, BigDecimal.class),
                Arguments.of("DEC", R2dbcType.DECIMAL, BigDecimal.class),
                Arguments.of(" numeric ", R2dbcType.NUMERIC, BigDecimal.class),
                Arguments.of("UUID", SqliteType.UUID, UUID.class),
                Arguments.of("BIGINT", R2dbcType.BIGINT, Long.class),
                Arguments.of("INT8", R2dbcType.BIGINT, Long.class),
                Arguments.of("BIG INT", R2dbcType.BIGINT, Long.class),
                Arguments.of("UNSIGNED BIG INT", R2dbcType.BIGINT, Long.class),
                Arguments.of("BIGINT(20) UNSIGNED", R2dbcType.BIGINT, Long.class),
                Arguments.of("SMALLINT", R2dbcType.SMALLINT, Long.class),
                Arguments.of("INT2", R2dbcType.SMALLINT, Long.class),
                Arguments.of("TINYINT", R2dbcType.TINYINT, Long.class),
                Arguments.of("INTEGER", R2dbcType.INTEGER, Long.class),
                Arguments.of("int", R2dbcType.INTEGER, Long.class),
                Arguments.of("MEDIUMINT", R2dbcType.INTEGER, Long.class),
                Arguments.of("FLOATING POINT", R2dbcType.INTEGER, Long.class),
                Arguments.of("CHAR(3)", R2dbcType.CHAR, String.class),
                Arguments.of("CHARACTER(20)", R2dbcType.CHAR, String.class),
                Arguments.of("NCHAR(55)", R2dbcType.NCHAR, String.class),
                Arguments.of("NATIVE CHARACTER(70)", R2dbcType.NCHAR, String.class),
                Arguments.of("VARCHAR(255)", R2dbcType.VARCHAR, String.class),
                Arguments.of("VARYING CHARACTER(255)", R2dbcType.VARCHAR, String.class),
                Arguments.of("TEXT", R2dbcType.VARCHAR, String.class),
                Arguments.of("NVARCHAR(100)", R2dbcType.NVARCHAR, String.class),
                Arguments.of("CLOB", R2dbcType.CLOB, String.class),
                Arguments.of("NCLOB", R2dbcType.NCLOB, String.class),
                Arguments.of("TINYTEXT", R2dbcType.VARCHAR, String.class),
                Arguments.of("BINARY(16)", R2dbcType.BINARY, ByteBuffer.class),
                Arguments.of("VARBINARY(16)", R2dbcType.VARBINARY, ByteBuffer.class),
                Arguments.of("BLOB", R2dbcType.BLOB, ByteBuffer.class),
                Arguments.of("LONGBLOB", R2dbcType.BLOB, ByteBuffer.class),
                Arguments.of("REAL", R2dbcType.DOUBLE, Double.class),
                Arguments.of("DOUBLE", R2dbcType.DOUBLE, Double.class),
                Arguments.of("DOUBLE PRECISION", R2dbcType.DOUBLE, Double.class),
                Arguments.of("FLOAT", R2dbcType.FLOAT, Double.class),
                Arguments.of("FLOAT4", R2dbcType.DOUBLE, Double.class),
                Arguments.of("STRING", SqliteType.ANY, Object.class),
                Arguments.of("JSON", SqliteType.ANY, Object.class),
                Arguments.of("ANY", SqliteType.ANY, Object.class));
    }

    @ParameterizedTest
    @MethodSource("declarations")
    void aDeclarationHasAnR2dbcTypeAndALosslessJavaType(String declaration, Type type, Class<?> javaType) {
        DeclaredType declared = of(declaration);

        assertThat(declared.r2dbcType()).isSameAs(type);
        assertThat(declared.javaType()).isSameAs(javaType);
        assertThat(declared.declaration()).isEqualTo(declaration);
        assertThat(declared).hasToString(declaration);
    }

    @Test
    void nothingDeclaredIsAnyObject() {
        for (String declaration : new String[] {null, "", "  "}) {
            DeclaredType declared = of(declaration);

            assertThat(declared.declaration()).isNull();
            assertThat(declared.r2dbcType().getName()).isEqualTo("ANY");
            assertThat(declared.r2dbcType().getJavaType()).isEqualTo(Object.class);
            assertThat(declared.javaType()).isEqualTo(Object.class);
            assertThat(declared.precision()).isNull();
            assertThat(declared.scale()).isNull();
            assertThat(declared).hasToString("ANY");
        }
    }

    @Test
    void uuidIsATypeOfItsOwn() {
        assertThat(of("UUID").r2dbcType().getName()).isEqualTo("UUID");
        assertThat(of("UUID").r2dbcType().getJavaType()).isEqualTo(UUID.class);
    }

    @ParameterizedTest
    @CsvSource({
        "VARCHAR(20), 20, ",
        "DECIMAL(10), 10, ",
        "'DECIMAL(10,2)', 10, 2",
        "'DECIMAL ( 10 , 2 )', 10, 2",
        "'NUMERIC(+12,-3)', 12, -3",
        "TIMESTAMP(6) WITH TIME ZONE, 6, ",
        "VARCHAR(MAX), , ",
        "'DECIMAL(10,x)', 10, ",
        "DECIMAL(99999999999), , ",
        "VARCHAR(), , ",
        "VARCHAR(20, , ",
        "INTEGER, , ",
    })
    void precisionAndScaleAreTheNumbersInParentheses(
            String declaration, @Nullable Integer precision, @Nullable Integer scale) {
        assertThat(of(declaration).precision()).isEqualTo(precision);
        assertThat(of(declaration).scale()).isEqualTo(scale);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INT",
                "INTEGER",
                "TINYINT",
                "SMALLINT",
                "MEDIUMINT",
                "BIGINT",
                "UNSIGNED BIG INT",
                "INT2",
                "INT8",
                "CHARACTER(20)",
                "VARCHAR(255)",
                "VARYING CHARACTER(255)",
                "NCHAR(55)",
                "NATIVE CHARACTER(70)",
                "NVARCHAR(100)",
                "TEXT",
                "CLOB",
                "BLOB",
                "",
                "REAL",
                "DOUBLE",
                "DOUBLE PRECISION",
                "FLOAT",
                "NUMERIC",
                "DECIMAL(10,5)",
                "BOOLEAN",
                "DATE",
                "DATETIME",
                "UUID",
                "CHARINT",
                "FLOATING POINT",
                "STRING",
                "DOUBLE TEXT",
                "REAL BLOB",
                "TEXTBLOB",
                "fLoAt",
                "tExT",
                "cLoB",
                "bLoB",
                "iNt",
                "cHaR",
                "dOuB",
                "rEaL"
            })
    void affinityIsTheOneOfSqlite(String declaration) {
        try (Cells cells = new Cells()) {
            assertThat(Affinity.of(declaration)).isEqualTo(affinityInSqlite(cells, declaration));
        }
    }

    @Test
    void noDeclarationHasTheAffinityBlob() {
        assertThat(Affinity.of(null)).isEqualTo(Affinity.BLOB);
        assertThat(Affinity.of(" ")).isEqualTo(Affinity.BLOB);
    }

    /** Finds the affinity by what it does to values. */
    private static Affinity affinityInSqlite(Cells cells, String declaration) {
        Object ofText = cells.bound(declaration, "1", Cells.as(row -> row.storageClass(0)));
        Object ofInteger = cells.bound(declaration, 1L, Cells.as(row -> row.storageClass(0)));
        return switch (String.valueOf(ofText) + " " + ofInteger) {
            case "TEXT TEXT" -> Affinity.TEXT;
            case "TEXT INTEGER" -> Affinity.BLOB;
            case "REAL REAL" -> Affinity.REAL;
            case "INTEGER INTEGER" ->
                Long.valueOf(4).equals(castOf(cells, declaration)) ? Affinity.INTEGER : Affinity.NUMERIC;
            default -> throw new IllegalStateException(ofText + " " + ofInteger);
        };
    }

    /** INTEGER and NUMERIC store alike; only CAST tells them apart. */
    private static @Nullable Object castOf(Cells cells, String declaration) {
        Object value = cells.evaluate("CAST(4.5 AS " + declaration + ")");
        return value instanceof Integer integer ? Long.valueOf(integer) : value;
    }

    @ParameterizedTest
    @CsvSource({
        "'DECIMAL(10,2)', 2",
        "'DECIMAL(10,0)', 0",
        "DECIMAL, -1",
        "'DECIMAL(5,-2)', -1",
        "'DECIMAL(9,1000)', 1000",
        "'DECIMAL(9,1001)', -1"
    })
    void onlyASensibleScaleIsFilledUpTo(String declaration, int scale) {
        assertThat(of(declaration).declaredScale()).isEqualTo(scale);
    }

    @Test
    void supportedTypesAreAllButCollections() {
        List<R2dbcType> unsupported = Stream.of(R2dbcType.values())
                .filter(type -> !Cells.LENIENT.supports(type))
                .toList();

        assertThat(unsupported).containsExactly(R2dbcType.COLLECTION);
        assertThat(Cells.LENIENT.supports(of("UUID").r2dbcType())).isTrue();
        assertThat(Cells.LENIENT.supports(of(null).r2dbcType())).isTrue();
        assertThat(Cells.LENIENT.supports(new Inferred(String.class))).isTrue();
        assertThat(Cells.LENIENT.supports(new Inferred(Thread.class))).isFalse();
        assertThat(Cells.LENIENT.supports(new Foreign())).isFalse();
    }

    @Test
    @SuppressWarnings("NullAway")
    void nullArgumentsAreRefused() {
        Codecs codecs = Cells.LENIENT;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codecs.supports(null))
                .withMessageContaining("type");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codecs.declaredType(null))
                .withMessageContaining("column");
    }

    private record Inferred(Class<?> javaType) implements Type.InferredType {

        @Override
        public Class<?> getJavaType() {
            return this.javaType;
        }

        @Override
        public String getName() {
            return "inferred";
        }
    }

    private record Foreign() implements Type {

        @Override
        public Class<?> getJavaType() {
            return String.class;
        }

        @Override
        public String getName() {
            return "foreign";
        }
    }
}
