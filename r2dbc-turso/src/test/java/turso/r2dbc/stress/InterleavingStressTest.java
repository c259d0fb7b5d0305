package turso.r2dbc.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.opening.Leftovers;

/**
 * Random interleavings of everything a connection can be asked for, over several connections on one file. The system
 * properties {@code stress.seeds} and {@code stress.operations} (per seed) make it longer; a failure names its seed.
 */
class InterleavingStressTest {

    private static final int CONNECTIONS = 4;

    private static final int OPERATIONS_BETWEEN_CLOSES = 300;

    private static final int OPERATIONS_BETWEEN_PAUSES = 200;

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private static final int SEEDS = Integer.getInteger("stress.seeds", 3);

    private static final int OPERATIONS = Integer.getInteger("stress.operations", 1500);

    private static final long FIRST_SEED = Long.getLong("stress.seed", 20261120L);

    @TempDir
    Path directory;

    static List<Arguments> runs() {
        List<Arguments> runs = new ArrayList<>();
        for (int i = 0; i < SEEDS; i++) {
            runs.add(Arguments.of(FIRST_SEED + i, TestDatabase.Kind.FILE, false));
            runs.add(Arguments.of(FIRST_SEED + i, TestDatabase.Kind.FILE, true));
            runs.add(Arguments.of(FIRST_SEED + i, TestDatabase.Kind.MEMORY, false));
        }
        return runs;
    }

    @ParameterizedTest(name = "seed {0}, {1}, group commit {2}")
    @MethodSource("runs")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void nothingIsLostAndEveryPublisherEndsOnce(long seed, TestDatabase.Kind kind, boolean groupCommit)
            throws Exception {
        String location = kind == TestDatabase.Kind.FILE
                ? "file://" + this.directory.resolve("stress.db")
                : "mem:///stress-" + seed;
        ConnectionFactory factory = ConnectionFactories.get(
                "r2dbc:turso:" + location + "?synchronous=OFF&lockWaitTimeout=20ms&groupCommit=" + groupCommit);
        // Keeps a memory database until its rows have been compared.
        Connection first = Mono.from(factory.create()).block(LIMIT);
        assertThat(first).isNotNull();
        run(first, "create table t (id integer primary key)");
        run(first, "insert into t values (-1)");
        Random random = new Random(seed);
        List<RandomConnection> all = new ArrayList<>();
        // All at once: a memory database lets nobody in while a transaction is open.
        Deque<Connection> spare = new ArrayDeque<>();
        for (int i = 0; i < CONNECTIONS + OPERATIONS / OPERATIONS_BETWEEN_CLOSES; i++) {
            spare.add(Mono.from(factory.create()).blockOptional(LIMIT).orElseThrow());
        }
        RandomConnection[] connections = new RandomConnection[CONNECTIONS];
        for (int i = 0; i < CONNECTIONS; i++) {
            connections[i] = use(spare.remove(), random, all);
        }
        for (int i = 0; i < OPERATIONS; i++) {
            int chosen = random.nextInt(CONNECTIONS);
            connections[chosen].step();
            if (random.nextInt(OPERATIONS_BETWEEN_CLOSES) == 0 && !spare.isEmpty()) {
                // In the middle of everything, and nobody waits for it.
                connections[chosen].finish();
                connections[chosen] = use(spare.remove(), random, all);
            }
            if (random.nextInt(OPERATIONS_BETWEEN_PAUSES) == 0) {
                // Lets the queues run empty now and then, so that not everything is cancelled while it waits.
                Flux.from(first.createStatement("select count(*) from t").execute())
                        .flatMap(Result::getRowsUpdated)
                        .then()
                        .onErrorComplete()
                        .block(LIMIT);
            }
        }
        for (RandomConnection connection : connections) {
            connection.finish();
        }
        spare.forEach(connection -> Mono.from(connection.close()).block(LIMIT));
        for (RandomConnection connection : all) {
            connection.awaitEnd();
        }
        Set<Long> rows = new HashSet<>(Flux.from(
                        first.createStatement("select id from t").execute())
                .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                .collectList()
                .blockOptional(LIMIT)
                .orElseThrow());
        Mono.from(first.close()).block(LIMIT);
        all.forEach(connection -> connection.verify(rows));
        // A group whose writes have all been cancelled lets go of its connection a moment later.
        Leftovers.awaitNoOpenFiles(this.directory);
        assertThat(all.stream().mapToInt(RandomConnection::operations).sum()).isEqualTo(OPERATIONS);
        System.out.printf(
                "stress: seed %d, %s, %d operations on %d connections, %d rows, %d writes in groups%n",
                seed,
                kind,
                OPERATIONS,
                all.size(),
                rows.size(),
                ((TursoConnectionFactory) factory).metrics().groupedWrites());
    }

    private static RandomConnection use(Connection connection, Random random, List<RandomConnection> all) {
        RandomConnection used = new RandomConnection(connection, new Random(random.nextLong()), all.size() + 1);
        all.add(used);
        return used;
    }

    private static void run(Connection connection, String sql) {
        Flux.from(connection.createStatement(sql).execute())
                .concatMap(Result::getRowsUpdated)
                .then()
                .block(LIMIT);
    }
}
