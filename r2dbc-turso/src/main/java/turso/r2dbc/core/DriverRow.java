package turso.r2dbc.core;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StoredValues;

/**
 * A row: of a cursor, where the same object stands for one row after another and each is valid during the mapping
 * function only, or of a buffer, where it is valid for ever.
 */
final class DriverRow implements Row {

    private final RowShape shape;

    private @Nullable RowReader reader;

    DriverRow(RowShape shape, @Nullable RowReader reader) {
        this.shape = shape;
        this.reader = reader;
    }

    /** Makes this object stand for the reader's current row, or for none. */
    void moveTo(@Nullable RowReader current) {
        this.reader = current;
    }

    /** {@return a row with the same values that stays valid} */
    DriverRow copy() {
        RowReader current = reader();
        return current instanceof StoredValues ? this : RowBuffer.copy(this.shape, current);
    }

    @Override
    public RowMetadata getMetadata() {
        return this.shape.metadata();
    }

    @Override
    public @Nullable Object get(int index) {
        int column = this.shape.checked(index);
        return this.shape.codecs().decode(reader(), column, this.shape.type(column));
    }

    @Override
    public @Nullable Object get(String name) {
        return get(this.shape.index(name));
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        Require.notNull(type, "type");
        int column = this.shape.checked(index);
        return this.shape.codecs().decode(reader(), column, this.shape.type(column), type);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return get(this.shape.index(name), type);
    }

    private RowReader reader() {
        RowReader current = this.reader;
        if (current == null) {
            throw new IllegalStateException(
                    "A row is valid only within the mapping function (R2DBC specification, rows)");
        }
        return current;
    }
}
