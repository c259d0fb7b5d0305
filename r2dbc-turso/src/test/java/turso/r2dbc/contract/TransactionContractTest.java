package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoTransactionDefinition;

/** C-19 to C-23, C-26 and C-27: transactions. */
class TransactionContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    private static void assertRollback(Throwable error) {
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
    void commitMakesWritesVisibleAndRollbackUndoesThem() {
        await(this.connection.beginTransaction());
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.commitTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);

        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c19LazyBeginLetsAnotherConnectionWrite() {
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        await(this.connection.beginTransaction());
        assertThat(this.connection.isAutoCommit()).isFalse();
        assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (1)")).isEqualTo(1);
        await(this.connection.setAutoCommit(false));
        assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (2)")).isEqualTo(1);
        await(this.connection.createSavepoint("pending"));
        assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (3)")).isEqualTo(1);
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(3);
        await(this.connection.rollbackTransaction());
    }

    @Test
    void c19CommitAndRollbackOfAnUnusedTransactionTouchNothing() {
        TursoConnection other = this.database.connect();
        await(other.beginTransaction());
        TestDatabase.execute(other, "INSERT INTO t(id) VALUES (1)");
        // A statement would wait for the other one's lock.
        await(this.connection.beginTransaction());
        await(this.connection.commitTransaction());
        await(this.connection.beginTransaction());
        await(this.connection.rollbackTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(other.rollbackTransaction());
    }

    @Test
    void c19BeginIsColdAndRunsAgainAtEachSubscription() {
        Mono<Void> begin = this.connection.beginTransaction();
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(begin);
        await(this.connection.commitTransaction());
        await(begin);
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
    }

    @Test
    void c19DefinitionAttributesOfSpringAreAccepted() {
        Definitions spring = Definitions.none()
                .with(TransactionDefinition.READ_ONLY, false)
                .with(TransactionDefinition.ISOLATION_LEVEL, IsolationLevel.READ_COMMITTED)
                .with(TransactionDefinition.LOCK_WAIT_TIMEOUT, Duration.ofSeconds(3))
                .with(TransactionDefinition.NAME, "com.example.Service.method");
        await(this.connection.beginTransaction(spring));
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(1);
        await(this.connection.beginTransaction(Definitions.none()));
        await(this.connection.beginTransaction(IsolationLevel.READ_UNCOMMITTED));
        await(this.connection.rollbackTransaction());
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.beginTransaction(null));
    }

