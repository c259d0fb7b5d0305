package turso.r2dbc.codec;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a column prefers to store.
 *
 * @see <a href="https://www.sqlite.org/datatype3.html#determination_of_column_affinity">Determination Of Column
 *     Affinity</a>
 */
enum Affinity {
    INTEGER,
    TEXT,
    BLOB,
    REAL,
    NUMERIC;

    /** The rules in the order the documentation gives them; the first that applies decides. */
    static Affinity of(@Nullable String declaration) {
        if (declaration == null || declaration.isBlank()) {
            return BLOB;
        }
        String name = declaration.toUpperCase(Locale.ROOT);
        if (name.contains("INT")) {
            return INTEGER;
        }
        if (name.contains("CHAR") || name.contains("CLOB") || name.contains("TEXT")) {
            return TEXT;
        }
        if (name.contains("BLOB")) {
            return BLOB;
        }
        if (name.contains("REAL") || name.contains("FLOA") || name.contains("DOUB")) {
            return REAL;
        }
        return NUMERIC;
    }
}
