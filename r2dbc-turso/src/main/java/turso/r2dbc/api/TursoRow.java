package turso.r2dbc.api;

import io.r2dbc.spi.Row;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row: R2DBC's {@link Row} with short names for what is read most.
 *
 * <p>There are two kinds. Rows that are <em>emitted</em> ({@link TursoExecution#fetchOne()},
 * {@link TursoExecution#fetchAll()}, everything a {@link TursoCursor} fetches, and {@link #copy()}) are copies: they can
 * be kept, handed to other threads and compared. Rows that are <em>handed to a mapping function</em>
 * ({@link TursoExecution#fetchAll(java.util.function.Function)}, {@link TursoResult#map}) are read straight from the
 * engine, nothing is copied that is not asked for, and they are valid during that call only; afterwards every method
 * throws {@link IllegalStateException}.
 *
 * <p>Columns are named by their index, counted from 0, or by their name in any letter case, of which the first wins. An
 * index out of range is an {@link IndexOutOfBoundsException}, an unknown name a {@link java.util.NoSuchElementException},
 * a value that cannot be read as what is asked for an {@link IllegalArgumentException}.
 *
 * <p>Two rows are equal if they have the same column names and stored values, in order; bytes are compared by content.
 */
public interface TursoRow extends Row {

    /** {@return the number of columns} */
    int size();

    /** {@return the names of the columns, as SQLite gives them; unmodifiable} */
    List<String> columnNames();

    /**
     * {@return the values as they are stored, untouched by declared types: null, {@link Long}, {@link Double},
     * {@link String} or {@code byte[]}} This is what a row is in Python. The list is unmodifiable and a copy, of arrays
     * too. {@link #get(int)} reads by declared type instead.
     */
    List<@Nullable Object> values();

    /**
     * {@return the {@linkplain #values() stored values} by column name, in the order of the columns} Of columns with the
     * same name, the first is there. Unmodifiable; its keys are the exact names.
     */
    Map<String, @Nullable Object> asMap();

    /** {@return a row with the same values that can be kept; this one, if it can be kept itself} */
    TursoRow copy();

    /**
     * {@return the value as a 64-bit integer; null for NULL} Works for every value that is a number.
     *
     * @param index from 0
     */
    default @Nullable Long getLong(int index) {
        return get(index, Long.class);
    }

    /**
     * {@return the value as a 64-bit integer; null for NULL}
     *
     * @param name of the column, in any letter case
     */
    default @Nullable Long getLong(String name) {
        return get(name, Long.class);
    }

    /**
     * {@return the value as a 32-bit integer; null for NULL; an error if it does not fit}
     *
     * @param index from 0
     */
    default @Nullable Integer getInteger(int index) {
        return get(index, Integer.class);
    }

    /**
     * {@return the value as a 32-bit integer; null for NULL; an error if it does not fit}
     *
     * @param name of the column, in any letter case
     */
    default @Nullable Integer getInteger(String name) {
        return get(name, Integer.class);
    }

    /**
     * {@return the value as a double; null for NULL}
     *
     * @param index from 0
     */
    default @Nullable Double getDouble(int index) {
        return get(index, Double.class);
    }

    /**
     * {@return the value as a double; null for NULL}
     *
     * @param name of the column, in any letter case
     */
    default @Nullable Double getDouble(String name) {
        return get(name, Double.class);
    }

    /**
     * {@return the value as true or false; null for NULL} Numbers other than 0 are true.
     *
     * @param index from 0
     */
    default @Nullable Boolean getBoolean(int index) {
        return get(index, Boolean.class);
    }

    /**
     * {@return the value as true or false; null for NULL}
     *
     * @param name of the column, in any letter case
     */
    default @Nullable Boolean getBoolean(String name) {
        return get(name, Boolean.class);
    }

    /**
     * {@return the value as text, rendered by SQLite if it is none; null for NULL}
     *
     * @param index from 0
     */
    default @Nullable String getString(int index) {
        return get(index, String.class);
    }

    /**
     * {@return the value as text, rendered by SQLite if it is none; null for NULL}
     *
     * @param name of the column, in any letter case
     */
    default @Nullable String getString(String name) {
        return get(name, String.class);
    }

    /**
     * {@return the value's bytes, the UTF-8 bytes of what is no BLOB; null for NULL} The array is the caller's.
     *
     * @param index from 0
     */
    default byte @Nullable [] getBytes(int index) {
        return get(index, byte[].class);
    }

    /**
     * {@return the value's bytes, the UTF-8 bytes of what is no BLOB; null for NULL} The array is the caller's.
     *
     * @param name of the column, in any letter case
     */
    default byte @Nullable [] getBytes(String name) {
        return get(name, byte[].class);
    }

    /** {@return the stored values, as in {@code [1, alice]}; BLOBs by their length, as in {@code <3 bytes>}} */
    @Override
    String toString();
}
