package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.BoundSql;
import turso.r2dbc.api.TransactionMode;

/** Transactions that the engine has ended: nothing meant for them commits by itself. */
class LostTransactionContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    static void assertRollback(Throwable error) {
        assertThat(error).isInstanceOf(R2dbcRollbackException.class);
        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("40001");
    }

    /** Loses the open transaction: the engine rolls it back on its own. */
    private void loseTransaction() {
        execute("INSERT INTO t(id) VALUES (1)");
        StepVerifier.create(one("INSERT OR ROLLBACK INTO t(id) VALUES (1)"))
                .verifyError(R2dbcDataIntegrityViolationException.class);
    }

    @Test
    void lostTransactionRefusesStatementsUntilRollback() {
        await(this.connection.beginTransaction());
        loseTransaction();
        assertThat(this.connection.isAutoCommit()).isFalse();
        for (String sql : List.of(
                "INSERT INTO t(id) VALUES (2)",
                "SELECT * FROM t",
                "CREATE TABLE u(x)",
                "INSERT INTO t(id) VALUES (3) RETURNING id",
                "PRAGMA user_version",
                "SAVEPOINT s",
                "ROLLBACK TO s",
                "RELEASE s",
                "BEGIN")) {
            StepVerifier.create(counts(this.connection.createStatement(sql).execute()))
                    .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        }
        StepVerifier.create(counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (?)")
                        .bind(0, 10)
                        .add()
                        .bind(0, 11)
                        .execute()))
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        StepVerifier.create(counts(this.connection
                        .createBatch()
                        .add("INSERT INTO t(id) VALUES (12)")
                        .add("INSERT INTO t(id) VALUES (13)")
                        .execute()))
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        StepVerifier.create(counts(this.connection.batch(
                        List.of(BoundSql.of("INSERT INTO t(id) VALUES (14)")), TransactionMode.IMMEDIATE)))
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        for (Mono<Void> control : List.of(
                this.connection.createSavepoint("s"),
                this.connection.releaseSavepoint("s"),
                this.connection.rollbackTransactionToSavepoint("s"))) {
            StepVerifier.create(control).verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        }
        assertThat(this.connection.isAutoCommit()).isFalse();

        await(this.connection.rollbackTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
        execute("INSERT INTO t(id) VALUES (2)");
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void lostTransactionIsLeftByItsOwnRollbackStatement() {
        await(this.connection.beginTransaction());
        loseTransaction();
        execute("ROLLBACK");
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("INSERT INTO t(id) VALUES (2)");
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void lostTransactionIsLeftByARollbackStatementWithOthersBehindIt() {
        await(this.connection.beginTransaction());
        loseTransaction();
        StepVerifier.create(counts(this.connection
                        .createStatement("ROLLBACK; INSERT INTO t(id) VALUES (2); INSERT INTO t(id) VALUES (3)")
                        .execute()))
                .expectNext(0L, 1L, 1L)
                .verifyComplete();
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @Test
    void lostTransactionIsLeftByItsOwnCommitStatementWhichFails() {
        await(this.connection.beginTransaction());
        loseTransaction();
        StepVerifier.create(counts(this.connection
                        .createStatement("COMMIT; INSERT INTO t(id) VALUES (2)")
                        .execute()))
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void commitOfALostTransactionFailsAndReturnsToAutoCommit() {
        await(this.connection.beginTransaction());
        loseTransaction();
        StepVerifier.create(this.connection.commitTransaction())
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
        execute("INSERT INTO t(id) VALUES (2)");
    }

    @Test
    void autoCommitOnALostTransactionFailsAndReturnsToAutoCommit() {
        await(this.connection.setAutoCommit(false));
        loseTransaction();
        StepVerifier.create(this.connection.setAutoCommit(true))
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("INSERT INTO t(id) VALUES (2)");
    }

    @Test
    void transactionIsLostByATriggersRaiseToo() {
        execute("CREATE TRIGGER no BEFORE INSERT ON t WHEN new.v = 'bad' BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id, v) VALUES (1, 'good')");
        StepVerifier.create(one("INSERT INTO t(id, v) VALUES (2, 'bad')"))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("no"));
        StepVerifier.create(one("INSERT INTO t(id) VALUES (3)"))
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void orRollbackOutsideATransactionChangesNothingElse() {
        loseTransaction();
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("INSERT INTO t(id) VALUES (2)");
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @Test
    void lostReadOnlyMarkersDoNotLeakIntoTheNextTransaction() {
        await(this.connection.beginTransaction());
        loseTransaction();
        await(this.connection.rollbackTransaction());
        await(this.connection.beginTransaction(Definitions.readOnly()));
        integers("SELECT 1");
        await(this.connection.rollbackTransaction());
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (5)");
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void lossOfATransactionWithAnOpenCursorHarmsNobody() {
        execute("INSERT INTO t(id) VALUES (1), (2), (3)");
        await(this.connection.beginTransaction());
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT id FROM t ORDER BY id", Integer.class), 1)
                .expectNext(1)
                .then(() -> StepVerifier.create(one("INSERT OR ROLLBACK INTO t(id) VALUES (1)"))
                        .verifyError(R2dbcDataIntegrityViolationException.class))
                .thenCancel()
                .verify();
        StepVerifier.create(one("INSERT INTO t(id) VALUES (9)"))
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        await(this.connection.rollbackTransaction());
        execute("INSERT INTO t(id) VALUES (9)");
        assertThat(this.database.count("t")).isEqualTo(4);
    }
}
