package turso.r2dbc;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The values an option accepts.
 *
 * <p>Both functions answer null for a value that is not accepted, or throw an {@link IllegalArgumentException} whose
 * message says more, continuing a sentence that begins with the value.
 *
 * @param accepted what is accepted, to be read after "is not"
 * @param text reads text: a URL has nothing else
 * @param value reads any other object
 * @param <T> the type of the accepted values
 */
record OptionType<T>(String accepted, Function<String, @Nullable T> text, Function<Object, @Nullable T> value) {

    @Nullable
    T read(@Nullable Object given) {
        if (given == null) {
            return null;
        }
        return given instanceof CharSequence ? this.text.apply(given.toString()) : this.value.apply(given);
    }
}
