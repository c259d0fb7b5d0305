package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.OpenException;

/** Turns an engine's verdict into the exception the user gets. */
final class Failures {

    private Failures() {}

    /** {@return the exception for a failure: an R2DBC exception, or an IllegalStateException for a closed connection} */
    static RuntimeException exception(EngineFailure failure) {
        if (failure.cause() instanceof R2dbcException refusal) {
            // Thrown by the R2DBC layer itself while it handled a row.
            return refusal;
        }
        return switch (failure.reason()) {
            case CLOSED -> new IllegalStateException(failure.message(), failure.cause());
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

    static R2dbcException boundReached(String message, String sql) {
        return ErrorRule.TOO_MANY_ROWS.exception(
                new EngineFailure(EngineFailure.Reason.REJECTED, 0, message, sql, null));
    }

    static R2dbcException badGrammar(String message, String sql) {
        return ErrorRule.SYNTAX.exception(new EngineFailure(EngineFailure.Reason.PREPARE, 0, message, sql, null));
    }
}
