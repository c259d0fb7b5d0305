package turso.r2dbc.core;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Type;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.codec.Codecs;

/** Turns what is bound into values of the engine. Large objects stay as they are: they are read when it comes to run. */
public final class ParameterEncoder {

    private final Codecs codecs;

    ParameterEncoder(Codecs codecs) {
        this.codecs = codecs;
    }

    /**
     * {@return the value as the engine takes it; a large object as it is}
     *
     * @throws IllegalArgumentException if it is null, or of a type that cannot be stored
     */
    public @Nullable Object encode(@Nullable Object value) {
        Require.notNull(value, "value");
        if (isPlain(value)) {
            return this.codecs.encode(value);
        }
        return value instanceof Parameter parameter ? encodeParameter(parameter) : encodeValue(value);
    }

    /**
     * {@return whether the value is none of R2DBC's or of the collections' interfaces for certain} So most values are, and to
     * ask them for those interfaces takes longer than to encode them.
     */
    public static boolean isPlain(@Nullable Object value) {
        return value instanceof String || value instanceof Long || value instanceof Integer || value instanceof Double;
    }

    private @Nullable Object encodeParameter(Parameter parameter) {
        if (parameter instanceof Parameter.Out) {
            throw new IllegalArgumentException("SQLite has no OUT parameters");
        }
        Type type = parameter.getType();
        if (type instanceof Type.InferredType inferred) {
            requireType(inferred.getJavaType());
        } else if (!this.codecs.supports(type)) {
            throw new IllegalArgumentException("Type " + type.getName() + " is not supported");
        }
        Object value = parameter.getValue();
        return value == null ? null : encodeValue(value);
    }

    private @Nullable Object encodeValue(@Nullable Object value) {
        Object bound = Require.notNull(value, "value");
        if (bound instanceof Blob || bound instanceof Clob) {
            return bound;
        }
        Object encoded = this.codecs.encode(bound);
        // The caller may use its array again before the statement runs.
        return encoded == bound && encoded instanceof byte[] bytes ? bytes.clone() : encoded;
    }

    void requireType(@Nullable Class<?> type) {
        Require.notNull(type, "type");
        if (!this.codecs.canEncode(type)) {
            throw new IllegalArgumentException("No codec for " + type.getName());
        }
    }
}
