package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.R2dbcTransientResourceException;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoBadGrammarException;
import turso.r2dbc.api.TursoDataException;
import turso.r2dbc.api.TursoDataIntegrityViolationException;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoInterruptedException;
import turso.r2dbc.api.TursoPermissionDeniedException;
import turso.r2dbc.api.TursoResourceException;
import turso.r2dbc.api.TursoRollbackException;
import turso.r2dbc.api.TursoTimeoutException;
import turso.r2dbc.api.TursoTransientResourceException;

/** The table of errors as users rely on it, written down a second time so that a change of it does not go unnoticed. */
public enum ErrorRow {
    UNIQUE("23505", Category.INTEGRITY, Kind.INTEGRITY),
    NOT_NULL("23502", Category.INTEGRITY, Kind.INTEGRITY),
    FOREIGN_KEY("23503", Category.INTEGRITY, Kind.INTEGRITY),
    CHECK("23514", Category.INTEGRITY, Kind.INTEGRITY),
    CONSTRAINT("23000", Category.INTEGRITY, Kind.INTEGRITY),
    SYNTAX("42601", Category.PROGRAMMING, Kind.GRAMMAR),
    NO_SUCH_TABLE("42P01", Category.PROGRAMMING, Kind.GRAMMAR),
    NO_SUCH_COLUMN("42703", Category.PROGRAMMING, Kind.GRAMMAR),
    NO_SUCH_FUNCTION("42883", Category.PROGRAMMING, Kind.GRAMMAR),
    NO_SUCH_OBJECT("42704", Category.PROGRAMMING, Kind.GRAMMAR),
    ALREADY_EXISTS("42P07", Category.PROGRAMMING, Kind.GRAMMAR),
    DUPLICATE_COLUMN("42701", Category.PROGRAMMING, Kind.GRAMMAR),
    LOCK_TIMEOUT("55P03", Category.OPERATIONAL, Kind.TIMEOUT, true),
    STATEMENT_TIMEOUT("57014", Category.OPERATIONAL, Kind.TIMEOUT),
    INTERRUPTED("57014", Category.OPERATIONAL, Kind.INTERRUPTED),
    LOST_TRANSACTION("40001", Category.OPERATIONAL, Kind.ROLLBACK, true),
    READ_ONLY("25006", Category.OPERATIONAL, Kind.PERMISSION),
    NOT_AUTHORISED("42501", Category.PROGRAMMING, Kind.PERMISSION),
    CANNOT_OPEN("08001", Category.OPERATIONAL, Kind.RESOURCE),
    DAMAGED("XX001", Category.DATABASE, Kind.RESOURCE),
    DISK_FULL("53100", Category.OPERATIONAL, Kind.RESOURCE),
    OUT_OF_MEMORY("53200", Category.OPERATIONAL, Kind.RESOURCE),
    INPUT_OUTPUT("58030", Category.OPERATIONAL, Kind.RESOURCE),
    TOO_MANY_TASKS("53400", Category.OPERATIONAL, Kind.TRANSIENT_RESOURCE, true),
    TOO_MANY_ROWS("53000", Category.OPERATIONAL, Kind.TRANSIENT_RESOURCE),
    TOO_BIG("54000", Category.PROGRAMMING, Kind.DATA),
    NO_SUCH_SAVEPOINT("3B001", Category.OPERATIONAL, Kind.DATA),
    TRANSACTION_STATE("25000", Category.OPERATIONAL, Kind.DATA),
    DATA("22000", Category.OPERATIONAL, Kind.DATA),
    UNKNOWN("HY000", Category.DATABASE, Kind.DATA);

    /** The driver's class and the class of the SPI that applications catch. */
    private enum Kind {
        INTEGRITY(TursoDataIntegrityViolationException.class, R2dbcDataIntegrityViolationException.class),
        GRAMMAR(TursoBadGrammarException.class, R2dbcBadGrammarException.class),
        TIMEOUT(TursoTimeoutException.class, R2dbcTimeoutException.class),
        INTERRUPTED(TursoInterruptedException.class, R2dbcNonTransientException.class),
        ROLLBACK(TursoRollbackException.class, R2dbcRollbackException.class),
        PERMISSION(TursoPermissionDeniedException.class, R2dbcPermissionDeniedException.class),
        RESOURCE(TursoResourceException.class, R2dbcNonTransientResourceException.class),
        TRANSIENT_RESOURCE(TursoTransientResourceException.class, R2dbcTransientResourceException.class),
        DATA(TursoDataException.class, R2dbcNonTransientException.class);

        private final Class<? extends R2dbcException> own;

        private final Class<? extends R2dbcException> standard;

        Kind(Class<? extends R2dbcException> own, Class<? extends R2dbcException> standard) {
            this.own = own;
            this.standard = standard;
        }
    }

    private final String sqlState;

    private final Category category;

    private final Kind kind;

    private final boolean retryable;

    ErrorRow(String sqlState, Category category, Kind kind) {
        this(sqlState, category, kind, false);
    }

    ErrorRow(String sqlState, Category category, Kind kind, boolean retryable) {
        this.sqlState = sqlState;
        this.category = category;
        this.kind = kind;
        this.retryable = retryable;
    }

    /**
     * Asserts that an error is of this row in every respect.
     *
     * @param code SQLite's extended code
     * @param sql the statement the error names, or null for none
     * @param words what the message contains, in the engine's own words
     */
    public void verify(Throwable error, int code, @Nullable String sql, String... words) {
        assertThat(error).isExactlyInstanceOf(this.kind.own).isInstanceOf(this.kind.standard);
        R2dbcException exception = (R2dbcException) error;
        assertThat(exception.getSqlState()).as("SQLState of %s", error).isEqualTo(this.sqlState);
        assertThat(exception.getErrorCode()).as("code of %s", error).isEqualTo(code);
        assertThat(exception.getSql()).as("SQL of %s", error).isEqualTo(sql);
        assertThat(exception).hasMessageContainingAll(words);
        if (exception instanceof R2dbcBadGrammarException grammar) {
            assertThat(grammar.getOffendingSql()).isEqualTo(sql);
        }
        TursoException own = (TursoException) exception;
        assertThat(own.extendedCode()).isEqualTo(code);
        assertThat(own.category()).as("category of %s", error).isEqualTo(this.category);
        assertThat(own.isRetryable()).as("retryable: %s", error).isEqualTo(this.retryable);
    }
}
