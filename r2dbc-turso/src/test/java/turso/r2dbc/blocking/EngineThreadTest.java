package turso.r2dbc.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Publisher;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.DB;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TestDatabase.Kind;
import turso.r2dbc.TursoConnectionConfiguration;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/**
 * SQLite never runs on a caller's thread. {@link ThreadGuard} sees to that in every test; these show that it would
 * notice, and that callers which must not block can do everything.
 */
class EngineThreadTest {

    private final Scheduler callers = Schedulers.newParallel("caller", 2);

    @AfterEach
    void disposeCallers() {
        this.callers.dispose();
    }

    @ParameterizedTest
    @EnumSource
    void aThreadThatMustNotBlockCanCallEverything(Kind kind) {
        try (TestDatabase database = TestDatabase.of(kind)) {
            long before = ThreadGuard.engineCalls();

            List<Object> seen = TestDatabase.await(
                    Flux.usingWhen(onCaller(database.factory().create()), this::everything, it -> onCaller(it.close()))
                            .collectList());

            assertThat(seen).containsExactly(true, true, 1L, 1L, "b", "b", "committed", 2L, 0L, "b");
            assertThat(ThreadGuard.engineCalls()).isGreaterThan(before);
            assertThat(ThreadGuard.takeViolations()).isEmpty();
        }
    }

    /** Each step begins on a caller's thread: what creates its publisher, and what subscribes to it. */
    private Flux<Object> everything(TursoConnection connection) {
        return Flux.concat(
                step(() -> connection.validate(ValidationDepth.LOCAL)),
                step(() -> connection.validate(ValidationDepth.REMOTE)),
                step(() -> count(connection, "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)"))
                        .ignoreElements(),
                step(connection::beginTransaction),
                step(() -> count(connection, "INSERT INTO t VALUES (1, 'a')")),
                step(() -> connection.createSavepoint("s")),
                step(() -> count(connection, "UPDATE t SET b = 'b'")),
                step(() -> connection.releaseSavepoint("s")),
                step(() -> text(connection)),
                step(connection::commitTransaction),
                step(() -> text(connection)),
                step(() -> connection.setAutoCommit(false)),
                step(() -> connection.setAutoCommit(true)),
                step(() -> Mono.just("committed")),
                step(() -> batch(connection)),
                step(connection::beginTransaction),
                step(() -> count(connection, "DELETE FROM t")).ignoreElements(),
                step(connection::rollbackTransaction),
                step(() -> text(connection).take(1)),
                step(connection::preRelease));
    }

    private static Flux<Long> count(TursoConnection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute()).concatMap(Result::getRowsUpdated);
    }

    private static Flux<String> text(TursoConnection connection) {
        return Flux.from(connection
                        .createStatement("SELECT b FROM t WHERE a >= :a ORDER BY a")
                        .bind("a", 1)
                        .execute())
                .concatMap(result -> result.map((row, metadata) -> row.get("b", String.class)));
    }

    private static Flux<Long> batch(TursoConnection connection) {
        return Flux.from(connection
                        .createBatch()
                        .add("INSERT INTO t VALUES (2, 'c'), (3, 'd')")
                        .add("DELETE FROM t WHERE a > 3")
                        .execute())
                .concatMap(Result::getRowsUpdated);
    }

    private <T> Flux<T> step(Supplier<? extends Publisher<T>> action) {
        return Flux.defer(action).subscribeOn(this.callers);
    }

    private <T> Mono<T> onCaller(Mono<T> mono) {
        return mono.subscribeOn(this.callers);
    }

    @ParameterizedTest
    @EnumSource
    void engineWorkOnACallersThreadIsNoticed(Kind kind) {
        try (TestDatabase database = TestDatabase.of(kind)) {
            TursoConnectionFactory factory = immediate(database);

            assertThatThrownBy(() -> TestDatabase.await(factory.create()));

            assertThat(ThreadGuard.takeViolations())
                    .isNotEmpty()
                    .allSatisfy(it -> assertThat(it).hasMessageContaining("org.sqlite.core.NativeDB"));
            TestDatabase.await(factory.close());
            ThreadGuard.takeViolations();
        }
    }

    /** The worst scheduler there is: it runs everything on the thread that asks. */
    private static TursoConnectionFactory immediate(TestDatabase database) {
        TursoConnectionConfiguration.Builder builder =
                TursoConnectionConfiguration.builder().scheduler(Schedulers.immediate());
        return TursoConnectionFactory.from(
                (database.isFile() ? builder.file(database.path()) : builder.memory()).build());
    }

    @Test
    void everyNativeMethodButInterruptIsWatched() throws Exception {
        try (TestDatabase database = TestDatabase.memory();
                java.sql.Connection jdbc = database.jdbc()) {
            DB engine = ((SQLiteConnection) jdbc).getDatabase();
            long fewest = Long.MAX_VALUE;
            // A connection that another test has dropped may be closed at the same time.
            for (int i = 0; i < 10; i++) {
                long before = ThreadGuard.engineCalls();
                engine.total_changes();
                engine.changes();
                engine.interrupt();
                fewest = Math.min(fewest, ThreadGuard.engineCalls() - before);
            }
            assertThat(fewest).isEqualTo(2);
        }
    }

    /** C-15 */
    @Test
    void remoteValidationAsksTheEngine() {
        try (TestDatabase database = TestDatabase.memory()) {
            TursoConnection connection = database.connect();
            long before = ThreadGuard.engineCalls();

            assertThat(TestDatabase.await(connection.validate(ValidationDepth.REMOTE)))
                    .isTrue();

            assertThat(ThreadGuard.engineCalls()).isGreaterThan(before);
        }
    }

    @Test
    void everyClassThatCallsSqliteIsKnown() {
        assertThat(DriverClasses.callingSqlite())
                .extracting(Class::getSimpleName)
                .contains("Engine", "DirectStatement", "JdbcStatement", "Connector");
    }

    @Test
    void aTestsOwnJdbcIsNotTheDriversBusiness() throws Exception {
        try (TestDatabase database = TestDatabase.memory();
                java.sql.Connection jdbc = database.jdbc();
                java.sql.Statement statement = jdbc.createStatement()) {
            statement.execute("SELECT 1");

            assertThat(ThreadGuard.takeViolations()).isEmpty();
        }
    }

    @Test
    void aSchedulerOfTheUsersMayRunTheEngine() {
        Scheduler scheduler = Schedulers.newBoundedElastic(2, 100, "users");
        try (TestDatabase database = TestDatabase.file()) {
            TursoConnectionFactory factory = TursoConnectionFactory.from(TursoConnectionConfiguration.builder()
                    .file(database.path())
                    .scheduler(scheduler)
                    .build());

            List<BlockingOperationError> violations = TestDatabase.await(Mono.usingWhen(
                    factory.create(),
                    it -> count(it, "CREATE TABLE t (a)").then(Mono.fromSupplier(ThreadGuard::takeViolations)),
                    TursoConnection::close));

            assertThat(violations).isEmpty();
        } finally {
            scheduler.dispose();
        }
    }
}
