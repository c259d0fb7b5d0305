package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import turso.r2dbc.api.TursoConnection;

/** Errors that have to do with the transaction they happen in. */
class TransactionErrorTest {

    private static final int ERROR = 1;

    private static final int CONSTRAINT_TRIGGER = 1811;

    private static final int CONSTRAINT_UNIQUE = 2067;

    private static final int INTERRUPT = 9;

    private static final String ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

    private static final String[] SCHEMA = {
        "CREATE TABLE t (a UNIQUE, b)",
        "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
        "CREATE TABLE child (p REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)",
        trigger("ABORT"),
        trigger("FAIL"),
        trigger("ROLLBACK"),
        "CREATE TRIGGER on_ignore BEFORE INSERT ON t WHEN new.b = 'IGNORE' BEGIN SELECT RAISE(IGNORE); END",
        "INSERT INTO t VALUES (1, 'old')"
    };

    private static String trigger(String action) {
        return "CREATE TRIGGER on_" + action + " BEFORE INSERT ON t WHEN new.b = '" + action + "' BEGIN SELECT RAISE("
                + action + ", 'refused by " + action + "'); END";
    }

    private static TursoConnection open(OpenDatabase database) {
        TursoConnection connection = database.open();
        run(connection, SCHEMA);
        return connection;
    }

    private static String insert(String action) {
        return "INSERT INTO t VALUES (2, 'new'), (3, '" + action + "'), (4, 'new')";
    }

    @Test
    void raiseAbortUndoesTheStatementOnly() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('kept', 0)");

            Throwable error = failure(connection, insert("ABORT"));

