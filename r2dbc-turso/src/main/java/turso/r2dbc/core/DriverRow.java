package turso.r2dbc.core;

import io.r2dbc.spi.RowMetadata;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StoredValues;

/**
 * A row: of a cursor, where the same object stands for one row after another and each is valid during the mapping
 * function only, or of a buffer, where it is valid for ever.
 */
public final class DriverRow implements TursoRow {

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

    @Override
    public DriverRow copy() {
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

    @Override
    public int size() {
        return this.shape.size();
    }

    @Override
    public List<String> columnNames() {
        return this.shape.names();
    }

    @Override
    public List<@Nullable Object> values() {
        return stored().values();
    }

    @Override
    public Map<String, @Nullable Object> asMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        List<@Nullable Object> values = values();
        for (int column = 0; column < values.size(); column++) {
            map.putIfAbsent(columnNames().get(column), values.get(column));
        }
        return Collections.unmodifiableMap(map);
    }

    private StoredValues stored() {
        RowReader current = reader();
        return current instanceof StoredValues stored ? stored : StoredValues.copy(current, this.shape.size());
    }

    private RowReader reader() {
        RowReader current = this.reader;
        if (current == null) {
            throw new IllegalStateException(
                    "A row is valid only within the mapping function (R2DBC specification, rows)");
        }
        return current;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DriverRow that
                && columnNames().equals(that.columnNames())
                && stored().equals(that.stored());
    }

    @Override
    public int hashCode() {
        return stored().hashCode();
    }

    @Override
    public String toString() {
        // Whoever debugs a mapping function must not be thrown at for having kept the row.
        return this.reader == null ? "[a row that is no longer there]" : stored().toString();
    }
}
