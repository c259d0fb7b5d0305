package turso.r2dbc.session;

import org.jspecify.annotations.Nullable;

/**
 * Reads the <em>current</em> row of a query, column by column, without materialising it.
 *
 * <p>A reader is only valid on the thread and during the call it is handed to: the row behind it changes with the next
 * step. Columns are counted from 0; the caller has checked the bounds. All conversions are those of SQLite itself
 * (<a href="https://www.sqlite.org/c3ref/column_blob.html">Result Values From A Query</a>): a number read as text is
 * rendered, a text read as a number is cast.
 */
public interface RowReader {

    /** {@return the storage class of the value as it is stored} */
    StorageClass storageClass(int column);

    /** {@return the value as a 64-bit integer, cast if need be; 0 for NULL and for text that is no number} */
    long longValue(int column);

    /** {@return the value as a double, cast if need be; 0.0 for NULL and for text that is no number} */
    double doubleValue(int column);

    /** {@return the value as text, rendered if need be; null for NULL} */
    @Nullable
    String text(int column);

    /** {@return the value's bytes (a text's UTF-8 bytes); empty for an empty value, null for NULL} */
    byte @Nullable [] blob(int column);
}
