package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoBadGrammarException;
import turso.r2dbc.api.TursoDataException;
import turso.r2dbc.api.TursoDataIntegrityViolationException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoInterruptedException;
import turso.r2dbc.api.TursoPermissionDeniedException;
import turso.r2dbc.api.TursoResourceException;
import turso.r2dbc.api.TursoRollbackException;
import turso.r2dbc.api.TursoTimeoutException;
import turso.r2dbc.api.TursoTransientResourceException;
import turso.r2dbc.session.EngineFailure;

/**
 * The table of errors: SQLite's code, the R2DBC class, the SQLState, the category, and whether running the transaction
 * again may help. The one place where this is decided, for every engine.
 *
 * @see <a href="https://www.sqlite.org/rescode.html">Result and Error Codes</a>
 */
enum ErrorRule {
    UNIQUE("23505", Category.INTEGRITY, TursoDataIntegrityViolationException::new),
    NOT_NULL("23502", Category.INTEGRITY, TursoDataIntegrityViolationException::new),
    FOREIGN_KEY("23503", Category.INTEGRITY, TursoDataIntegrityViolationException::new),
    CHECK("23514", Category.INTEGRITY, TursoDataIntegrityViolationException::new),
    CONSTRAINT("23000", Category.INTEGRITY, TursoDataIntegrityViolationException::new),
    SYNTAX("42601", Category.PROGRAMMING, TursoBadGrammarException::new),
    NO_SUCH_TABLE("42P01", Category.PROGRAMMING, TursoBadGrammarException::new),
    NO_SUCH_COLUMN("42703", Category.PROGRAMMING, TursoBadGrammarException::new),
    NO_SUCH_FUNCTION("42883", Category.PROGRAMMING, TursoBadGrammarException::new),
    NO_SUCH_OBJECT("42704", Category.PROGRAMMING, TursoBadGrammarException::new),
    ALREADY_EXISTS("42P07", Category.PROGRAMMING, TursoBadGrammarException::new),
    DUPLICATE_COLUMN("42701", Category.PROGRAMMING, TursoBadGrammarException::new),
    PARAMETERS("07001", Category.INTERFACE, TursoBadGrammarException::new),
    UNSUPPORTED_VALUE("07006", Category.INTERFACE, TursoDataException::new),
    LOCK_TIMEOUT("55P03", Category.OPERATIONAL, TursoTimeoutException::new, true),
    STATEMENT_TIMEOUT("57014", Category.OPERATIONAL, TursoTimeoutException::new),
    INTERRUPTED("57014", Category.OPERATIONAL, TursoInterruptedException::new),
    LOST_TRANSACTION("40001", Category.OPERATIONAL, TursoRollbackException::new, true),
    READ_ONLY("25006", Category.OPERATIONAL, TursoPermissionDeniedException::new),
    NOT_AUTHORISED("42501", Category.PROGRAMMING, TursoPermissionDeniedException::new),
    CANNOT_OPEN("08001", Category.OPERATIONAL, TursoResourceException::new),
    DAMAGED("XX001", Category.DATABASE, TursoResourceException::new),
    DISK_FULL("53100", Category.OPERATIONAL, TursoResourceException::new),
    OUT_OF_MEMORY("53200", Category.OPERATIONAL, TursoResourceException::new),
    INPUT_OUTPUT("58030", Category.OPERATIONAL, TursoResourceException::new),
    TOO_MANY_TASKS("53400", Category.OPERATIONAL, TursoTransientResourceException::new, true),
    TOO_MANY_ROWS("53000", Category.OPERATIONAL, TursoTransientResourceException::new),
    TOO_BIG("54000", Category.PROGRAMMING, TursoDataException::new),
    NO_SUCH_SAVEPOINT("3B001", Category.OPERATIONAL, TursoDataException::new),
    TRANSACTION_STATE("25000", Category.OPERATIONAL, TursoDataException::new),
    DATA("22000", Category.OPERATIONAL, TursoDataException::new),
    UNKNOWN("HY000", Category.DATABASE, TursoDataException::new);

    /** Primary codes of SQLite. */
    private static final class Primary {
        static final int ERROR = 1;
        static final int PERM = 3;
        static final int BUSY = 5;
        static final int LOCKED = 6;
        static final int NOMEM = 7;
        static final int READONLY = 8;
        static final int INTERRUPT = 9;
        static final int IOERR = 10;
        static final int CORRUPT = 11;
        static final int FULL = 13;
        static final int CANTOPEN = 14;
        static final int PROTOCOL = 15;
        static final int TOOBIG = 18;
        static final int CONSTRAINT = 19;
        static final int MISMATCH = 20;
        static final int AUTH = 23;
        static final int RANGE = 25;
        static final int NOTADB = 26;
    }

    /** Extended codes of SQLite. */
    private static final class Extended {
        static final int BUSY_SNAPSHOT = 517;
        static final int ABORT_ROLLBACK = 516;
        static final int CONSTRAINT_CHECK = 275;
        static final int CONSTRAINT_FOREIGNKEY = 787;
        static final int CONSTRAINT_NOTNULL = 1299;
        static final int CONSTRAINT_PRIMARYKEY = 1555;
        static final int CONSTRAINT_UNIQUE = 2067;
        static final int CONSTRAINT_ROWID = 2579;
    }

