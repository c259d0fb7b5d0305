package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Result;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;

/** Results and open cursors across the end of their transaction. */
class TransactionResultsContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
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

    /** The result is there at once, when nobody knows yet which transaction will be the one at its place. */
    @Test
    void resultAskedForBehindABeginBelongsToThatTransaction() {
        execute("INSERT INTO t(id) VALUES (1)");
        for (boolean ended : List.of(true, false)) {
            Mono<Void> begun = behindSomethingSlow(this.connection.beginTransaction());
            Result result = await(one("SELECT id FROM t"));
            await(begun);
            await(this.connection.createSavepoint("s"));
            if (ended) {
                await(this.connection.commitTransaction());
                StepVerifier.create(result.map(row -> row.get(0))).verifyError(IllegalStateException.class);
            } else {
                StepVerifier.create(result.map(row -> row.get(0, Integer.class)))
                        .expectNext(1)
                        .verifyComplete();
                await(this.connection.rollbackTransaction());
            }
        }
    }

    @Test
    void queriesRunInTheOrderInWhichTheyWereAskedForWhateverIsOnItsWay() {
        Mono<Void> begun = behindSomethingSlow(this.connection.beginTransaction());
        Mono<Long> inserted = counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (1)")
                        .execute())
                .single();
        Mono<Integer> counted = Mono.from(one("SELECT count(*) FROM t"))
                .flatMap(result -> Mono.from(result.map(row -> row.get(0, Integer.class))));
        Mono<Void> rolledBack = this.connection.rollbackTransaction();

        StepVerifier.create(Flux.mergeSequential(begun, inserted, counted, rolledBack, counted))
                .expectNext(1L)
                .expectNext(1)
                .expectNext(0)
                .verifyComplete();
    }

    /** {@return what completes with the publisher, which is subscribed to already, and cannot have its turn soon} */
    private Mono<Void> behindSomethingSlow(Mono<Void> publisher) {
        one("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 300000) SELECT count(*) FROM c")
                .flatMap(result -> Mono.from(result.getRowsUpdated()))
                .subscribe();
        return Mono.fromFuture(publisher.toFuture(), true);
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

    /** Also when the result was asked for by what followed a write at once. */
    @Test
    void resultBehindAWriteInAutoCommitMayBeConsumedAfterALaterTransaction() {
        Result result = await(counts(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (1)")
                        .execute())
                .then(one("SELECT id FROM t")));
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (2)");
        await(this.connection.commitTransaction());
        StepVerifier.create(result.map(row -> row.get(0, Integer.class)))
                .expectNext(1, 2)
                .verifyComplete();
    }

    /** As README and Javadoc say: Reactor asks for the result where the rows are to go. */
    @Test
    void publishOnDirectlyBehindExecuteMovesTheSubscription() {
        execute("INSERT INTO t(id) VALUES (1)");
        List<Runnable> later = new CopyOnWriteArrayList<>();
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(id) VALUES (2)");
        Flux<Integer> rows = Flux.from(this.connection
                        .createStatement("SELECT id FROM t ORDER BY id")
                        .execute())
                .publishOn(Schedulers.fromExecutor(later::add))
                .flatMap(result -> result.map(row -> row.get(0, Integer.class)));
        StepVerifier.create(rows)
                .then(() -> await(this.connection.rollbackTransaction()))
                .then(() -> later.forEach(Runnable::run))
                .expectNext(1)
                .verifyComplete();
    }

    @Test
    void resultOfASingleQueryIsEmittedByWhoAsksForItAndItsRowsByTheDriver() {
        for (String sql : List.of("SELECT 1", "SELECT 1; SELECT 2", "INSERT INTO t(v) VALUES ('x')")) {
            List<String> threads = new CopyOnWriteArrayList<>();
            List<String> rows = new CopyOnWriteArrayList<>();
            Flux<Integer> values = Flux.from(
                            this.connection.createStatement(sql).execute())
                    .doOnNext(result -> threads.add(Thread.currentThread().getName()))
                    .concatMap(result -> result.map(row -> {
                        rows.add(Thread.currentThread().getName());
                        return row.get(0, Integer.class);
                    }));
            await(values);
            boolean single = sql.equals("SELECT 1");
            assertThat(threads)
                    .isNotEmpty()
                    .allMatch(it -> it.equals(Thread.currentThread().getName()) == single);
            assertThat(rows).hasSize(sql.split("SELECT").length - 1).allMatch(it -> it.startsWith("turso-"));
        }
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
                .verifyErrorSatisfies(LostTransactionContractTest::assertRollback);
        assertThat(this.connection.isAutoCommit()).isTrue();
        execute("INSERT INTO t(id) VALUES (4)");
        assertThat(this.database.count("t")).isEqualTo(4);
    }
}
