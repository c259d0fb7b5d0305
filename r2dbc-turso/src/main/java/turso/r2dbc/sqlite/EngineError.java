package turso.r2dbc.sqlite;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import turso.r2dbc.session.EngineFailure;

/** An error of the engine on its way from the call that met it to the task it belongs to. */
final class EngineError extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient EngineFailure failure;

    EngineError(EngineFailure failure) {
        super(failure.message(), failure.cause(), false, false);
        this.failure = failure;
    }

    EngineFailure failure() {
        return this.failure;
    }

    /** {@return the error sqlite-jdbc threw, told in SQLite's own words} */
    static EngineError of(EngineFailure.Reason reason, SQLException thrown, @Nullable String sql) {
        if (!(thrown instanceof SQLiteException exception)) {
            // sqlite-jdbc throws plain exceptions, without a code, from its native layer and its own checks.
            return new EngineError(
                    new EngineFailure(reason, Codes.ERROR, String.valueOf(thrown.getMessage()), sql, thrown));
        }
        SQLiteErrorCode code = exception.getResultCode();
        return new EngineError(
                new EngineFailure(reason, code.code, engineText(exception.getMessage(), code), sql, thrown));
    }

    /** sqlite-jdbc wraps SQLite's text as "[NAME] explanation (text)". */
    private static String engineText(@Nullable String message, SQLiteErrorCode code) {
        if (message == null) {
            return code.message;
        }
        int start = code.toString().length() + 2;
        boolean wrapped = start < message.length() && message.startsWith(code.toString()) && message.endsWith(")");
        return wrapped ? message.substring(start, message.length() - 1) : message;
    }
}
