package turso.r2dbc.codec;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The built-in conversions by their Java types. To make it takes a noticeable part of a program's start. */
final class ConversionTable {

    private final Map<Class<?>, Conversion<?>> byType = new HashMap<>();

    /** The types whose values are usually of a subclass. */
    private final List<Conversion<?>> open = new ArrayList<>();

    ConversionTable(NumberConversions numbers, TextConversions texts, boolean strictTypes) {
        numbers.all().forEach(this::add);
        new DecimalConversions(strictTypes).all().forEach(this::add);
        new ScalarConversions(strictTypes).all().forEach(this::add);
        texts.all().forEach(this::add);
        new BinaryConversions(strictTypes).all().forEach(this::add);
        TemporalConversions.all().forEach(this::add);
        add(new Conversion<>(Object.class, null, UntypedDecoder::decode));
    }

    private void add(Conversion<?> conversion) {
        this.byType.put(conversion.type(), conversion);
        if (conversion.encoder() != null && !Modifier.isFinal(conversion.type().getModifiers())) {
            this.open.add(conversion);
        }
    }

    /** {@return the conversion of this very type} */
    @Nullable
    Conversion<?> of(Class<?> type) {
        return this.byType.get(type);
    }

    /** {@return the conversion by which values of the type are bound} */
    @Nullable
    Conversion<?> encoderOf(Class<?> type) {
        Conversion<?> own = of(type);
        if (own != null) {
            return own;
        }
        for (Conversion<?> conversion : this.open) {
            if (conversion.type().isAssignableFrom(type)) {
                return conversion;
            }
        }
        return null;
    }
}
