package turso.r2dbc.core;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Nullability;
import io.r2dbc.spi.Type;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.codec.DeclaredType;
import turso.r2dbc.session.Column;

/** Describes one column by its declaration; SQLite's values may differ from it. */
final class DriverColumnMetadata implements ColumnMetadata {

    private final Column column;

    private final DeclaredType type;

    DriverColumnMetadata(Column column, DeclaredType type) {
        this.column = column;
        this.type = type;
    }

    @Override
    public String getName() {
        return this.column.name();
    }

    @Override
    public Type getType() {
        return this.type.r2dbcType();
    }

    @Override
    public Class<?> getJavaType() {
        return this.type.javaType();
    }

    @Override
    public Nullability getNullability() {
        Boolean nullable = this.column.nullable();
        if (nullable == null) {
            return Nullability.UNKNOWN;
        }
        return nullable ? Nullability.NULLABLE : Nullability.NON_NULL;
    }

    @Override
    public @Nullable Object getNativeTypeMetadata() {
        return this.column.declaredType();
    }

    @Override
    public @Nullable Integer getPrecision() {
        return this.type.precision();
    }

    @Override
    public @Nullable Integer getScale() {
        return this.type.scale();
    }

    @Override
    public String toString() {
        return this.column.name() + " " + this.type;
    }
}
