package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.run;

import java.nio.file.Path;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/**
 * Throwables of the application's own functions, also those Reactor calls fatal and throws on: whoever waits is told, and
 * neither the connection nor the database's write lane is lost to others.
 */
class FatalErrorTest {

    @TempDir
    Path directory;

    static Stream<Supplier<Throwable>> throwables() {
        return Stream.of(
                named(() -> new IllegalArgumentException("expected by the test")),
                named(() -> new AssertionError("expected by the test")),
                named(() -> new NoClassDefFoundError("expected by the test")),
                named(() -> new StackOverflowError("expected by the test")),
                named(() -> new OutOfMemoryError("expected by the test")));
    }

    private static Supplier<Throwable> named(Supplier<Throwable> supplier) {
        return new Supplier<>() {
            @Override
            public Throwable get() {
                Throwable throwable = supplier.get();
                // They are logged, and nobody wants to read where they come from.
                throwable.setStackTrace(new StackTraceElement[0]);
                return throwable;
            }

            @Override
            public String toString() {
                return supplier.get().getClass().getSimpleName();
            }
        };
    }

    @SuppressWarnings("unchecked")
    static <T, E extends Throwable> T sneak(Throwable throwable) throws E {
        throw (E) throwable;
    }

    @ParameterizedTest
    @MethodSource("throwables")
    void throwableOfAMappingFunctionEndsItsQueryOnly(Supplier<Throwable> throwable) {
        try (OpenDatabase database = OpenDatabase.file(this.directory.resolve("a.db"))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)");

            Mono<Void> query = mapped(connection, "SELECT a FROM t", throwable);
            assertThat(failure(query)).hasStackTraceContaining("expected by the test");
            // Stored rows are mapped by Reactor, on whatever thread asks for them, which may be this one.
            Mono<Void> stored = mapped(connection, "UPDATE t SET a = a RETURNING a", throwable);
            assertThat(catchThrowable(() -> {
                        throw failure(stored);
                    }))
                    .hasStackTraceContaining("expected by the test");

            run(connection, "INSERT INTO t VALUES (3)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L, 3L);
        }
    }

    private static Mono<Void> mapped(TursoConnection connection, String sql, Supplier<Throwable> throwable) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.map(row -> FatalErrorTest.<Object, RuntimeException>sneak(throwable.get())))
                .then();
    }

    /** What a subscriber throws, against the rules, is not for its own eyes; others must not suffer. */
    @ParameterizedTest
    @MethodSource("throwables")
    void throwableOfASubscriberDoesNotHoldUpOthers(Supplier<Throwable> throwable) {
        try (OpenDatabase database = OpenDatabase.file(this.directory.resolve("a.db"))) {
            TursoConnection connection = database.open();
            TursoConnection other = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2)");
            await(connection.beginTransaction());
            run(connection, "INSERT INTO t VALUES ('within')");

            Flux.from(connection.createStatement("SELECT a FROM t").execute())
                    .concatMap(result -> result.map(row -> row.get(0)))
                    .subscribe(new reactor.core.CoreSubscriber<>() {
                        @Override
                        public void onSubscribe(org.reactivestreams.Subscription subscription) {
                            subscription.request(Long.MAX_VALUE);
                        }

                        @Override
                        public void onNext(Object row) {
                            FatalErrorTest.<Object, RuntimeException>sneak(throwable.get());
                        }

                        @Override
                        public void onError(Throwable error) {
                            // It has had its say.
                        }

                        @Override
                        public void onComplete() {
                            // It has had its say.
                        }
                    });

            await(connection.rollbackTransaction());
            run(other, "INSERT INTO t VALUES (3)");
            run(connection, "INSERT INTO t VALUES (4)");
            assertThat(column(other, "SELECT a FROM t")).containsExactly(1L, 2L, 3L, 4L);
            await(connection.close());
        }
    }
}
