package turso.r2dbc.codec;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;

/** Boolean, UUID, URI and enums. */
final class ScalarConversions {

    private static final int UUID_BYTES = 16;

    private static final int UUID_CHARACTERS = 36;

    private static final Long FALSE = 0L;

    private static final Long TRUE = 1L;

    private final boolean strict;

    ScalarConversions(boolean strict) {
        this.strict = strict;
    }

    List<Conversion<?>> all() {
        return List.of(
                new Conversion<>(Boolean.class, value -> value ? TRUE : FALSE, this::toBoolean),
                new Conversion<>(UUID.class, UUID::toString, ScalarConversions::toUuid),
                new Conversion<>(URI.class, URI::toString, ScalarConversions::toUri));
    }

    static String encode(Enum<?> value) {
        return value.name();
    }

    private @Nullable Boolean toBoolean(RowReader row, int column, DeclaredType type) {
        if (this.strict) {
            return exactBoolean(row, column, type);
        }
        if (row.longValue(column) != 0) {
            return true;
        }
        switch (row.storageClass(column)) {
            case NULL:
                return null;
            case INTEGER:
                return false;
            case REAL:
                return row.doubleValue(column) != 0;
            case TEXT:
                String text = String.valueOf(row.text(column));
                Boolean word = parseBoolean(text);
                if (word != null) {
                    return word;
                }
                if (NumericText.startsWithNumber(text)) {
                    return row.doubleValue(column) != 0;
                }
                break;
            default:
                break;
        }
        throw ConversionFailure.of(row, column, type, Boolean.class, "it is neither a number nor true or false");
    }

    private static @Nullable Boolean exactBoolean(RowReader row, int column, DeclaredType type) {
        switch (row.storageClass(column)) {
            case NULL:
                return null;
            case INTEGER:
                long value = row.longValue(column);
                if (value == 0 || value == 1) {
                    return value == 1;
                }
                break;
            default:
                break;
        }
        throw ConversionFailure.of(row, column, type, Boolean.class, "it is neither 0 nor 1 (strictTypes)");
    }

    /** {@return what the word means, in any letter case, or null if it is no such word} */
    static @Nullable Boolean parseBoolean(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "on" -> true;
            case "false", "f", "no", "n", "off" -> false;
            default -> null;
        };
    }

    private static @Nullable UUID toUuid(RowReader row, int column, DeclaredType type) {
        UUID uuid;
        switch (row.storageClass(column)) {
            case NULL:
                return null;
            case TEXT:
                uuid = parseUuid(String.valueOf(row.text(column)));
                break;
            case BLOB:
                uuid = parseUuid(row.blob(column));
                break;
            default:
                uuid = null;
                break;
        }
        if (uuid == null) {
            throw ConversionFailure.of(
                    row, column, type, UUID.class, "neither 8-4-4-4-12 hexadecimal digits nor a blob of 16 bytes");
        }
        return uuid;
    }

    static @Nullable UUID parseUuid(String text) {
        if (text.length() != UUID_CHARACTERS) {
            return null;
        }
        try {
            UUID uuid = UUID.fromString(text);
            // fromString also takes groups of other lengths, and signs.
            return uuid.toString().equalsIgnoreCase(text) ? uuid : null;
        } catch (IllegalArgumentException malformed) {
            return null;
        }
    }

    static @Nullable UUID parseUuid(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length != UUID_BYTES) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }

    private static @Nullable URI toUri(RowReader row, int column, DeclaredType type) {
        String text = row.text(column);
        if (text == null) {
            return null;
        }
        try {
            return new URI(text);
        } catch (URISyntaxException malformed) {
            throw ConversionFailure.of(row, column, type, URI.class, malformed.getReason(), malformed);
        }
    }

    /** Reads a constant of an enum by its name; the ordinal means nothing in a database. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    static @Nullable Object toEnum(RowReader row, int column, DeclaredType type, Class<?> target) {
        String name = row.text(column);
        if (name == null) {
            return null;
        }
        try {
            return Enum.valueOf((Class) target, name);
        } catch (IllegalArgumentException unknown) {
            throw ConversionFailure.of(row, column, type, target, "the enum has no constant of that name", unknown);
        }
    }
}