    @Test
    void c19IsolationOfADefinitionHoldsForThatTransactionOnly() {
        await(this.connection.beginTransaction(IsolationLevel.READ_COMMITTED));
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.rollbackTransaction());
        assertThat(this.connection.getTransactionIsolationLevel()).isEqualTo(IsolationLevel.SERIALIZABLE);
    }

    @Test
    void c19ReadOnlyRefusesWritesAndIsUndoneByCommit() {
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.beginTransaction(Definitions.readOnly()));
        assertThat(integers("SELECT id FROM t")).containsExactly(1);
        for (String write : List.of(
                "INSERT INTO t(id) VALUES (2)",
                "UPDATE t SET v = 'x'",
                "DELETE FROM t",
                "CREATE TABLE u(x)",
                "INSERT INTO t(id) VALUES (3) RETURNING id")) {
            StepVerifier.create(counts(this.connection.createStatement(write).execute()))
                    .verifyErrorSatisfies(error -> {
                        assertThat(error).isInstanceOf(R2dbcPermissionDeniedException.class);
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("25006");
                        assertThat(((R2dbcException) error).getSql()).isEqualTo(write);
                    });
        }
        assertThat(integers("SELECT id FROM t")).containsExactly(1);
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.commitTransaction());
        assertThat(update("INSERT INTO t(id) VALUES (4)")).isEqualTo(1);
    }

    @Test
    void c19ReadOnlyIsUndoneByRollbackByAutoCommitAndByRawSql() {
        List<Runnable> ends = List.of(
                () -> await(this.connection.rollbackTransaction()),
                () -> await(this.connection.setAutoCommit(true)),
                () -> execute("COMMIT"),
                () -> execute("ROLLBACK"),
                () -> execute("END TRANSACTION"));
        int id = 0;
        for (Runnable end : ends) {
            await(this.connection.beginTransaction(Definitions.readOnly()));
            integers("SELECT count(*) FROM t");
            end.run();
            assertThat(this.connection.isAutoCommit()).isTrue();
            assertThat(update("INSERT INTO t(id) VALUES (" + ++id + ")")).isEqualTo(1);
            await(this.connection.beginTransaction());
            assertThat(update("INSERT INTO t(id) VALUES (" + ++id + ")")).isEqualTo(1);
            await(this.connection.commitTransaction());
        }
        assertThat(this.database.count("t")).isEqualTo(id);
    }

    @Test
    void c19ReadOnlyBeforeAnyStatementRefusesTheFirstWrite() {
        await(this.connection.beginTransaction(Definitions.readOnly()));
        StepVerifier.create(one("INSERT INTO t(id) VALUES (1)")).verifyError(R2dbcPermissionDeniedException.class);
        await(this.connection.rollbackTransaction());
        assertThat(update("INSERT INTO t(id) VALUES (1)")).isEqualTo(1);
    }

    @Test
    void c19ReadOnlyTransactionTakesNoWriteLock() {
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        await(this.connection.beginTransaction(Definitions.readOnly()));
        integers("SELECT count(*) FROM t");
        if (this.database.isFile()) {
            assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (1)"))
                    .isEqualTo(1);
        }
        // The snapshot is the transaction's.
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(0);
        await(this.connection.commitTransaction());
    }

    @ParameterizedTest
    @EnumSource(TransactionMode.class)
    void c20ModeOfTheDefinitionDecidesWhoMayWrite(TransactionMode mode) {
        assumeThat(this.database.isFile() || mode != TransactionMode.DEFERRED)
                .as("in memory a reader keeps everybody from writing")
                .isTrue();
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        await(this.connection.beginTransaction(TursoTransactionDefinition.of(mode)));
        integers("SELECT count(*) FROM t");
        Mono<Long> write = Flux.from(
                        other.createStatement("INSERT INTO t(id) VALUES (1)").execute())
                .concatMap(Result::getRowsUpdated)
                .single();
        if (mode == TransactionMode.DEFERRED) {
            assertThat(await(write)).isEqualTo(1);
        } else {
            StepVerifier.create(write).verifyError();
        }
        await(this.connection.rollbackTransaction());
    }

    @Test
    void c20ModeHoldsForThatTransactionOnly() {
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        await(this.connection.beginTransaction(TursoTransactionDefinition.of(TransactionMode.DEFERRED)));
        integers("SELECT 1");
        await(this.connection.commitTransaction());
        await(this.connection.beginTransaction());
        integers("SELECT 1");
        StepVerifier.create(
                        other.createStatement("INSERT INTO t(id) VALUES (1)").execute())
                .verifyError();
        await(this.connection.rollbackTransaction());
    }

    @Test
    void c20ModeOfTheFactoryIsTheDefault() {
        assumeThat(this.database.isFile())
                .as("in memory a reader keeps everybody from writing")
                .isTrue();
        TursoConnection deferred = this.database.connect("transactionMode=deferred");
        await(deferred.beginTransaction());
        TestDatabase.query(deferred, "SELECT count(*) FROM t", Integer.class);
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (1)")).isEqualTo(1);
        await(deferred.rollbackTransaction());
    }

    @Test
    void c20ModeOfADefinitionIsRequired() {
        assertThatIllegalArgumentException().isThrownBy(() -> TursoTransactionDefinition.of(null));
    }

    @Test
    void c21BeginWithinATransactionIsSkipped() {
        await(this.connection.beginTransaction());
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.beginTransaction());
        await(this.connection.beginTransaction(Definitions.readOnly()));
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c21CommitAndRollbackWithoutTransactionDoNothing() {
        StepVerifier.create(this.connection.commitTransaction()).verifyComplete();
        StepVerifier.create(this.connection.rollbackTransaction()).verifyComplete();
        execute("INSERT INTO t(id) VALUES (1)");
        StepVerifier.create(this.connection.rollbackTransaction()).verifyComplete();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c22AutoCommitOffBeginsAndOnCommits() {
        await(this.connection.setAutoCommit(false));
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.setAutoCommit(false));
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.setAutoCommit(true));
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(this.connection.setAutoCommit(true));
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c22SameAutoCommitLeavesTheTransactionOpen() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.setAutoCommit(false));
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c22AutoCommitIsBackAfterEveryEndOfATransaction() {
        await(this.connection.setAutoCommit(false));
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.commitTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(this.connection.setAutoCommit(false));
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c22SettersAreCold() {
        Mono<Void> off = this.connection.setAutoCommit(false);
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(off);
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
    }

    @Test
    void sqlBeginAndCommitAreFollowed() {
        for (String begin : List.of("BEGIN", "begin transaction", "BEGIN IMMEDIATE", "BEGIN /* x */ EXCLUSIVE")) {
            for (String end : List.of("COMMIT", "END", "ROLLBACK", "commit transaction", "rollback -- all of it")) {
                execute(begin);
                assertThat(this.connection.isAutoCommit()).as(begin).isFalse();
                execute("INSERT OR REPLACE INTO t(id) VALUES (1)");
                execute(end);
                assertThat(this.connection.isAutoCommit()).as(end).isTrue();
            }
        }
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void sqlTransactionIsEndedByTheApi() {
        execute("BEGIN");
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.commitTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("BEGIN");
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void apiTransactionIsEndedBySql() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
        execute("COMMIT");
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (2)");
        execute("ROLLBACK");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
        await(this.connection.commitTransaction());
    }

    @Test
    void sqlEndsAPendingTransaction() {
        for (String end : List.of("COMMIT", "ROLLBACK")) {
            await(this.connection.beginTransaction());
            execute(end);
            assertThat(this.connection.isAutoCommit()).as(end).isTrue();
        }
        await(this.connection.beginTransaction());
        execute("BEGIN IMMEDIATE");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void sqlSavepointOpensATransactionAndItsReleaseEndsIt() {
        execute("SAVEPOINT a");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        execute("SAVEPOINT b");
        execute("RELEASE b");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("RELEASE SAVEPOINT a");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
        execute("INSERT INTO t(id) VALUES (2)");
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @Test
    void sqlRollbackToKeepsTheTransaction() {
        execute("SAVEPOINT a");
        execute("INSERT INTO t(id) VALUES (1)");
        execute("ROLLBACK TO a");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("RELEASE a");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void sqlErrorsOfTransactionControlKeepTheState() {
        StepVerifier.create(one("COMMIT")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        StepVerifier.create(one("ROLLBACK")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        StepVerifier.create(one("RELEASE nothing")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("BEGIN");
        StepVerifier.create(one("BEGIN")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        StepVerifier.create(one("RELEASE nothing")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (1)");
        execute("COMMIT");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void wholeTransactionInOneTextIsFollowed() {
        execute("BEGIN; INSERT INTO t(id) VALUES (1); COMMIT");
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("BEGIN; INSERT INTO t(id) VALUES (2)");
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (3); ROLLBACK; BEGIN; INSERT INTO t(id) VALUES (4)");
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.commitTransaction());
        assertThat(this.database.query("SELECT id FROM t ORDER BY id", Integer.class))
                .containsExactly(1, 4);
    }

    @Test
    void failedStatementKeepsTheTransactionAndWhatWasWritten() {
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
        StepVerifier.create(one("INSERT INTO t(id) VALUES (1)"))
                .verifyError(R2dbcDataIntegrityViolationException.class);
        StepVerifier.create(one("INSERT INTO nowhere VALUES (1)")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @Test
    void failedFirstStatementKeepsTheTransaction() {
        await(this.connection.beginTransaction());
        StepVerifier.create(one("INSERT INTO nowhere VALUES (1)")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c27FailedCommitLeavesTheTransactionOpen() {
        execute("CREATE TABLE child(id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)");
        await(this.connection.beginTransaction());
        execute("INSERT INTO child VALUES (1, 7)");
        StepVerifier.create(this.connection.commitTransaction())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcDataIntegrityViolationException.class,
                                it -> assertThat(it.getSqlState()).isEqualTo("23503")));
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (7)");
        await(this.connection.commitTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("child")).isEqualTo(1);
    }

    @Test
    void c27FailedCommitCanBeRolledBack() {
        execute("CREATE TABLE child(id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)");
        for (Mono<Void> commit : List.of(
                this.connection.commitTransaction(),
                this.connection.setAutoCommit(true),
                counts(this.connection.createStatement("COMMIT").execute()).then())) {
            await(this.connection.beginTransaction());
            execute("INSERT INTO child VALUES (1, 7)");
            StepVerifier.create(commit).verifyError(R2dbcDataIntegrityViolationException.class);
            assertThat(this.connection.isAutoCommit()).isFalse();
            await(this.connection.rollbackTransaction());
            assertThat(this.connection.isAutoCommit()).isTrue();
        }
        assertThat(this.database.count("child")).isZero();
        execute("INSERT INTO t(id) VALUES (7)");
    }

    @Test
    void c27FailedAutoCommitOfADeferredConstraintChangesNothing() {
        execute("CREATE TABLE child(id INTEGER PRIMARY KEY, t INTEGER REFERENCES t(id) DEFERRABLE INITIALLY DEFERRED)");
        StepVerifier.create(one("INSERT INTO child VALUES (1, 7)"))
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("child")).isZero();
        StepVerifier.create(this.connection
                        .createBatch()
                        .add("INSERT INTO t(id) VALUES (1)")
                        .add("INSERT INTO child VALUES (1, 7)")
                        .execute())
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("child")).isZero();
        assertThat(this.database.count("t")).isZero();
        execute("INSERT INTO t(id) VALUES (7)");
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
                    .verifyErrorSatisfies(TransactionContractTest::assertRollback);
        }
        StepVerifier.create(counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (?)")
                        .bind(0, 10)
                        .add()
                        .bind(0, 11)
                        .execute()))
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
        StepVerifier.create(counts(this.connection
                        .createBatch()
                        .add("INSERT INTO t(id) VALUES (12)")
                        .add("INSERT INTO t(id) VALUES (13)")
                        .execute()))
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
        StepVerifier.create(this.connection.createSavepoint("s"))
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
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
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void commitOfALostTransactionFailsAndReturnsToAutoCommit() {
        await(this.connection.beginTransaction());
        loseTransaction();
        StepVerifier.create(this.connection.commitTransaction())
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isZero();
        execute("INSERT INTO t(id) VALUES (2)");
    }

    @Test
    void autoCommitOnALostTransactionFailsAndReturnsToAutoCommit() {
        await(this.connection.setAutoCommit(false));
        loseTransaction();
        StepVerifier.create(this.connection.setAutoCommit(true))
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
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
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
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
    void resultConsumedAfterItsTransactionEndedIsIllegal() {
        execute("INSERT INTO t(id) VALUES (1)");
        for (Mono<Void> end : List.of(
                this.connection.commitTransaction(),
                this.connection.rollbackTransaction(),
                counts(this.connection.createStatement("COMMIT").execute()).then())) {
            await(this.connection.beginTransaction());
            Result result = await(one("SELECT id FROM t"));
            integers("SELECT 1");
            await(end);
            StepVerifier.create(result.map(row -> row.get(0))).verifyError(IllegalStateException.class);
        }
        await(this.connection.beginTransaction());
        Result result = await(one("SELECT id FROM t"));
        integers("SELECT 1");
        await(this.connection.commitTransaction());
        await(this.connection.beginTransaction());
        StepVerifier.create(result.getRowsUpdated()).verifyError(IllegalStateException.class);
        await(this.connection.rollbackTransaction());
    }

    @Test
    void resultConsumedAfterAPendingTransactionEndedIsIllegal() {
        await(this.connection.beginTransaction());
        Result result = await(one("SELECT id FROM t"));
        await(this.connection.commitTransaction());
        StepVerifier.create(result.map(row -> row.get(0))).verifyError(IllegalStateException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
    }

    @Test
    void resultOfAutoCommitMayBeConsumedWithinALaterTransaction() {
        execute("INSERT INTO t(id) VALUES (1)");
        Result result = await(one("SELECT id FROM t"));
        await(this.connection.beginTransaction());
        StepVerifier.create(result.map(row -> row.get(0, Integer.class)))
                .expectNext(1)
                .verifyComplete();
        await(this.connection.rollbackTransaction());
    }

    @Test
    void halfReadCursorSurvivesCommit() {
        StepVerifier.create(Flux.from(this.connection.beginTransaction()).thenMany(numbers(5)), 2)
                .expectNext(1, 2)
                .then(() -> await(this.connection.commitTransaction()))
                .then(() -> assertThat(this.connection.isAutoCommit()).isTrue())
                .thenRequest(10)
                .expectNext(3, 4, 5)
                .verifyComplete();
        execute("INSERT INTO t(id) VALUES (1)");
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c26CommitRunsEvenIfTheSubscriberCancels() {
        for (int i = 0; i < 20; i++) {
            await(this.connection.beginTransaction());
            execute("INSERT INTO t(id) VALUES (" + i + ")");
            this.connection.commitTransaction().subscribe().dispose();
            // Behind it in the queue:
            integers("SELECT 1");
            assertThat(this.connection.isAutoCommit()).isTrue();
        }
        assertThat(this.database.count("t")).isEqualTo(20);
    }

    @Test
    void c26RollbackRunsEvenIfTheSubscriberCancels() {
        for (int i = 0; i < 20; i++) {
            await(this.connection.beginTransaction());
            execute("INSERT INTO t(id) VALUES (" + i + ")");
            this.connection.rollbackTransaction().subscribe(new BaseSubscriber<Void>() {
                @Override
                protected void hookOnSubscribe(Subscription subscription) {
                    subscription.cancel();
                }
            });
            integers("SELECT 1");
            assertThat(this.connection.isAutoCommit()).isTrue();
        }
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c26CancelledBeginLeavesNoLock() {
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        this.connection.beginTransaction().subscribe().dispose();
        integers("SELECT 1");
        if (!this.connection.isAutoCommit()) {
            await(this.connection.rollbackTransaction());
        }
        assertThat(TestDatabase.update(other, "INSERT INTO t(id) VALUES (1)")).isEqualTo(1);
    }

    @Test
    void controlAndStatementsAreSerialisedInOrderOfSubscription() {
        Flux<Long> assembled = Flux.concat(
                this.connection.beginTransaction().thenMany(Flux.empty()),
                counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (1)")
                        .execute()),
                this.connection.rollbackTransaction().thenMany(Flux.empty()),
                counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (2)")
                        .execute()),
                this.connection.beginTransaction().thenMany(Flux.empty()),
                counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (3)")
                        .execute()),
                this.connection.commitTransaction().thenMany(Flux.empty()));
        StepVerifier.create(assembled).expectNext(1L, 1L, 1L).verifyComplete();
        assertThat(this.database.query("SELECT id FROM t ORDER BY id", Integer.class))
                .containsExactly(2, 3);
    }

    @Test
    void controlSubscribedWithoutWaitingRunsInOrder() {
        Mono<Void> all = Mono.when(
                this.connection.beginTransaction(),
                one("INSERT INTO t(id) VALUES (1)"),
                this.connection.createSavepoint("s"),
                one("INSERT INTO t(id) VALUES (2)"),
                this.connection.rollbackTransactionToSavepoint("s"),
                one("INSERT INTO t(id) VALUES (3)"),
                this.connection.commitTransaction());
        await(all);
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.query("SELECT id FROM t ORDER BY id", Integer.class))
                .containsExactly(1, 3);
    }

    @Test
    void ddlIsPartOfTheTransaction() {
        await(this.connection.beginTransaction());
        execute("CREATE TABLE u(x)", "INSERT INTO u VALUES (1)");
        await(this.connection.rollbackTransaction());
        assertThat(this.database.query("SELECT count(*) FROM sqlite_schema WHERE name = 'u'", Integer.class))
                .containsExactly(0);
        assertThatThrownBy(() -> integers("SELECT * FROM u")).isInstanceOf(R2dbcException.class);
    }

    @Test
    void usingWhenCommitsOrRollsBack() {
        Mono<Long> good = Mono.usingWhen(
                this.connection.beginTransaction().thenReturn(this.connection),
                it -> counts(it.createStatement("INSERT INTO t(id) VALUES (1)").execute())
                        .single(),
                TursoConnection::commitTransaction,
                (it, error) -> it.rollbackTransaction(),
                TursoConnection::rollbackTransaction);
        assertThat(await(good)).isEqualTo(1);
        Mono<Long> bad = Mono.usingWhen(
                this.connection.beginTransaction().thenReturn(this.connection),
                it -> counts(it.createStatement("INSERT INTO t(id) VALUES (2); INSERT INTO t(id) VALUES (1)")
                                .execute())
                        .last(),
                TursoConnection::commitTransaction,
                (it, error) -> it.rollbackTransaction(),
                TursoConnection::rollbackTransaction);
        StepVerifier.create(bad).verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.database.query("SELECT id FROM t", Integer.class)).containsExactly(1);
    }

    @Test
    void failedFirstQueryKeepsTheTransaction() {
        await(this.connection.beginTransaction());
        StepVerifier.create(one("SELECT * FROM nowhere").flatMapMany(it -> it.map(row -> 1)))
                .verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void cancelledFirstQueryKeepsTheTransaction() {
        await(this.connection.beginTransaction());
        StepVerifier.create(numbers(1_000), 1).expectNext(1).thenCancel().verify();
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void severalQueriesMayOpenAPendingTransactionTogether() {
        await(this.connection.beginTransaction());
        assertThat(await(Flux.range(1, 20).flatMap(i -> numbers(i).count()))).hasSize(20);
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void halfReadCursorSurvivesTheRollbackOfRows() {
        execute("INSERT INTO t(id) VALUES (1), (2), (3)");
        await(this.connection.beginTransaction());
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT id FROM t ORDER BY id", Integer.class), 1)
                .expectNext(1)
                .then(() -> execute("INSERT INTO t(id) VALUES (9)"))
                .then(() -> await(this.connection.rollbackTransaction()))
                .then(() -> assertThat(this.connection.isAutoCommit()).isTrue())
                .thenRequest(10)
                .expectNext(2, 3)
                .verifyComplete();
        execute("INSERT INTO t(id) VALUES (4)");
        assertThat(this.database.count("t")).isEqualTo(4);
    }

    @Test
    void halfReadCursorEndsWithTheRollbackOfASchemaChange() {
        execute("INSERT INTO t(id) VALUES (1), (2), (3)");
        await(this.connection.beginTransaction());
        execute("CREATE TABLE u(x)");
        StepVerifier.create(TestDatabase.rows(this.connection, "SELECT id FROM t ORDER BY id", Integer.class), 1)
                .expectNext(1)
                .then(() -> await(this.connection.rollbackTransaction()))
                .thenRequest(10)
                .thenConsumeWhile(it -> true)
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("INSERT INTO t(id) VALUES (4)");
        assertThat(this.database.count("t")).isEqualTo(4);
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
                .verifyErrorSatisfies(TransactionContractTest::assertRollback);
        await(this.connection.rollbackTransaction());
        execute("INSERT INTO t(id) VALUES (9)");
        assertThat(this.database.count("t")).isEqualTo(4);
    }

    @Test
    void c19DefinitionMayFollowAutoCommitOff() {
        await(this.connection.setAutoCommit(false));
        await(this.connection.beginTransaction(Definitions.readOnly()));
        StepVerifier.create(one("INSERT INTO t(id) VALUES (1)")).verifyError(R2dbcPermissionDeniedException.class);
        await(this.connection.rollbackTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
    }

    @Test
    void c19WrongAttributesAreSignalledAndBeginNothing() {
        StepVerifier.create(this.connection.beginTransaction(
                        Definitions.none().with(TransactionDefinition.LOCK_WAIT_TIMEOUT, Duration.ofMillis(-1))))
                .verifyError(IllegalArgumentException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        TransactionDefinition broken = new TransactionDefinition() {
            @Override
            public <T> T getAttribute(Option<T> option) {
                throw new ArithmeticException("broken");
            }
        };
        StepVerifier.create(this.connection.beginTransaction(broken)).verifyError(ArithmeticException.class);
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("INSERT INTO t(id) VALUES (1)");
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c20EveryModeReadsAndWrites() {
        for (TransactionMode mode : TransactionMode.values()) {
            await(this.connection.beginTransaction(TursoTransactionDefinition.of(mode)));
            execute("INSERT INTO t DEFAULT VALUES");
            integers("SELECT count(*) FROM t");
            await(this.connection.commitTransaction());
        }
        assertThat(this.database.count("t")).isEqualTo(TransactionMode.values().length);
    }

    @Test
    void readOnlyFileHasTransactionsToo() {
        assumeThat(this.database.isFile()).isTrue();
        execute("INSERT INTO t(id) VALUES (1)");
        TursoConnection readOnly = this.database.connect("readOnly=true");
        for (TransactionDefinition definition : List.of(Definitions.none(), Definitions.readOnly())) {
            await(readOnly.beginTransaction(definition));
            assertThat(TestDatabase.query(readOnly, "SELECT id FROM t", Integer.class))
                    .containsExactly(1);
            await(readOnly.commitTransaction());
        }
    }
}
