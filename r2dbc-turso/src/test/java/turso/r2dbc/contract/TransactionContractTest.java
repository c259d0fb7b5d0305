package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.TransactionDefinition;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/** C-21, C-22, C-26 and C-27: transactions. */
class TransactionContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
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

    /** Nobody would end it: a pool whose proxy hides the driver's clean-up hands the connection on as it is. */
    @Test
    void cancelledBeginBeginsNothing() {
        Disposable running = Flux.from(this.connection
                        .createStatement("WITH RECURSIVE c(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM c)"
                                + " SELECT count(*) FROM c")
                        .execute())
                .concatMap(result -> result.map(row -> true))
                .subscribe();
        this.connection.beginTransaction().subscribe().dispose();
        this.connection.beginTransaction(Definitions.readOnly()).subscribe().dispose();
        this.connection.setAutoCommit(false).subscribe().dispose();
        running.dispose();

        execute("INSERT INTO t(id) VALUES (1)");

        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void beginThatIsCancelledWhileItsDefinitionIsReadIsTakenBack() {
        BaseSubscriber<Void> subscriber = new BaseSubscriber<>() {};
        this.connection
                .beginTransaction(new TransactionDefinition() {
                    @Override
                    public <T> T getAttribute(Option<T> option) {
                        subscriber.cancel();
                        return null;
                    }
                })
                .subscribe(subscriber);

        execute("INSERT INTO t(id) VALUES (1)");

        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void cancelledBeginOfABegunTransactionLeavesIt() {
        await(this.connection.beginTransaction());
        this.connection.beginTransaction().subscribe().dispose();
        this.connection.setAutoCommit(false).subscribe().dispose();

        execute("INSERT INTO t(id) VALUES (1)");

        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void cancelledBeginChangesNothingOfAPendingTransaction() {
        BaseSubscriber<Void> cancelled = new BaseSubscriber<>() {};
        cancelled.cancel();
        await(this.connection.beginTransaction());
        this.connection.beginTransaction(Definitions.readOnly()).subscribe(cancelled);

        execute("INSERT INTO t(id) VALUES (1)");

        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(1);
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
}
