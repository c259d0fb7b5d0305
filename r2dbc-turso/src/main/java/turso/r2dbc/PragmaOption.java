package turso.r2dbc;

import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The options {@code pragma.NAME}. Name and value become part of SQL text, so nothing passes that could be more than a
 * name and a value.
 */
final class PragmaOption {

    static final String PREFIX = "pragma.";

    /** PRAGMAs the driver sets from options of its own; a second source would make the result a matter of order. */
    static final Map<String, String> OWN_OPTIONS = Map.of(
            "journal_mode", "journalMode",
            "synchronous", "synchronous",
            "foreign_keys", "foreignKeys",
            "busy_timeout", "lockWaitTimeout",
            "query_only", "readOnly");

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private static final Pattern VALUE = Pattern.compile(
            "[+-]?[0-9]+(\\.[0-9]+)?" // a number
                    + "|[+-]?0[xX][0-9A-Fa-f]+" // a hexadecimal number
                    + "|[A-Za-z_][A-Za-z0-9_]*" // an identifier
                    + "|'([^'\\x00]|'')*+'" // quoted text, inner quotes doubled
            );

    private PragmaOption() {}

    /**
     * {@return the name of a PRAGMA, in lower case since SQLite ignores case}
     *
     * @throws IllegalArgumentException if it is not an identifier, or if the driver has an option for this PRAGMA
     */
    static String checkedName(@Nullable String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("Option '" + PREFIX + name + "': '" + name
                    + "' is not the name of a PRAGMA, which consists of ASCII letters, digits and _");
        }
        String canonical = name.toLowerCase(Locale.ROOT);
        String own = OWN_OPTIONS.get(canonical);
        if (own != null) {
            throw new IllegalArgumentException("Option '" + PREFIX + name + "': use option '" + own + "'");
        }
        return canonical;
    }

    /**
     * {@return the value of a PRAGMA, as it can stand in SQL}
     *
     * @param name the PRAGMA
     * @param value text, a number or a boolean
     * @throws IllegalArgumentException if it is anything else than one value
     */
    static String checkedValue(String name, @Nullable Object value) {
        boolean readable = value instanceof CharSequence || value instanceof Number || value instanceof Boolean;
        String text = readable ? value.toString().strip() : "";
        if (!VALUE.matcher(text).matches()) {
            // Encryption extensions take their keys by PRAGMA: key, rekey, hexkey, textkey.
            boolean secret = name.contains("key");
            throw OptionError.of(
                    PREFIX + name, value, secret, "is not a number, an identifier or a text in single quotes");
        }
        return text;
    }
}
