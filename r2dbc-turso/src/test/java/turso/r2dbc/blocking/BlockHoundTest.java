package turso.r2dbc.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Row;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TestDatabase.Kind;
import turso.r2dbc.api.TursoConnection;

/** A worker is watched by BlockHound, and by Reactor, like any other thread that must not block. */
class BlockHoundTest {

    /** Where a user's code runs on a worker. */
    enum Place {
        MAPPER {
            @Override
            Flux<?> call(TursoConnection connection, Runnable action) {
                return rows(connection, row -> {
                    action.run();
                    return 1;
                });
            }
        },
        NEXT {
            @Override
            Flux<?> call(TursoConnection connection, Runnable action) {
                return rows(connection, row -> 1).doOnNext(it -> action.run());
            }
        },
        COMPLETION {
            @Override
            Flux<?> call(TursoConnection connection, Runnable action) {
                return rows(connection, row -> 1).doOnComplete(action);
            }
        },
        COMMIT {
            @Override
            Flux<?> call(TursoConnection connection, Runnable action) {
                return connection
                        .beginTransaction()
                        .doOnSuccess(it -> action.run())
                        .flux();
            }
        },
        CHAIN {
            @Override
            Flux<?> call(TursoConnection connection, Runnable action) {
                return rows(connection, row -> 1).concatMap(it -> Mono.fromRunnable(action));
            }
        };

        abstract Flux<?> call(TursoConnection connection, Runnable action);

        static Flux<Integer> rows(TursoConnection connection, Function<Row, Integer> mapper) {
            return Flux.from(connection.createStatement("SELECT 1").execute())
                    .concatMap(result -> result.map((row, metadata) -> mapper.apply(row)));
        }
    }

    private final TestDatabase database = TestDatabase.of(Kind.MEMORY);

    private TursoConnection connection;

    @BeforeEach
    void connect() {
        this.connection = this.database.connect();
    }

    @AfterEach
    void close() {
        assertThat(TestDatabase.query(this.connection, "SELECT 2", Integer.class))
                .as("The connection is still good")
                .containsExactly(2);
        this.database.close();
    }

    @ParameterizedTest
    @EnumSource
    void blockingOnAPublisherFailsAtOnce(Place place) {
        Runnable block = () -> Mono.never().block();

        StepVerifier.create(place.call(this.connection, block))
                .thenConsumeWhile(it -> true)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("not supported in thread turso-"))
                .verify(TestDatabase.LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void aBlockingCallOnAWorkerIsReported(Place place) {
        Runnable park = () -> LockSupport.parkNanos(1);

        StepVerifier.create(place.call(this.connection, park))
                .thenConsumeWhile(it -> true)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(BlockingOperationError.class)
                        .hasMessageContaining("park"))
                .verify(TestDatabase.LIMIT);

        assertThat(ThreadGuard.takeViolations()).hasSize(1);
    }
}
