package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Result.Message;
import io.r2dbc.spi.Result.OutSegment;
import io.r2dbc.spi.Result.RowSegment;
import io.r2dbc.spi.Result.Segment;
import io.r2dbc.spi.Result.UpdateCount;
import io.r2dbc.spi.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.errors.OpenDatabase;

/** C-31, C-38, C-39 and C-40: the segments of a result. */
class SegmentContractTest extends ContractTest {

    /** Fails at its third row. */
    private static final String FAILING = "SELECT CASE x WHEN 3 THEN abs(-9223372036854775808) ELSE x END FROM"
            + " (SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4)";

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, v TEXT)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    }

    private static String describe(Segment segment) {
        assertThat(segment).isNotInstanceOf(OutSegment.class);
        if (segment instanceof RowSegment row) {
            return "row " + row.row().get(0);
        }
        if (segment instanceof UpdateCount count) {
            return "count " + count.value();
        }
        return "message " + ((Message) segment).sqlState();
    }

    private Flux<String> segments(String sql) {
        return one(sql).flatMapMany(it -> it.flatMap(segment -> Mono.just(describe(segment))));
    }

    @Test
    void c39QueryConsistsOfRows() {
        assertThat(await(segments("SELECT id FROM t ORDER BY id"))).containsExactly("row 1", "row 2");
        assertThat(await(segments("SELECT id FROM t WHERE false"))).isEmpty();
    }

    @Test
    void c39DmlConsistsOfItsCount() {
        assertThat(await(segments("INSERT INTO t(v) VALUES ('c')"))).containsExactly("count 1");
        assertThat(await(segments("UPDATE t SET v = 'x'"))).containsExactly("count 3");
        assertThat(await(segments("DELETE FROM t WHERE false"))).containsExactly("count 0");
        assertThat(await(segments("CREATE TABLE u(x)"))).containsExactly("count 0");
    }

    @Test
    void c39ReturningConsistsOfRowsAndItsCount() {
        assertThat(await(segments("UPDATE t SET v = 'x' RETURNING id"))).containsExactly("row 1", "row 2", "count 2");
        assertThat(await(segments("DELETE FROM t WHERE false RETURNING id"))).containsExactly("count 0");
    }

    @Test
    void c39PublishersAreConcatenatedInOrder() {
        Sinks.One<String> slow = Sinks.one();
        List<String> started = new ArrayList<>();
        StepVerifier.create(one("SELECT id FROM t ORDER BY id")
                        .flatMapMany(it -> it.flatMap(segment -> {
                            String name = describe(segment);
                            return Flux.defer(() -> {
                                started.add(name);
                                return name.equals("row 1") ? slow.asMono() : Mono.just("second");
                            });
                        })))
                .then(() -> OpenDatabase.until(() -> started.size() == 1))
                .then(() -> assertThat(integers("SELECT 1")).containsExactly(1))
                .then(() -> assertThat(started).containsExactly("row 1"))
                .then(() -> slow.tryEmitValue("first"))
                .expectNext("first", "second")
                .verifyComplete();
    }

    @Test
    void c39RowsOfSegmentsCanBeKept() {
        List<Row> rows = await(one("SELECT id, v FROM t ORDER BY id")
                .flatMapMany(it -> it.flatMap(segment -> Mono.just(((RowSegment) segment).row()))));
        execute("DROP TABLE t");
        assertThat(rows)
                .extracting(row -> row.get("id", Integer.class) + row.get("v", String.class))
                .containsExactly("1a", "2b");
    }

    @Test
    void c39RowsOfSegmentsCanBeReadOnAnotherThread() {
        assertThat(await(one(String.format(NUMBERS, 600))
                        .flatMapMany(it -> it.flatMap(segment -> Mono.just((RowSegment) segment)))
                        .publishOn(Schedulers.parallel())
                        .map(segment -> segment.row().get(0, Integer.class))))
                .hasSize(600)
                .endsWith(599, 600);
    }

    @Test
    void c38FilterAppliesToMap() {
        assertThat(await(one("SELECT id FROM t ORDER BY id")
                        .flatMapMany(it -> it.filter(segment -> segment instanceof RowSegment row
                                        && row.row().get(0, Integer.class) == 2)
                                .map(row -> row.get(0, Integer.class)))))
                .containsExactly(2);
        StepVerifier.create(one("SELECT id FROM t")
                        .flatMapMany(it -> it.filter(segment -> false).map((row, metadata) -> 1)))
                .verifyComplete();
        StepVerifier.create(one("UPDATE t SET v = 'x' RETURNING id")
                        .flatMapMany(it -> it.filter(segment -> false).map(row -> 1)))
                .verifyComplete();
    }

    @Test
    void c38FilterAppliesToGetRowsUpdated() {
        StepVerifier.create(one("UPDATE t SET v = 'x'")
                        .flatMapMany(it -> it.filter(segment -> false).getRowsUpdated()))
                .verifyComplete();
        StepVerifier.create(one("UPDATE t SET v = 'x'")
                        .flatMapMany(
                                it -> it.filter(UpdateCount.class::isInstance).getRowsUpdated()))
                .expectNext(2L)
                .verifyComplete();
        assertThat(query("SELECT DISTINCT v FROM t", String.class)).containsExactly("x");
    }

    @Test
    void c38FilterAppliesToFlatMap() {
        assertThat(await(one("UPDATE t SET v = 'x' RETURNING id")
                        .flatMapMany(it -> it.filter(UpdateCount.class::isInstance)
                                .flatMap(segment -> Mono.just(describe(segment))))))
                .containsExactly("count 2");
        assertThat(await(one("UPDATE t SET v = 'x' RETURNING id")
                        .flatMapMany(it -> it.filter(RowSegment.class::isInstance)
                                .flatMap(segment -> Mono.just(describe(segment))))))
                .containsExactly("row 1", "row 2");
    }

    @Test
    void c38FiltersAddUp() {
        assertThat(await(one(String.format(NUMBERS, 10))
                        .flatMapMany(it -> it.filter(
                                        segment -> ((RowSegment) segment).row().get(0, Integer.class) % 2 == 0)
                                .filter(segment -> ((RowSegment) segment).row().get(0, Integer.class) % 3 == 0)
                                .map(row -> row.get(0, Integer.class)))))
                .containsExactly(6);
    }

    @Test
    void c38FilteredRowsDoNotCountAgainstDemand() {
        StepVerifier.create(
                        one(String.format(NUMBERS, 2_000))
                                .flatMapMany(it -> it.filter(segment ->
                                                ((RowSegment) segment).row().get(0, Integer.class) % 1_000 == 0)
                                        .map(row -> row.get(0, Integer.class))),
                        1)
                .expectNext(1_000)
                .thenRequest(1)
                .expectNext(2_000)
                .verifyComplete();
    }

    @Test
    void c38FilterThatThrowsIsAnError() {
        for (String sql : List.of("SELECT id FROM t", "UPDATE t SET v = 'x'", "UPDATE t SET v = 'x' RETURNING id")) {
            Flux<Integer> map = one(sql).flatMapMany(it -> it.filter(segment -> {
                        throw new ArithmeticException("filter");
                    })
                    .map(row -> 1));
            StepVerifier.create(map).verifyError(ArithmeticException.class);
            Flux<Long> count = one(sql).flatMapMany(it -> it.filter(segment -> {
                        throw new ArithmeticException("filter");
                    })
                    .getRowsUpdated());
            StepVerifier.create(count).verifyError(ArithmeticException.class);
            assertUsable();
        }
    }

    @Test
    void c40ErrorIsAMessageForFlatMap() {
        List<Object> seen = await(one(FAILING)
                .flatMapMany(it -> it.flatMap(
                        segment -> Mono.just(segment instanceof Message message ? message : describe(segment)))));
        assertThat(seen).hasSize(3).startsWith("row 1", "row 2");
        Message message = (Message) seen.get(2);
        assertThat(message.message()).contains("overflow");
        assertThat(message.sqlState()).isEqualTo("22000");
        assertThat(message.errorCode()).isEqualTo(1);
        assertThat(message.exception()).isInstanceOf(R2dbcException.class);
        assertThat(message.exception().getSql()).isEqualTo(FAILING);
        assertUsable();
    }

    @Test
    void c40ErrorAtPrepareIsAMessageForFlatMapToo() {
        assertThat(await(segments("SELECT * FROM nowhere"))).containsExactly("message 42P01");
        assertUsable();
    }

    @Test
    void c40MessageMayBeTurnedBackIntoAnError() {
        StepVerifier.create(one(FAILING)
                        .flatMapMany(it -> it.flatMap(segment -> segment instanceof Message message
                                ? Mono.error(message.exception())
                                : Mono.just(describe(segment)))))
                .expectNext("row 1", "row 2")
                .verifyError(R2dbcException.class);
    }

    @Test
    void c40ErrorIsSignalledByMapAndGetRowsUpdated() {
        StepVerifier.create(one(FAILING).flatMapMany(it -> it.map(row -> row.get(0, Integer.class))))
                .expectNext(1, 2)
                .verifyError(R2dbcException.class);
        StepVerifier.create(one(FAILING).flatMapMany(Result::getRowsUpdated)).verifyError(R2dbcException.class);
    }

    @Test
    void c40FilteringTheMessageOutSwallowsTheError() {
        StepVerifier.create(one(FAILING)
                        .flatMapMany(it -> it.filter(segment -> !(segment instanceof Message))
                                .map(row -> row.get(0, Integer.class))))
                .expectNext(1, 2)
                .verifyComplete();
        StepVerifier.create(one(FAILING)
                        .flatMapMany(it -> it.filter(segment -> !(segment instanceof Message))
                                .getRowsUpdated()))
                .verifyComplete();
        StepVerifier.create(one(FAILING)
                        .flatMapMany(it -> it.filter(segment -> !(segment instanceof Message))
                                .flatMap(segment -> Mono.just(describe(segment)))))
                .expectNext("row 1", "row 2")
                .verifyComplete();
        assertUsable();
    }

    @Test
    void c40FilterMayLetOnlyTheErrorThrough() {
        StepVerifier.create(one(FAILING)
                        .flatMapMany(it -> it.filter(Message.class::isInstance).map(row -> row.get(0, Integer.class))))
                .verifyError(R2dbcException.class);
        assertThat(await(one(FAILING)
                        .flatMapMany(it ->
                                it.filter(Message.class::isInstance).flatMap(segment -> Mono.just(describe(segment))))))
                .containsExactly("message 22000");
    }

    @Test
    void c40FailureOfTheFunctionOnAMessageIsSignalled() {
        StepVerifier.create(one(FAILING)
                        .flatMapMany(it -> it.flatMap(segment -> {
                            if (segment instanceof Message) {
                                throw new ArithmeticException("expected by the test");
                            }
                            return Mono.just(describe(segment));
                        })))
                .expectNext("row 1", "row 2")
                .verifyErrorMessage("expected by the test");
        assertUsable();
    }

    @Test
    void c40MessageRespectsDemand() {
        StepVerifier.create(one(FAILING).flatMapMany(it -> it.flatMap(segment -> Mono.just(describe(segment)))), 1)
                .expectNext("row 1")
                .thenRequest(1)
                .expectNext("row 2")
                .then(() -> assertUsable())
                .thenRequest(1)
                .expectNext("message 22000")
                .verifyComplete();
    }

    @Test
    void c40ErrorOfDmlIsSignalledByExecute() {
        StepVerifier.create(this.connection
                        .createStatement("INSERT INTO t(id) VALUES (1)")
                        .execute())
                .verifyError(R2dbcDataIntegrityViolationException.class);
        StepVerifier.create(segments("INSERT INTO t(id) VALUES (1)"))
                .verifyError(R2dbcDataIntegrityViolationException.class);
    }

    @Test
    void flatMapRespectsDemand() {
        StepVerifier.create(
                        one(String.format(NUMBERS, 5))
                                .flatMapMany(it -> it.flatMap(segment -> Flux.just(describe(segment), "-"))),
                        1)
                .expectNext("row 1")
                .thenRequest(2)
                .expectNext("-", "row 2")
                .thenRequest(10)
                .expectNext("-", "row 3", "-", "row 4", "-", "row 5", "-")
                .verifyComplete();
    }

    @Test
    void flatMapFunctionThatThrowsIsAnError() {
        StepVerifier.create(one("SELECT id FROM t")
                        .flatMapMany(it -> it.flatMap(segment -> {
                            throw new ArithmeticException("function");
                        })))
                .verifyError(ArithmeticException.class);
        StepVerifier.create(one("UPDATE t SET v = 'x'")
                        .flatMapMany(it -> it.flatMap(segment -> {
                            throw new ArithmeticException("function");
                        })))
                .verifyError(ArithmeticException.class);
        assertUsable();
    }

    @Test
    void flatMapMayRunStatementsOnTheSameConnection() {
        assertThat(await(one(String.format(NUMBERS, 40))
                        .flatMapMany(it -> it.flatMap(segment -> one("SELECT "
                                        + ((RowSegment) segment).row().get(0) + " * 2")
                                .flatMapMany(inner -> inner.map(row -> row.get(0, Integer.class)))))))
                .hasSize(40)
                .endsWith(78, 80);
    }
}
