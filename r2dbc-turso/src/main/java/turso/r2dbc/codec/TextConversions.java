package turso.r2dbc.codec;

import io.r2dbc.spi.Clob;
import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StorageClass;

/** Text in all its Java shapes. Numbers are rendered by the engine, as its CAST does. */
final class TextConversions {

    private final boolean strict;

    TextConversions(boolean strict) {
        this.strict = strict;
    }

    List<Conversion<?>> all() {
        return List.of(
                new Conversion<>(String.class, value -> value, this::toText),
                new Conversion<>(CharSequence.class, CharSequence::toString, this::toText),
                new Conversion<>(Character.class, TextConversions::encode, this::toCharacter),
                new Conversion<>(Clob.class, TextConversions::refuse, this::toClob));
    }

    private static String encode(Character value) {
        if (Character.isSurrogate(value)) {
            throw new IllegalArgumentException(
                    "Half of a surrogate pair is no text: bind a String with the whole character");
        }
        return value.toString();
    }

    private static Object refuse(Clob value) {
        throw new IllegalArgumentException("A Clob is a stream: it must be collected before it can be encoded");
    }

    @Nullable
    String toText(RowReader row, int column, DeclaredType type) {
        return this.strict ? exactText(row, column, type, String.class) : row.text(column);
    }

    private @Nullable Character toCharacter(RowReader row, int column, DeclaredType type) {
        String text = this.strict ? exactText(row, column, type, Character.class) : row.text(column);
        if (text == null) {
            return null;
        }
        if (text.length() != 1) {
            throw ConversionFailure.of(row, column, type, Character.class, "it is not exactly one character");
        }
        return text.charAt(0);
    }

    private @Nullable Clob toClob(RowReader row, int column, DeclaredType type) {
        String text = this.strict ? exactText(row, column, type, Clob.class) : row.text(column);
        return text == null ? null : new MaterializedClob(text);
    }

    private static @Nullable String exactText(RowReader row, int column, DeclaredType type, Class<?> target) {
        StorageClass storageClass = row.storageClass(column);
        if (storageClass != StorageClass.TEXT && storageClass != StorageClass.NULL) {
            throw ConversionFailure.of(row, column, type, target, storageClass + " is no text (strictTypes)");
        }
        return row.text(column);
    }
}
