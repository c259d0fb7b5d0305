package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.TestDatabase.await;
import static turso.r2dbc.TestDatabase.execute;

import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/**
 * A connection, or its factory, is closed while there is work in every state it can be in, in every combination: each
 * subscriber gets one answer, and nothing is held afterwards.
 */
class CloseTest {

    private static final String OPTIONS = "maxThreads=2";

    private static final String MANY =
            "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 50000) SELECT %s FROM c";

    private static final int QUEUED = 5;

    private final TestDatabase database = TestDatabase.file();

    private final List<Answered> answers = new ArrayList<>();

    /** What stands at the head of the connection's work. */
    enum Head {
        NONE,
        RUNNING,
        WAITING_FOR_THE_LANE,
        WAITING_FOR_ANOTHER_PROCESS
    }

    /** Counts the ends of a publisher. */
    private static final class Answered extends BaseSubscriber<Object> {

        private final long demand;

        private final AtomicInteger ends = new AtomicInteger();

        private volatile @Nullable Throwable error;

        private final CompletableFuture<SignalType> end = new CompletableFuture<>();

        Answered(long demand) {
            this.demand = demand;
        }

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            subscription.request(this.demand);
        }

        @Override
        protected void hookOnError(Throwable throwable) {
            this.error = throwable;
        }

        @Override
        protected void hookFinally(SignalType type) {
            this.ends.incrementAndGet();
            this.end.complete(type);
        }
    }

    static Stream<Arguments> combinations() {
        return Stream.of(Head.values())
                .flatMap(head -> IntStream.range(0, 8)
                        .mapToObj(bits -> Arguments.of(head, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0)));
    }

    @BeforeEach
    void createTable() {
        this.database.execute("CREATE TABLE t (n INTEGER)", "INSERT INTO t VALUES (0)");
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    private Answered subscribe(Publisher<?> publisher, long demand) {
        Answered answered = new Answered(demand);
        this.answers.add(answered);
        publisher.subscribe(answered);
        return answered;
    }

    private static Flux<Long> counts(TursoConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute()).concatMap(Result::getRowsUpdated);
    }

    @ParameterizedTest(name = "{0}, half-read {1}, queued {2}, in a transaction {3}")
    @MethodSource("combinations")
    void everybodyIsAnsweredOnce(Head head, boolean halfRead, boolean queued, boolean inTransaction) throws Exception {
        TursoConnection connection = this.database.connect(OPTIONS);
        TursoConnection holder = this.database.connect(OPTIONS);
        TursoConnectionFactory factory = this.database.factory(OPTIONS);
        java.sql.Connection foreign = this.database.jdbc();
        if (inTransaction) {
            // Deferred, so that it can still meet a lock.
            execute(connection, "BEGIN");
        }
        if (halfRead) {
            for (int i = 0; i < 2; i++) {
                subscribe(TestDatabase.rows(connection, String.format(MANY, "x"), Long.class), 1);
            }
            OpenDatabase.until(() -> factory.metrics().openCursors() == 2);
        }
        String statement = "INSERT INTO t VALUES (1)";
        switch (head) {
            case NONE -> {}
            case RUNNING ->
                subscribe(TestDatabase.rows(connection, String.format(MANY, "max(x)"), Long.class), Long.MAX_VALUE);
            case WAITING_FOR_THE_LANE -> {
                execute(holder, "BEGIN IMMEDIATE");
                subscribe(counts(connection, statement), Long.MAX_VALUE);
                OpenDatabase.until(() -> factory.metrics().lockWaiters() == 1);
            }
            case WAITING_FOR_ANOTHER_PROCESS -> {
                OpenDatabase.run(foreign, "BEGIN IMMEDIATE");
                subscribe(counts(connection, statement), Long.MAX_VALUE);
                OpenDatabase.until(() -> factory.metrics().lockHolders() == 1);
            }
        }
        if (queued) {
            for (int i = 0; i < QUEUED; i++) {
                subscribe(counts(connection, statement), Long.MAX_VALUE);
                subscribe(TestDatabase.rows(connection, "SELECT n FROM t", Long.class), Long.MAX_VALUE);
            }
        }

        Answered factoryClosed = subscribe(factory.close(), Long.MAX_VALUE);
        Answered closed = subscribe(connection.close(), Long.MAX_VALUE);
        Answered again = subscribe(connection.close(), Long.MAX_VALUE);
        switch (head) {
            case WAITING_FOR_THE_LANE -> execute(holder, "ROLLBACK");
            case WAITING_FOR_ANOTHER_PROCESS -> OpenDatabase.run(foreign, "ROLLBACK");
            default -> {}
        }

        this.answers.forEach(answered -> await(Mono.fromFuture(answered.end)));
        assertThat(this.answers).allSatisfy(answered -> {
            assertThat(answered.ends).hasValue(1);
            if (answered.error != null) {
                assertThat(answered.error).isInstanceOf(IllegalStateException.class);
            }
        });
        assertThat(List.of(closed, again, factoryClosed)).allMatch(it -> it.end.join() == SignalType.ON_COMPLETE);
        TestDatabase.execute(this.database.connect("lockWaitTimeout=0s"), "DELETE FROM t");
        await(holder.close());
        foreign.close();
        assertThat(factory.metrics().openConnections()).isZero();
        assertThat(factory.metrics().openCursors()).isZero();
        assertThat(factory.metrics().queuedTasks()).isZero();
    }
}
