package turso.r2dbc;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The error about an option's value: it names the option, the value and what is wrong with it. */
final class OptionError {

    private static final int SHOWN_CHARACTERS = 100;

    private OptionError() {}

    /**
     * {@return the error}
     *
     * @param name the option
     * @param value what was given
     * @param secret whether the value must not be shown
     * @param reason continues a sentence that begins with the value
     */
    static IllegalArgumentException of(String name, @Nullable Object value, boolean secret, @Nullable String reason) {
        return new IllegalArgumentException(
                "Option '" + name + "': " + (secret ? "the value" : shown(value)) + " " + reason);
    }

    /** Of objects the driver does not know only the class: their text may hold anything. */
    private static String shown(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        boolean plain = value instanceof CharSequence
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof Enum<?>
                || value instanceof Duration;
        if (!plain) {
            return "an object of " + value.getClass().getName();
        }
        String text = value.toString();
        return text.length() <= SHOWN_CHARACTERS
                ? "'" + text + "'"
                : "'" + text.substring(0, SHOWN_CHARACTERS) + "...'";
    }
}
