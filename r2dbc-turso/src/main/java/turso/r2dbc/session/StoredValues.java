package turso.r2dbc.session;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The values of one row, kept apart from any cursor: null, {@link Long}, {@link Double}, {@link String} or
 * {@code byte[]}. They convert as SQLite's own would.
 */
public final class StoredValues implements RowReader {

    private final @Nullable Object[] values;

    private StoredValues(@Nullable Object[] values) {
        this.values = values;
    }

    /** {@return a copy of the reader's current row} */
    public static StoredValues copy(RowReader row, int columns) {
        @Nullable Object[] values = new Object[columns];
        for (int i = 0; i < columns; i++) {
            values[i] = switch (row.storageClass(i)) {
                case NULL -> null;
                case INTEGER -> (Object) row.longValue(i);
                case REAL -> row.doubleValue(i);
                case TEXT -> row.text(i);
                case BLOB -> row.blob(i);
            };
        }
        return new StoredValues(values);
    }

    @Override
    public StorageClass storageClass(int column) {
        Object value = this.values[column];
        if (value == null) {
            return StorageClass.NULL;
        }
        if (value instanceof Long) {
            return StorageClass.INTEGER;
        }
        if (value instanceof Double) {
            return StorageClass.REAL;
        }
        return value instanceof String ? StorageClass.TEXT : StorageClass.BLOB;
    }

    @Override
    public long longValue(int column) {
        Object value = this.values[column];
        if (value instanceof Number number) {
            return number.longValue();
        }
        return value == null ? 0 : NumericPrefix.longValue(String.valueOf(text(column)));
    }

    @Override
    public double doubleValue(int column) {
        Object value = this.values[column];
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        return value == null ? 0 : NumericPrefix.doubleValue(String.valueOf(text(column)));
    }

    @Override
    public @Nullable String text(int column) {
        Object value = this.values[column];
        if (value instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return value == null ? null : value.toString();
    }

    @Override
    public byte @Nullable [] blob(int column) {
        Object value = this.values[column];
        if (value instanceof byte[] bytes) {
            return bytes.clone();
        }
        return value == null ? null : value.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** {@return the values; the list is unmodifiable, and arrays in it are the caller's} */
    public List<@Nullable Object> values() {
        List<@Nullable Object> list = new ArrayList<>(this.values.length);
        for (Object value : this.values) {
            list.add(value instanceof byte[] bytes ? bytes.clone() : value);
        }
        return Collections.unmodifiableList(list);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StoredValues that && Arrays.deepEquals(this.values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(this.values);
    }

    /** {@return the values, as in {@code [1, alice]}; bytes only by their number} */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(", ", "[", "]");
        for (Object value : this.values) {
            text.add(value instanceof byte[] bytes ? "<" + bytes.length + " bytes>" : String.valueOf(value));
        }
        return text.toString();
    }
}
