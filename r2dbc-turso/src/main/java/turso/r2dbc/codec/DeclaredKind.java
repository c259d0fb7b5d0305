package turso.r2dbc.codec;

import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Type;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The declarations the driver understands. Java types are those that lose nothing: an INTEGER column holds 64 bits and
 * a REAL column is a double, whatever the name says.
 */
enum DeclaredKind {
    BOOLEAN(R2dbcType.BOOLEAN, Boolean.class, "BOOLEAN", "BOOL"),
    DATE(R2dbcType.DATE, LocalDate.class, "DATE"),
    TIME(R2dbcType.TIME, LocalTime.class, "TIME", "TIME WITHOUT TIME ZONE"),
    TIME_WITH_TIME_ZONE(R2dbcType.TIME_WITH_TIME_ZONE, OffsetTime.class, "TIME WITH TIME ZONE", "TIMETZ"),
    TIMESTAMP(R2dbcType.TIMESTAMP, LocalDateTime.class, "TIMESTAMP", "DATETIME", "TIMESTAMP WITHOUT TIME ZONE"),
    TIMESTAMP_WITH_TIME_ZONE(
            R2dbcType.TIMESTAMP_WITH_TIME_ZONE, OffsetDateTime.class, "TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"),
    DECIMAL(R2dbcType.DECIMAL, BigDecimal.class, "DECIMAL", "DEC"),
    NUMERIC(R2dbcType.NUMERIC, BigDecimal.class, "NUMERIC"),
    UUID(SqliteType.UUID, java.util.UUID.class, "UUID"),
    BIGINT(R2dbcType.BIGINT, Long.class, "BIGINT", "INT8", "BIG INT", "UNSIGNED BIG INT", "BIGINT UNSIGNED"),
    SMALLINT(R2dbcType.SMALLINT, Long.class, "SMALLINT", "INT2"),
    TINYINT(R2dbcType.TINYINT, Long.class, "TINYINT"),
    INTEGER(R2dbcType.INTEGER, Long.class, "INTEGER", "INT"),
    CHAR(R2dbcType.CHAR, String.class, "CHAR", "CHARACTER"),
    NCHAR(R2dbcType.NCHAR, String.class, "NCHAR", "NATIVE CHARACTER"),
    VARCHAR(R2dbcType.VARCHAR, String.class, "VARCHAR", "TEXT"),
    NVARCHAR(R2dbcType.NVARCHAR, String.class, "NVARCHAR"),
    CLOB(R2dbcType.CLOB, String.class, "CLOB"),
    NCLOB(R2dbcType.NCLOB, String.class, "NCLOB"),
    BINARY(R2dbcType.BINARY, ByteBuffer.class, "BINARY"),
    VARBINARY(R2dbcType.VARBINARY, ByteBuffer.class, "VARBINARY"),
    BLOB(R2dbcType.BLOB, ByteBuffer.class, "BLOB"),
    FLOAT(R2dbcType.FLOAT, Double.class, "FLOAT"),
    DOUBLE(R2dbcType.DOUBLE, Double.class, "DOUBLE", "DOUBLE PRECISION", "REAL"),
    ANY(SqliteType.ANY, Object.class, "ANY");

    private static final Map<String, DeclaredKind> BY_NAME = byName();

    private final Type r2dbcType;

    private final Class<?> javaType;

    private final List<String> names;

    DeclaredKind(Type r2dbcType, Class<?> javaType, String... names) {
        this.r2dbcType = r2dbcType;
        this.javaType = javaType;
        this.names = List.of(names);
    }

    Type r2dbcType() {
        return this.r2dbcType;
    }

    Class<?> javaType() {
        return this.javaType;
    }

    /**
     * Finds the kind of a declaration.
     *
     * @param name the type's name alone: upper case, single blanks, no arguments
     * @param affinity decides if the name is not known
     */
    static DeclaredKind of(String name, Affinity affinity) {
        DeclaredKind known = BY_NAME.get(name);
        if (known != null) {
            return known;
        }
        return switch (affinity) {
            case INTEGER -> INTEGER;
            case TEXT -> VARCHAR;
            case BLOB -> BLOB;
            case REAL -> DOUBLE;
            case NUMERIC -> ANY;
        };
    }

    private static Map<String, DeclaredKind> byName() {
        Map<String, DeclaredKind> kinds = new HashMap<>();
        for (DeclaredKind kind : values()) {
            for (String name : kind.names) {
                kinds.put(name, kind);
            }
        }
        return Map.copyOf(kinds);
    }
}
