package turso.r2dbc.sql;

import org.jspecify.annotations.Nullable;

/** Checks of arguments. */
final class Arguments {
    private Arguments() {}

    /**
     * Answers the value.
     *
     * @throws IllegalArgumentException if the value is null, as the R2DBC SPI wants it
     */
    static <T> T requireNonNull(@Nullable T value, String name) {
        if (value == null) {
            throw new IllegalArgumentException(name + " must not be null");
        }
        return value;
    }
}
