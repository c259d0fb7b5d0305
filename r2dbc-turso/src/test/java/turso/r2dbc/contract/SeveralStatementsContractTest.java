package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;

/** Several statements in one text: one result each, in order; a result that is being consumed holds up the next. */
class SeveralStatementsContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)");
    }

    private Flux<? extends Result> run(String sql) {
        return Flux.from(this.connection.createStatement(sql).execute());
    }

    private static Publisher<Integer> values(Result result) {
        return result.map(row -> row.get(0, Integer.class));
    }

    @Test
    void eachStatementHasItsResult() {
        assertThat(await(run("SELECT 1; SELECT 2; SELECT 3").concatMap(SeveralStatementsContractTest::values)))
                .containsExactly(1, 2, 3);
        assertThat(await(run("SELECT 1; SELECT 2; SELECT 3").flatMap(SeveralStatementsContractTest::values)))
                .containsExactly(1, 2, 3);
        assertThat(await(run("SELECT 1; SELECT 2;").flatMapSequential(SeveralStatementsContractTest::values)))
                .containsExactly(1, 2);
    }

    @Test
    void semicolonsWithinStringsCommentsAndTriggersDoNotSplit() {
        assertThat(query("SELECT 'a;b' -- c;d\n || /* ; */ 'e'", String.class)).containsExactly("a;be");
        execute("CREATE TRIGGER g AFTER INSERT ON t BEGIN"
                + " UPDATE t SET v = CASE WHEN v IS NULL THEN 'x;y' ELSE v END; DELETE FROM t WHERE id = 99; END;"
                + " INSERT INTO t(id) VALUES (1), (99)");
        assertThat(query("SELECT v FROM t", String.class)).containsExactly("x;y");
    }

    @Test
    void statementsSeeWhatThoseBeforeThemDid() {
        assertThat(await(
                        run("INSERT INTO t(id) VALUES (1); SELECT count(*) FROM t; DELETE FROM t; SELECT count(*) FROM t")
                                .concatMap(SeveralStatementsContractTest::values)))
                .containsExactly(1, 0);
    }

    @Test
    void slowConsumptionOfTheFirstResultHoldsUpTheNext() {
        await(this.connection.beginTransaction());
        StepVerifier.create(
                        run("SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3; INSERT INTO t(id) VALUES (1); SELECT 4")
                                .concatMap(SeveralStatementsContractTest::values),
                        1)
                .expectNext(1)
                .then(() -> assertThat(integers("SELECT count(*) FROM t")).containsExactly(0))
                .thenRequest(1)
                .expectNext(2)
                .then(() -> assertThat(integers("SELECT count(*) FROM t")).containsExactly(0))
                .thenRequest(1)
                .expectNext(3)
                .thenRequest(1)
                .expectNext(4)
                .verifyComplete();
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void slowConsumptionInAutoCommitHoldsUpQueriesOnly() {
        StepVerifier.create(
                        run("SELECT 1 UNION ALL SELECT 2; SELECT count(*) FROM t")
                                .concatMap(SeveralStatementsContractTest::values),
                        1)
                .expectNext(1)
                .then(() -> execute("INSERT INTO t(id) VALUES (1)"))
                .thenRequest(10)
                .expectNext(2, 1)
                .verifyComplete();
    }

    @Test
    void withWritesInAutoCommitEverythingHasRunBeforeTheFirstResult() {
        StepVerifier.create(
                        run("SELECT count(*) FROM t UNION ALL SELECT 2; INSERT INTO t(id) VALUES (1); SELECT 4")
                                .concatMap(SeveralStatementsContractTest::values),
                        1)
                .expectNext(0)
                .then(() -> assertThat(this.database.count("t")).isEqualTo(1))
                .thenRequest(10)
                .expectNext(2, 4)
                .verifyComplete();
    }

    @Test
    void cancelOfTheFirstResultLetsTheNextRun() {
        List<Result> results = new ArrayList<>();
        StepVerifier.create(run("SELECT 1 UNION ALL SELECT 2; SELECT 3").doOnNext(results::add))
                .expectNextCount(2)
                .verifyComplete();
        assertThat(await(run(String.format(NUMBERS, 100_000) + "; SELECT 7")
                        .concatMap(it -> Flux.from(values(it)).take(1))))
                .containsExactly(1, 7);
    }

    @Test
    void cancelOfTheFirstResultBeforeItBeganLetsTheNextRun() {
        List<Integer> rows = new ArrayList<>();
        await(run("SELECT 1; SELECT 2")
                .index()
                .doOnNext(result -> {
                    Flux<Integer> values = Flux.from(values(result.getT2()));
                    if (result.getT1() == 0) {
                        values.subscribe(new BaseSubscriber<>() {
                            @Override
                            protected void hookOnSubscribe(Subscription subscription) {
                                subscription.request(1);
                                subscription.cancel();
                            }
                        });
                    } else {
                        values.subscribe(rows::add);
                    }
                })
                .then());
        assertUsable();
        assertThat(rows).containsExactly(2);
    }

    @Test
    void unsubscribedResultsArePassed() {
        StepVerifier.create(
                        run("SELECT 1; INSERT INTO t(id) VALUES (1); SELECT 2").then())
                .verifyComplete();
        assertThat(this.database.count("t")).isEqualTo(1);
        assertThat(await(run("SELECT 1; SELECT 2; SELECT 3").skip(2).concatMap(SeveralStatementsContractTest::values)))
                .containsExactly(3);
    }

    @Test
    void resultThatIsSubscribedWithoutDemandHoldsUpUntilItIsCancelled() {
        List<Result> results = new ArrayList<>();
        BaseSubscriber<Integer> idle = new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // no demand
            }
        };
        StepVerifier.create(run("SELECT 1; SELECT 2").doOnNext(it -> {
                    results.add(it);
                    if (results.size() == 1) {
                        values(it).subscribe(idle);
                    }
                }))
                .expectNextCount(1)
                .then(() -> assertThat(integers("SELECT 5")).containsExactly(5))
                .then(() -> assertThat(results).hasSize(1))
                .then(idle::cancel)
                .expectNextCount(1)
                .verifyComplete();
    }

    @Test
    void c49MonoFromRunsOnlyTheFirstQuery() {
        assertThat(await(one("SELECT 1; INSERT INTO t(id) VALUES (1)")
                        .flatMapMany(SeveralStatementsContractTest::values)))
                .containsExactly(1);
        assertUsable();
    }

    @Test
    void resultsConsumedOnAnotherThreadKeepTheirOrder() {
        assertThat(await(run("SELECT 1 UNION ALL SELECT 2; SELECT 3; SELECT 4")
                        .publishOn(Schedulers.parallel())
                        .concatMap(SeveralStatementsContractTest::values)))
                .containsExactly(1, 2, 3, 4);
        assertThat(await(run("SELECT 1 UNION ALL SELECT 2; SELECT 3; SELECT 4")
                        .concatMap(it -> Flux.from(values(it)).publishOn(Schedulers.parallel(), 1))))
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void errorInTheMiddleEndsTheResults() {
        StepVerifier.create(run("SELECT 1; SELECT * FROM nowhere; SELECT 3")
                        .concatMapDelayError(SeveralStatementsContractTest::values))
                .expectNext(1, 3)
                .verifyError(R2dbcBadGrammarException.class);
        StepVerifier.create(run("SELECT 1; DELETE FROM nowhere; SELECT 3")
                        .concatMapDelayError(SeveralStatementsContractTest::values))
                .verifyError(R2dbcBadGrammarException.class);
        await(this.connection.beginTransaction());
        StepVerifier.create(run("SELECT 1; DELETE FROM nowhere; SELECT 3")
                        .concatMapDelayError(SeveralStatementsContractTest::values))
                .expectNext(1)
                .verifyError(R2dbcBadGrammarException.class);
        assertUsable();
    }

    @Test
    void writesInAutoCommitAreOneTransaction() {
        StepVerifier.create(counts(run("INSERT INTO t(id) VALUES (1); INSERT INTO t(id) VALUES (1)")))
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.database.count("t")).isZero();
        assertThat(this.connection.isAutoCommit()).isTrue();
    }

    /** Not even where nothing may be written at all. */
    @Test
    void queriesAloneNeedNoWriteLock() {
        execute("PRAGMA query_only = 1");
        assertThat(await(run("SELECT 1; SELECT 2").concatMap(SeveralStatementsContractTest::values)))
                .containsExactly(1, 2);
    }

    @Test
    void parametersAreNumberedThroughTheWholeText() {
        Statement statement = this.connection
                .createStatement("SELECT ? + 0; SELECT ? + 0; SELECT :c + :c")
                .bind(0, 1)
                .bind(1, 2)
                .bind("c", 3);
        assertThat(await(Flux.from(statement.execute()).concatMap(SeveralStatementsContractTest::values)))
                .containsExactly(1, 2, 6);
    }

    @Test
    void numberedParametersMayLeaveGapsInEachStatement() {
        Statement statement = this.connection
                .createStatement("SELECT ?2 + 0; SELECT ?4 + 0")
                .bind("?2", 2)
                .bind("?4", 4);
        assertThat(await(Flux.from(statement.execute()).concatMap(SeveralStatementsContractTest::values)))
                .containsExactly(2, 4);
    }

    @Test
    void sameNamedParameterInSeveralStatementsIsBoundOnce() {
        Statement statement = this.connection
                .createStatement("INSERT INTO t(id, v) VALUES (:id, :v); UPDATE t SET v = :v || :v WHERE id = :id")
                .bind("id", 4)
                .bind("v", "x");
        assertThat(await(counts(statement.execute()))).containsExactly(1L, 1L);
        assertThat(query("SELECT v FROM t", String.class)).containsExactly("xx");
    }

    @Test
    void manyStatementsRun() {
        int count = 1_000;
        String sql = "INSERT INTO t(v) VALUES ('x');".repeat(count);
        assertThat(await(counts(run(sql)))).hasSize(count);
        String selects = "SELECT 1;".repeat(count);
        assertThat(await(run(selects).concatMap(SeveralStatementsContractTest::values)))
                .hasSize(count);
    }

    @Test
    void otherStatementsOfTheConnectionPassBetweenSlowResults() {
        StepVerifier.create(
                        run("SELECT 1 UNION ALL SELECT 2; SELECT 3").concatMap(SeveralStatementsContractTest::values),
                        1)
                .expectNext(1)
                .then(() -> execute("INSERT INTO t(id) VALUES (1)"))
                .thenRequest(2)
                .expectNext(2, 3)
                .verifyComplete();
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void cancelOfTheWholeStopsAfterTheCurrentStatement() {
        await(this.connection.beginTransaction());
        StepVerifier.create(
                        run(String.format(NUMBERS, 100_000) + "; INSERT INTO t(id) VALUES (1)")
                                .concatMap(SeveralStatementsContractTest::values),
                        1)
                .expectNext(1)
                .thenCancel()
                .verify();
        assertUsable();
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void nextResultMayBeRequestedFromWithinTheLast() {
        Mono<List<Integer>> nested = run("SELECT 1; SELECT 2")
                .concatMap(it -> Flux.from(values(it))
                        .concatMap(value ->
                                TestDatabase.rows(this.connection, "SELECT " + value + " * 10", Integer.class)))
                .collectList();
        assertThat(await(nested)).containsExactly(10, 20);
    }
}
