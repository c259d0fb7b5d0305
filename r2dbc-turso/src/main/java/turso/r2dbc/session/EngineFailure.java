package turso.r2dbc.session;

import org.jspecify.annotations.Nullable;

/**
 * Why a command did not succeed: SQLite's own verdict, or the session's. A value, not an exception: whoever speaks to
 * the user turns it into one.
 *
 * @param reason who says so
 * @param code SQLite's extended result code; 0 when the engine was not involved
 * @param message SQLite's text without the code's name, or the session's
 * @param sql the statement that failed, or null when none was running
 * @param cause what was thrown below, if anything
 */
public record EngineFailure(
        Reason reason,
        int code,
        String message,
        @Nullable String sql,
        @Nullable Throwable cause) {

    /** Who ended the command. */
    public enum Reason {
        /** The engine, while the statement was prepared: nothing of it ran. */
        PREPARE,
        /** The engine, while the statement ran. */
        RUN,
        /** The database could not be opened. */
        OPEN,
        /** A lock was not free within the lock wait timeout. */
        LOCK_TIMEOUT,
        /** The statement timeout expired. */
        STATEMENT_TIMEOUT,
        /** The task was cancelled; nobody is waiting for an answer. */
        CANCELLED,
        /** The session is closed. */
        CLOSED,
        /** A bound of the session is reached; nothing ran. */
        REJECTED,
        /** A defect of the driver or of a callback. */
        INTERNAL
    }

    /** {@return the primary result code: the low byte of {@link #code()}} */
    public int primaryCode() {
        return this.code & 0xFF;
    }

    /** {@return this failure, naming the given statement unless it names one} */
    public EngineFailure withSql(String statement) {
        return this.sql != null ? this : new EngineFailure(this.reason, this.code, this.message, statement, this.cause);
    }

    /** {@return this failure, told in other words} */
    public EngineFailure withMessage(String words) {
        return new EngineFailure(this.reason, this.code, words, this.sql, this.cause);
    }

    /** {@return a failure without an engine's code} */
    public static EngineFailure of(Reason reason, String message) {
        return new EngineFailure(reason, 0, message, null, null);
    }
}
