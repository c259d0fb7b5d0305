package turso.r2dbc.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TestDatabase;

/**
 * Random interleavings of everything a connection can be asked for, over several connections on one file. The system
 * properties {@code stress.seeds} and {@code stress.operations} (per seed) make it longer; a failure names its seed.
 */
class InterleavingStressTest {

    private static final int CONNECTIONS = 4;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int SEEDS = Integer.getInteger("stress.seeds", 3);

    private static final int OPERATIONS = Integer.getInteger("stress.operations", 1500);

    private static final long FIRST_SEED = Long.getLong("stress.seed", 20261120L);

    @TempDir
    Path directory;

    static List<Arguments> runs() {
        List<Arguments> runs = new ArrayList<>();
        for (int i = 0; i < SEEDS; i++) {
            runs.add(Arguments.of(FIRST_SEED + i, TestDatabase.Kind.FILE));
            runs.add(Arguments.of(FIRST_SEED + i, TestDatabase.Kind.MEMORY));
        }
        return runs;
    }

    @ParameterizedTest(name = "seed {0}, {1}")
    @MethodSource("runs")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void nothingIsLostAndEveryPublisherEndsOnce(long seed, TestDatabase.Kind kind) throws Exception {
        String location = kind == TestDatabase.Kind.FILE
                ? "file://" + this.directory.resolve("stress.db")
                : "mem:///stress-" + seed;
        ConnectionFactory factory =
                ConnectionFactories.get("r2dbc:turso:" + location + "?synchronous=OFF&lockWaitTimeout=20ms");
        // Keeps a memory database until its rows have been compared.
        Connection first = Mono.from(factory.create()).block(LIMIT);
        assertThat(first).isNotNull();
        run(first, "create table t (id integer primary key)");
        run(first, "insert into t values (-1)");
        Random random = new Random(seed);
        List<RandomConnection> connections = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Connection connection = Mono.from(factory.create()).block(LIMIT);
            assertThat(connection).isNotNull();
            connections.add(new RandomConnection(connection, new Random(random.nextLong()), i + 1));
        }
        for (int i = 0; i < OPERATIONS; i++) {
            connections.get(random.nextInt(CONNECTIONS)).step();
            if (random.nextInt(200) == 0) {
                // Lets the queues run empty now and then, so that not everything is cancelled while it waits.
                Flux.from(first.createStatement("select count(*) from t").execute())
                        .flatMap(Result::getRowsUpdated)
                        .then()
                        .onErrorComplete()
                        .block(LIMIT);
            }
        }
        connections.forEach(RandomConnection::finish);
        for (RandomConnection connection : connections) {
            connection.awaitEnd();
        }
        Set<Long> rows = new HashSet<>(Flux.from(
                        first.createStatement("select id from t").execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow());
        Mono.from(first.close()).block(LIMIT);
        connections.forEach(connection -> connection.verify(rows));
        assertThat(connections.stream().mapToInt(RandomConnection::operations).sum())
                .isEqualTo(OPERATIONS);
    }

    private static void run(Connection connection, String sql) {
        Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then()
                .block(LIMIT);
    }
}
