package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.sqlite.SQLiteErrorCode;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.core.OpenFailures;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.OpenException;

/** The table for every code there is, also those the real engine cannot be made to give. */
class ErrorCodeTest {

    private static final String WORDS = "the engine's words";

    private static Throwable exception(Reason reason, int code, String words) {
        EngineFailure failure = new EngineFailure(reason, code, words, "SELECT 1", null);
        return OpenFailures.exception(new OpenException(failure, "In a test"));
    }

    private static final Map<Integer, ErrorRow> BY_EXTENDED_CODE = Map.of(
            517, ErrorRow.LOST_TRANSACTION,
            516, ErrorRow.LOST_TRANSACTION,
            275, ErrorRow.CHECK,
            787, ErrorRow.FOREIGN_KEY,
            1299, ErrorRow.NOT_NULL,
            1555, ErrorRow.UNIQUE,
            2067, ErrorRow.UNIQUE,
            2579, ErrorRow.UNIQUE);

    private static final Map<Integer, ErrorRow> BY_PRIMARY_CODE = new TreeMap<>(Map.ofEntries(
            Map.entry(1, ErrorRow.DATA),
            Map.entry(3, ErrorRow.NOT_AUTHORISED),
            Map.entry(5, ErrorRow.LOCK_TIMEOUT),
            Map.entry(6, ErrorRow.LOCK_TIMEOUT),
            Map.entry(7, ErrorRow.OUT_OF_MEMORY),
            Map.entry(8, ErrorRow.READ_ONLY),
            Map.entry(9, ErrorRow.INTERRUPTED),
            Map.entry(10, ErrorRow.INPUT_OUTPUT),
            Map.entry(11, ErrorRow.DAMAGED),
            Map.entry(13, ErrorRow.DISK_FULL),
            Map.entry(14, ErrorRow.CANNOT_OPEN),
            Map.entry(15, ErrorRow.LOCK_TIMEOUT),
            Map.entry(18, ErrorRow.TOO_BIG),
            Map.entry(19, ErrorRow.CONSTRAINT),
            Map.entry(20, ErrorRow.CONSTRAINT),
            Map.entry(23, ErrorRow.NOT_AUTHORISED),
            Map.entry(25, ErrorRow.SYNTAX),
            Map.entry(26, ErrorRow.DAMAGED)));

    @ParameterizedTest
    @EnumSource(
            value = SQLiteErrorCode.class,
            mode = Mode.EXCLUDE,
            names = {"UNKNOWN_ERROR", "SQLITE_OK", "SQLITE_ROW", "SQLITE_DONE"})
    void everyCodeHasARow(SQLiteErrorCode code) {
        ErrorRow byPrimaryCode = BY_PRIMARY_CODE.getOrDefault(code.code & 0xFF, ErrorRow.UNKNOWN);
        ErrorRow row = BY_EXTENDED_CODE.getOrDefault(code.code, byPrimaryCode);

        row.verify(exception(Reason.RUN, code.code, WORDS), code.code, "SELECT 1", "In a test", WORDS);
    }

    @ParameterizedTest
    @EnumSource(SQLiteErrorCode.class)
    void onlyLocksLostTransactionsAndFullQueuesAreRetryable(SQLiteErrorCode code) {
        var exception = (turso.r2dbc.api.TursoException) exception(Reason.RUN, code.code, WORDS);

        assertThat(exception.isRetryable()).isEqualTo(Set.of(5, 6, 15).contains(code.code & 0xFF) || code.code == 516);
    }

    @Test
    void errorWhilePreparingIsGrammar() {
        ErrorRow.SYNTAX.verify(exception(Reason.PREPARE, 1, WORDS), 1, "SELECT 1", WORDS);
    }

    @Test
    void errorWithoutCodeWhileOpeningIs08001() {
        ErrorRow.CANNOT_OPEN.verify(exception(Reason.OPEN, 1, WORDS), 1, "SELECT 1", WORDS);
    }

    @Test
    void placeDoesNotMisleadTheTable() {
        EngineFailure failure = new EngineFailure(Reason.OPEN, 1, "disk on fire", null, null);
        OpenException thrown =
                new OpenException(failure, "Cannot open the database file /no such table/transaction.db");

        ErrorRow.CANNOT_OPEN.verify(OpenFailures.exception(thrown), 1, null, "no such table/transaction.db", "on fire");
    }

    @Test
    void reasonGoesBeforeCode() {
        ErrorRow.LOCK_TIMEOUT.verify(exception(Reason.LOCK_TIMEOUT, 5, WORDS), 5, "SELECT 1", WORDS);
        ErrorRow.STATEMENT_TIMEOUT.verify(exception(Reason.STATEMENT_TIMEOUT, 9, WORDS), 9, "SELECT 1", WORDS);
        ErrorRow.TOO_MANY_TASKS.verify(exception(Reason.REJECTED, 0, WORDS), 0, "SELECT 1", WORDS);
    }

    @Test
    void closedAndDefectsAreNoDatabaseErrors() {
        Stream.of(Reason.CANCELLED, Reason.INTERNAL)
                .forEach(reason -> assertThat(exception(reason, 0, WORDS))
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(WORDS));
        assertThat(exception(Reason.CLOSED, 0, WORDS))
                .isInstanceOf(IllegalStateException.class)
                .isInstanceOfSatisfying(TursoClosedException.class, closed -> {
                    assertThat(closed.category()).isEqualTo(TursoException.Category.PROGRAMMING);
                    assertThat(closed.extendedCode()).isZero();
                    assertThat(closed.isRetryable()).isFalse();
                })
                .hasMessageContaining(WORDS);
        assertThat(EnumSet.allOf(Reason.class)).hasSize(9);
    }
}
