package turso.r2dbc.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks of arguments; the SPI asks for {@link IllegalArgumentException}. */
public final class Require {

    private Require() {}

    /** {@return the value, which must not be null} */
    public static <T> T notNull(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must not be null");
        }
        return value;
    }

    static void notNegative(@Nullable Duration value, String name) {
        if (notNull(value, name).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative: " + value);
        }
    }
}
