package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.OpenException;

/** Turns an engine's verdict into the exception the user gets. */
public final class Failures {

    private Failures() {}

    /** {@return the exception for a failure: an R2DBC exception, or an IllegalStateException for a closed connection} */
    public static RuntimeException exception(EngineFailure failure) {
        if (failure.cause() instanceof R2dbcException refusal) {
            // Thrown by the R2DBC layer itself while it handled a row.
            return refusal;
        }
        return switch (failure.reason()) {
            case CLOSED -> new TursoClosedException(failure.message(), failure.cause());
            case INTERNAL, CANCELLED ->
                new IllegalStateException("The driver failed: " + failure.message(), failure.cause());
            default -> databaseException(failure);
        };
    }

    /** {@return the exception for a database that could not be opened, which its message names} */
    static RuntimeException exception(OpenException failed) {
        EngineFailure failure = failed.failure();
        EngineFailure told = failure.withMessage(String.valueOf(failed.getMessage()));
        return switch (failure.reason()) {
            case CLOSED, INTERNAL, CANCELLED -> exception(told);
            default -> ErrorRule.of(failure).exception(told);
        };
    }

    /** {@return the exception, for where the R2DBC type is wanted, as in a result's messages} */
    static R2dbcException databaseException(EngineFailure failure) {
        return ErrorRule.of(failure).exception(failure);
    }

    static R2dbcException lostTransaction(@Nullable String sql) {
        return ErrorRule.LOST_TRANSACTION.exception(new EngineFailure(
                EngineFailure.Reason.RUN,
                0,
                "The engine has rolled the transaction back; roll back, then run it again from its beginning",
                sql,
                null));
    }

    /** {@return the exception for too many rows or values to hold in memory} */
    public static R2dbcException boundReached(String message, String sql) {
        return ErrorRule.TOO_MANY_ROWS.exception(
                new EngineFailure(EngineFailure.Reason.REJECTED, 0, message, sql, null));
    }

    /** {@return the exception for something that is closed} */
    public static TursoClosedException closed(String message) {
        return new TursoClosedException(message, null);
    }

    static R2dbcException scopeTimeout(long nanos) {
        return databaseException(EngineFailure.of(
                EngineFailure.Reason.LOCK_TIMEOUT,
                "A transaction scope had the connection for more than " + TimeUnit.NANOSECONDS.toMillis(nanos)
                        + " ms (option lockWaitTimeout). If this is part of its work, it waits for itself: inside of"
                        + " transaction(...), work on the connection the function was given"));
    }

    static R2dbcException tooManyWaiting(int limit) {
        return databaseException(EngineFailure.of(
                EngineFailure.Reason.REJECTED,
                "The limit of " + limit
                        + " statements waiting for a transaction scope of their connection is reached (option"
                        + " maxQueuedTasks)"));
    }

    /** {@return the exception for values that do not match the parameters} */
    public static R2dbcException wrongParameters(String message, String sql) {
        return ErrorRule.PARAMETERS.exception(misuse(message, sql, null));
    }

    /** {@return the exception for a value that cannot be stored} */
    public static R2dbcException unsupportedValue(String message, String sql, @Nullable Throwable cause) {
        return ErrorRule.UNSUPPORTED_VALUE.exception(misuse(message, sql, cause));
    }

    private static EngineFailure misuse(String message, String sql, @Nullable Throwable cause) {
        return new EngineFailure(EngineFailure.Reason.PREPARE, 0, message, sql, cause);
    }

    /** {@return the exception for SQL that is refused before the engine sees it} */
    public static R2dbcException badGrammar(String message, String sql) {
        return ErrorRule.SYNTAX.exception(new EngineFailure(EngineFailure.Reason.PREPARE, 0, message, sql, null));
    }
}
