package turso.r2dbc.codec;

import io.r2dbc.spi.Type;

/** Column types that the R2DBC specification has no name for. */
enum SqliteType implements Type {
    /** Any value: an expression, a column without a type, or with one that SQLite and the standard do not know. */
    ANY(Object.class),
    UUID(java.util.UUID.class);

    private final Class<?> javaType;

    SqliteType(Class<?> javaType) {
        this.javaType = javaType;
    }

    @Override
    public Class<?> getJavaType() {
        return this.javaType;
    }

    @Override
    public String getName() {
        return name();
    }
}
