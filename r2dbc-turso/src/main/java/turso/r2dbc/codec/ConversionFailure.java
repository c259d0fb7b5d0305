package turso.r2dbc.codec;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StorageClass;

/** Builds the exception of a failed {@code get}: it says which column, which stored value and which target. */
final class ConversionFailure {

    /** How much of a stored value an error shows, in characters. */
    static final int SHOWN_CHARACTERS = 50;

    private ConversionFailure() {}

    static IllegalArgumentException of(RowReader row, int column, DeclaredType type, Class<?> target, String reason) {
        return of(row, column, type, target, reason, null);
    }

    static IllegalArgumentException of(
            RowReader row, int column, DeclaredType type, Class<?> target, String reason, @Nullable Throwable cause) {
        return new IllegalArgumentException(
                place(column, type) + ": " + stored(row, column) + " cannot be read as " + target.getTypeName() + ": "
                        + reason,
                cause);
    }

    private static String place(int column, DeclaredType type) {
        String declaration = type.declaration();
        return "Column '" + type.columnName() + "' (index " + column
                + (declaration == null ? ")" : ", declared " + declaration + ")");
    }

    private static String stored(RowReader row, int column) {
        StorageClass storageClass = row.storageClass(column);
        return switch (storageClass) {
            case NULL -> "NULL";
            case TEXT -> "TEXT '" + shorten(String.valueOf(row.text(column))) + "'";
            case BLOB -> blob(row.blob(column));
            case INTEGER, REAL -> storageClass + " " + row.text(column);
        };
    }

    private static String blob(byte @Nullable [] bytes) {
        if (bytes == null) {
            return "BLOB";
        }
        int shown = Math.min(bytes.length, SHOWN_CHARACTERS / 2);
        return "BLOB x'" + HexFormat.of().formatHex(bytes, 0, shown) + (shown < bytes.length ? "…" : "") + "' ("
                + bytes.length + " bytes)";
    }

    static String shorten(String text) {
        return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
    }
}
