package turso.r2dbc.codec;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;

/**
 * What the driver knows of one Java type.
 *
 * @param type the Java type
 * @param encoder how its values are bound; null for a type that is only read, like Number, whose values are always of
 *     some subtype
 * @param decoder how it is read
 */
record Conversion<T>(Class<T> type, @Nullable Encoder<T> encoder, Decoder<T> decoder) {

    /** Turns a Java value into an engine value: null, Long, Double, String or byte[]. */
    @FunctionalInterface
    interface Encoder<T> {

        @Nullable
        Object encode(T value);
    }

    /** Turns a cell into a Java value; null for NULL. */
    @FunctionalInterface
    interface Decoder<T> {

        @Nullable
        T decode(RowReader row, int column, DeclaredType type);
    }

    /** {@return what is bound for a value whose class belongs to this conversion} */
    @Nullable
    Object encode(Object value) {
        if (this.encoder == null) {
            throw new IllegalArgumentException(
                    "There is no codec for " + value.getClass().getName());
        }
        return this.encoder.encode(this.type.cast(value));
    }
}
