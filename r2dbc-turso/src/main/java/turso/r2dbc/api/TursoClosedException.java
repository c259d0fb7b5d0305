package turso.r2dbc.api;

import org.jspecify.annotations.Nullable;

/**
 * Something was used that is closed, or was being used when it was closed: a connection, a cursor, the connection of a
 * transaction that has ended. An {@link IllegalStateException}, as R2DBC asks for, of category PROGRAMMING, as PEP 249 does.
 */
public final class TursoClosedException extends IllegalStateException implements TursoException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes an exception.
     *
     * @param message what is closed
     * @param cause what was thrown below, or null
     */
    public TursoClosedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public Category category() {
        return Category.PROGRAMMING;
    }

    @Override
    public int extendedCode() {
        return 0;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
