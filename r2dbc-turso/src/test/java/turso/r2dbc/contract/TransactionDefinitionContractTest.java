package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.TransactionDefinition;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoTransactionDefinition;
import turso.r2dbc.errors.OpenDatabase;

/** C-19 and C-20: the attributes of a transaction. */
class TransactionDefinitionContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
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

    /** Spring's transaction manager can be told to say in SQL, too, that a transaction is read-only. */
    @Test
    void c20ReadOnlyMayBeSaidInSqlToo() {
        String declaration = "SET TRANSACTION READ ONLY";
        await(this.connection.beginTransaction(Definitions.readOnly()));
        assertThat(update(declaration)).isZero();
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(0);
        assertThat(update("set transaction read only;")).isZero();
        assertThatExceptionOfType(R2dbcPermissionDeniedException.class)
                .isThrownBy(() -> update("INSERT INTO t(id) VALUES (1)"));
        await(this.connection.rollbackTransaction());

        assertThatExceptionOfType(R2dbcBadGrammarException.class).isThrownBy(() -> update(declaration));
        await(this.connection.beginTransaction());
        assertThatExceptionOfType(R2dbcBadGrammarException.class).isThrownBy(() -> update(declaration));
        await(this.connection.rollbackTransaction());
        await(this.connection.beginTransaction(Definitions.readOnly()));
        assertThatExceptionOfType(R2dbcBadGrammarException.class)
                .isThrownBy(() -> update("SET TRANSACTION READ WRITE"));
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
    void c19ReadOnlyThatSqlEndedIsUndoneByTheNextTransaction() {
        execute("INSERT INTO t(id) VALUES (1)");
        for (int id = 2; id < 4; id++) {
            await(this.connection.beginTransaction(Definitions.readOnly()));
            assertThat(integers("SELECT min(id) FROM t")).containsExactly(1);
            execute("COMMIT");
            assertThat(this.connection.isAutoCommit()).isTrue();
            await(this.connection.beginTransaction());
            assertThat(update("INSERT INTO t(id) VALUES (" + id + ")")).isEqualTo(1);
            await(this.connection.commitTransaction());
        }
        assertThat(this.database.count("t")).isEqualTo(3);
    }

    @Test
    void c19ReadOnlyMayFollowAReadOnlyThatSqlEnded() {
        for (int i = 0; i < 2; i++) {
            await(this.connection.beginTransaction(Definitions.readOnly()));
            assertThat(integers("SELECT count(*) FROM t")).containsExactly(0);
            StepVerifier.create(one("INSERT INTO t(id) VALUES (1)")).verifyError(R2dbcPermissionDeniedException.class);
            execute("ROLLBACK");
        }
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
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        await(this.connection.beginTransaction(TursoTransactionDefinition.of(mode)));
        integers("SELECT count(*) FROM t");
        Mono<Long> write = Flux.from(
                        other.createStatement("INSERT INTO t(id) VALUES (1)").execute())
                .concatMap(Result::getRowsUpdated)
                .single();
        // In memory a reader, too, keeps everybody from writing.
        if (mode == TransactionMode.DEFERRED && this.database.isFile()) {
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
    void c20LockWaitTimeoutHoldsForThatTransactionOnly() {
        String option = "lockWaitTimeout=60s";
        TursoConnection patient = this.database.connect(option);
        Mono<Long> insert = Flux.from(
                        patient.createStatement("INSERT INTO t(id) VALUES (2)").execute())
                .concatMap(Result::getRowsUpdated)
                .single();
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (1)");
        await(patient.beginTransaction(
                Definitions.none().with(TransactionDefinition.LOCK_WAIT_TIMEOUT, Duration.ZERO)));
        StepVerifier.create(insert).verifyError(R2dbcTimeoutException.class);
        await(patient.rollbackTransaction());

        CompletableFuture<Long> waiting = insert.toFuture();
        OpenDatabase.until(() ->
                waiting.isDone() || this.database.factory(option).metrics().lockWaiters() == 1);
        await(this.connection.commitTransaction());

        assertThat(await(Mono.fromFuture(waiting))).isEqualTo(1);
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
        assumeThat(this.database.isFile())
                .as("what is in memory is not read-only")
                .isTrue();
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