    @FunctionalInterface
    private interface Maker {
        R2dbcException make(
                String message,
                String sqlState,
                int code,
                @Nullable String sql,
                Category category,
                boolean retryable,
                @Nullable Throwable cause);
    }

    private final String sqlState;

    private final Category category;

    private final Maker maker;

    private final boolean retryable;

    ErrorRule(String sqlState, Category category, Maker maker) {
        this(sqlState, category, maker, false);
    }

    ErrorRule(String sqlState, Category category, Maker maker, boolean retryable) {
        this.sqlState = sqlState;
        this.category = category;
        this.maker = maker;
        this.retryable = retryable;
    }

    R2dbcException exception(EngineFailure failure) {
        return this.maker.make(
                failure.message(),
                this.sqlState,
                failure.code(),
                failure.sql(),
                this.category,
                this.retryable,
                failure.cause());
    }

    static ErrorRule of(EngineFailure failure) {
        return switch (failure.reason()) {
            case LOCK_TIMEOUT -> LOCK_TIMEOUT;
            case STATEMENT_TIMEOUT -> STATEMENT_TIMEOUT;
            case REJECTED -> TOO_MANY_TASKS;
            default -> ofCode(failure);
        };
    }

    private static ErrorRule ofCode(EngineFailure failure) {
        return switch (failure.code()) {
            case Extended.BUSY_SNAPSHOT, Extended.ABORT_ROLLBACK -> LOST_TRANSACTION;
            case Extended.CONSTRAINT_UNIQUE, Extended.CONSTRAINT_PRIMARYKEY, Extended.CONSTRAINT_ROWID -> UNIQUE;
            case Extended.CONSTRAINT_NOTNULL -> NOT_NULL;
            case Extended.CONSTRAINT_FOREIGNKEY -> FOREIGN_KEY;
            case Extended.CONSTRAINT_CHECK -> CHECK;
            default -> ofPrimaryCode(failure);
        };
    }

    private static ErrorRule ofPrimaryCode(EngineFailure failure) {
        return switch (failure.primaryCode()) {
            case Primary.ERROR -> ofText(failure);
            case Primary.BUSY, Primary.LOCKED, Primary.PROTOCOL -> LOCK_TIMEOUT;
            case Primary.CONSTRAINT, Primary.MISMATCH -> CONSTRAINT;
            case Primary.READONLY -> READ_ONLY;
            case Primary.INTERRUPT -> INTERRUPTED;
            case Primary.AUTH, Primary.PERM -> NOT_AUTHORISED;
            case Primary.CANTOPEN -> CANNOT_OPEN;
            case Primary.CORRUPT, Primary.NOTADB -> DAMAGED;
            case Primary.FULL -> DISK_FULL;
            case Primary.NOMEM -> OUT_OF_MEMORY;
            case Primary.IOERR -> INPUT_OUTPUT;
            case Primary.TOOBIG -> TOO_BIG;
            case Primary.RANGE -> SYNTAX;
            default -> UNKNOWN;
        };
    }

    /** SQLite has one code for everything it finds wrong in SQL; only its text, which is stable, tells more. */
    private static ErrorRule ofText(EngineFailure failure) {
        String text = failure.message().toLowerCase(Locale.ROOT);
        if (text.startsWith("no such ")) {
            return ofMissing(text.substring("no such ".length()));
        }
        if (text.contains("has no column named")) {
            return NO_SUCH_COLUMN;
        }
        if (text.startsWith("unknown database")) {
            return NO_SUCH_OBJECT;
        }
        if (text.endsWith("already exists") || text.startsWith("there is already ")) {
            return ALREADY_EXISTS;
        }
        if (text.startsWith("duplicate column name")) {
            return DUPLICATE_COLUMN;
        }
        if (text.startsWith("not authorized")) {
            return NOT_AUTHORISED;
        }
        if (text.startsWith("cannot ") && text.contains("transaction")) {
            return TRANSACTION_STATE;
        }
        // ALTER TABLE looks at the table's content and at what depends on it, so that it fails while it runs.
        if (text.startsWith("cannot add a ") || text.startsWith("error in ")) {
            return SYNTAX;
        }
        return switch (failure.reason()) {
            case RUN -> DATA;
            case OPEN -> CANNOT_OPEN;
            default -> SYNTAX;
        };
    }

    private static ErrorRule ofMissing(String what) {
        if (what.startsWith("table") || what.startsWith("view")) {
            return NO_SUCH_TABLE;
        }
        if (what.startsWith("column")) {
            return NO_SUCH_COLUMN;
        }
        if (what.startsWith("function")) {
            return NO_SUCH_FUNCTION;
        }
        return what.startsWith("savepoint") ? NO_SUCH_SAVEPOINT : NO_SUCH_OBJECT;
    }
}
