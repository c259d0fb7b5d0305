package turso.r2dbc.api;

import io.r2dbc.spi.R2dbcNonTransientException;
import org.jspecify.annotations.Nullable;

/**
 * A value is wrong for what is to be done with it, for instance an overflow or malformed JSON: SQLState class 22; or it is
 * of a type that cannot be stored: 07006, category INTERFACE.
 */
public final class TursoDataException extends R2dbcNonTransientException implements TursoException {

    private static final long serialVersionUID = 1L;

    /** The kind of error. */
    private final Category category;

    /** Whether running the whole transaction again may succeed. */
    private final boolean retryable;

    /**
     * Makes an exception.
     *
     * @param message what went wrong, in the engine's words
     * @param sqlState the SQLState
     * @param extendedCode SQLite's extended result code, or 0
     * @param sql the statement, or null
     * @param category the kind of error
     * @param retryable whether running the whole transaction again may succeed
     * @param cause what was thrown below, or null
     */
    public TursoDataException(
            String message,
            String sqlState,
            int extendedCode,
            @Nullable String sql,
            Category category,
            boolean retryable,
            @Nullable Throwable cause) {
        super(message, sqlState, extendedCode, sql, cause);
        this.category = category;
        this.retryable = retryable;
    }

    @Override
    public Category category() {
        return this.category;
    }

    @Override
    public int extendedCode() {
        return getErrorCode();
    }

    @Override
    public boolean isRetryable() {
        return this.retryable;
    }
}
