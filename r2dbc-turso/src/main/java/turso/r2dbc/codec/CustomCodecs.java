package turso.r2dbc.codec;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoCodec;
import turso.r2dbc.session.RowReader;

/** The codecs of the user, and the checks on what they give. */
final class CustomCodecs {

    private final List<TursoCodec<?>> codecs;

    private final Map<Class<?>, TursoCodec<?>> byType;

    CustomCodecs(List<TursoCodec<?>> codecs) {
        Map<Class<?>, TursoCodec<?>> types = new HashMap<>();
        for (TursoCodec<?> codec : codecs) {
            Class<?> type = codec.type();
            if (type == null || type.isPrimitive()) {
                throw new IllegalArgumentException("Codec " + codec.getClass().getName()
                        + " must name a class or an interface as its type, not " + type);
            }
            types.putIfAbsent(type, codec);
        }
        this.codecs = List.copyOf(codecs);
        this.byType = Map.copyOf(types);
    }

    boolean isEmpty() {
        return this.codecs.isEmpty();
    }

    /** {@return the first codec for values of this class, or null} */
    @Nullable
    TursoCodec<?> encoderOf(Class<?> type) {
        for (TursoCodec<?> codec : this.codecs) {
            if (codec.type().isAssignableFrom(type)) {
                return codec;
            }
        }
        return null;
    }

    /** {@return the codec for exactly this class, or null} */
    @SuppressWarnings("unchecked")
    <T> @Nullable TursoCodec<T> decoderOf(Class<T> target) {
        return (TursoCodec<T>) this.byType.get(target);
    }

    static <T> @Nullable Object encode(TursoCodec<T> codec, Object value) {
        Object encoded;
        try {
            encoded = codec.encode(codec.type().cast(value));
        } catch (RuntimeException failure) {
            throw new IllegalArgumentException(
                    "Codec " + codec.getClass().getName() + " cannot encode a value of "
                            + value.getClass().getName() + ": " + failure.getMessage(),
                    failure);
        }
        if (encoded instanceof Long || encoded instanceof String || encoded instanceof byte[] || encoded == null) {
            return encoded;
        }
        if (encoded instanceof Double real) {
            return NumberConversions.encode(real);
        }
        if (encoded instanceof Float real) {
            return NumberConversions.encode(real);
        }
        if (encoded instanceof Integer || encoded instanceof Short || encoded instanceof Byte) {
            return ((Number) encoded).longValue();
        }
        if (encoded instanceof Boolean truth) {
            return truth ? 1L : 0L;
        }
        throw new IllegalArgumentException("Codec " + codec.getClass().getName() + " encoded a value of "
                + value.getClass().getName() + " as " + encoded.getClass().getName()
                + "; the engine takes Long, Double, String, byte[] or null");
    }

    static <T> @Nullable T decode(TursoCodec<T> codec, RowReader row, int column, DeclaredType type, Class<T> target) {
        Object stored = UntypedDecoder.stored(row, column);
        if (stored == null) {
            return null;
        }
        try {
            return target.cast(codec.decode(stored));
        } catch (RuntimeException failure) {
            throw ConversionFailure.of(
                    row,
                    column,
                    type,
                    target,
                    "codec " + codec.getClass().getName() + " says: " + failure.getMessage(),
                    failure);
        }
    }
}