            ErrorRow.CONSTRAINT.verify(error, CONSTRAINT_TRIGGER, insert("ABORT"), "refused by ABORT");
            await(connection.commitTransaction());
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, "kept");
        }
    }

    @Test
    void raiseFailKeepsTheRowsBefore() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());

            Throwable error = failure(connection, insert("FAIL"));

            ErrorRow.CONSTRAINT.verify(error, CONSTRAINT_TRIGGER, insert("FAIL"), "refused by FAIL");
            assertThat(connection.isAutoCommit()).isFalse();
            await(connection.commitTransaction());
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    @Test
    void raiseIgnoreIsNoErrorAndSkipsTheRow() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);

            Long count = connection
                    .createStatement(insert("IGNORE"))
                    .execute()
                    .concatMap(result -> result.getRowsUpdated())
                    .blockLast(OpenDatabase.PATIENCE);

            assertThat(count).isEqualTo(2);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L, 4L);
        }
    }

    @Test
    void raiseRollbackLosesTheTransaction() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('lost', 0)");

            Throwable error = failure(connection, insert("ROLLBACK"));

            ErrorRow.CONSTRAINT.verify(error, CONSTRAINT_TRIGGER, insert("ROLLBACK"), "refused by ROLLBACK");
            assertTransactionIsLost(connection);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    @Test
    void conflictClauseRollbackLosesTheTransaction() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('lost', 0)");
            String insert = "INSERT OR ROLLBACK INTO t VALUES (1, 'again')";

            Throwable error = failure(connection, insert);

            ErrorRow.UNIQUE.verify(error, CONSTRAINT_UNIQUE, insert, "UNIQUE constraint failed: t.a");
            assertTransactionIsLost(connection);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    /** P-3: an interrupted write takes the whole transaction with it. */
    @Test
    void interruptedWriteLosesTheTransaction() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('lost', 0)");
            // Long enough to begin.
            await(connection.setStatementTimeout(Duration.ofMillis(300)));
            String insert = ENDLESS.replace("WITH", "INSERT INTO t WITH") + " SELECT x + 10, 0 FROM c";

            Throwable error = failure(connection, insert);

            ErrorRow.STATEMENT_TIMEOUT.verify(error, INTERRUPT, insert, "statement timeout");
            assertTransactionIsLost(connection);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    /** P-3: an interrupted query does not. */
    @Test
    void interruptedQueryLeavesTransactionOpen() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('kept', 0)");
            await(connection.setStatementTimeout(Duration.ofMillis(50)));
            String select = ENDLESS + " SELECT count(*) FROM c";

            Throwable error = failure(connection, select);

            ErrorRow.STATEMENT_TIMEOUT.verify(error, INTERRUPT, select, "statement timeout");
            await(connection.setStatementTimeout(Duration.ZERO));
            await(connection.commitTransaction());
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, "kept");
        }
    }

    /** The rule of all lost transactions: nothing meant for one may commit by itself. */
    private static void assertTransactionIsLost(TursoConnection connection) {
        String insert = "INSERT INTO t VALUES ('homeless', 0)";
        ErrorRow.LOST_TRANSACTION.verify(failure(connection, insert), 0, insert, "rolled the transaction back");
        String select = "SELECT a FROM t";
        ErrorRow.LOST_TRANSACTION.verify(failure(connection, select), 0, select, "rolled the transaction back");
        assertThat(connection.isAutoCommit()).isFalse();
        ErrorRow.LOST_TRANSACTION.verify(
                failure(connection.commitTransaction()), 0, "COMMIT", "rolled the transaction back");
        assertThat(connection.isAutoCommit()).isTrue();
        await(connection.setStatementTimeout(Duration.ZERO));
    }

    @Test
    void rollbackEndsALostTransaction() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('lost', 0)");
            failure(connection, insert("ROLLBACK"));

            await(connection.rollbackTransaction());

            run(connection, "INSERT INTO t VALUES ('new', 0)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, "new");
        }
    }

    @Test
    void deferredForeignKeyFailsTheCommitAndLeavesTransactionOpen() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO child VALUES (7)");

            Throwable error = failure(connection.commitTransaction());

            ErrorRow.FOREIGN_KEY.verify(error, 787, "COMMIT", "FOREIGN KEY constraint failed");
            assertThat(connection.isAutoCommit()).isFalse();
            run(connection, "INSERT INTO parent VALUES (7)");
            await(connection.commitTransaction());
            assertThat(value(connection, "SELECT count(*) FROM child")).isEqualTo(1L);
        }
    }

    @Test
    void beginWithinTransactionIs25000() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            run(connection, "BEGIN");

            ErrorRow.TRANSACTION_STATE.verify(
                    failure(connection, "BEGIN"), ERROR, "BEGIN", "cannot start a transaction within a transaction");

            run(connection, "INSERT INTO t VALUES (2, 0)");
            await(connection.rollbackTransaction());
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(1L);
        }
    }

    @Test
    void commitAndRollbackWithoutTransactionAre25000() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);

            ErrorRow.TRANSACTION_STATE.verify(
                    failure(connection, "COMMIT"), ERROR, "COMMIT", "cannot commit - no transaction is active");
            ErrorRow.TRANSACTION_STATE.verify(
                    failure(connection, "ROLLBACK"), ERROR, "ROLLBACK", "cannot rollback - no transaction is active");

            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(1L);
        }
    }

    @Test
    void whatNeedsToBeOutsideATransactionIs25000() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            run(connection, "ATTACH ':memory:' AS other", "BEGIN", "INSERT INTO t VALUES (2, 0)");

            ErrorRow.TRANSACTION_STATE.verify(
                    failure(connection, "VACUUM"), ERROR, "VACUUM", "cannot VACUUM from within a transaction");

            run(connection, "COMMIT", "VACUUM");
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(2L);
        }
    }

    @Test
    void unknownSavepointIs3B001AndLeavesTransactionOpen() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = open(database);
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES (2, 0)");

            Throwable error = failure(connection.rollbackTransactionToSavepoint("missing"));

            ErrorRow.NO_SUCH_SAVEPOINT.verify(error, ERROR, "ROLLBACK TO \"missing\"", "no such savepoint: missing");
            ErrorRow.NO_SUCH_SAVEPOINT.verify(
                    failure(connection.releaseSavepoint("missing")),
                    ERROR,
                    "RELEASE \"missing\"",
                    "no such savepoint: missing");
            await(connection.commitTransaction());
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(2L);
        }
    }
}
