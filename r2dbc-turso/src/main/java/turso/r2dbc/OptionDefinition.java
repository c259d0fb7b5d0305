package turso.r2dbc;

import io.r2dbc.spi.Option;
import org.jspecify.annotations.Nullable;

/**
 * All there is to know about one option.
 *
 * @param option its name, and its type for the caller
 * @param type what it accepts
 * @param defaultValue the value if it is not given; null if its absence means something of its own
 * @param secret whether the value may hold something that must not be shown
 * @param <T> the type of its values
 */
record OptionDefinition<T>(
        Option<T> option, OptionType<T> type, @Nullable T defaultValue, boolean secret) {

    String name() {
        return this.option.name();
    }

    /**
     * {@return the value an object given for this option stands for}
     *
     * @throws IllegalArgumentException if it stands for none, naming the option, the object and what is accepted
     */
    T read(@Nullable Object given) {
        T value;
        try {
            value = this.type.read(given);
        } catch (IllegalArgumentException reason) {
            throw OptionError.of(name(), given, this.secret, reason.getMessage());
        }
        if (value == null) {
            throw OptionError.of(name(), given, this.secret, "is not " + this.type.accepted());
        }
        return value;
    }
}
