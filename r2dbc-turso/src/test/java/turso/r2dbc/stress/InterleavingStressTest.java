package turso.r2dbc.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import java.nio.file.Path;
import java.sql.DriverManager;
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
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Random interleavings of everything a connection can be asked for, over several connections on one file. The system
 * properties {@code stress.seeds} and {@code stress.operations} (per seed) make it longer; a failure names its seed.
 */
class InterleavingStressTest {

    private static final int CONNECTIONS = 4;

    private static final int SEEDS = Integer.getInteger("stress.seeds", 3);

    private static final int OPERATIONS = Integer.getInteger("stress.operations", 1500);

    private static final long FIRST_SEED = Long.getLong("stress.seed", 20261120L);

    @TempDir
    Path directory;

    static List<Long> seeds() {
        List<Long> seeds = new ArrayList<>();
        for (int i = 0; i < SEEDS; i++) {
            seeds.add(FIRST_SEED + i);
        }
        return seeds;
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void nothingIsLostAndEveryPublisherEndsOnce(long seed) throws Exception {
        Path file = this.directory.resolve("stress.db");
        ConnectionFactory factory =
                ConnectionFactories.get("r2dbc:turso:file://" + file + "?synchronous=OFF&lockWaitTimeout=20ms");
        try (java.sql.Connection jdbc = DriverManager.getConnection("jdbc:sqlite:" + file);
                java.sql.Statement statement = jdbc.createStatement()) {
            statement.execute("create table t (id integer primary key)");
            statement.execute("insert into t values (-1)");
        }
        Random random = new Random(seed);
        List<RandomConnection> connections = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Connection connection = Mono.from(factory.create()).block(Duration.ofSeconds(20));
            assertThat(connection).isNotNull();
            connections.add(new RandomConnection(connection, new Random(random.nextLong()), i + 1));
        }
        for (int i = 0; i < OPERATIONS; i++) {
            connections.get(random.nextInt(CONNECTIONS)).step();
            if (random.nextInt(200) == 0) {
                // Lets the queues run empty now and then, so that not everything is cancelled while it waits.
                Connection quiet = Mono.from(factory.create()).block(Duration.ofSeconds(20));
                assertThat(quiet).isNotNull();
                Flux.from(quiet.createStatement("select count(*) from t").execute())
                        .flatMap(Result::getRowsUpdated)
                        .then(Mono.from(quiet.close()))
                        .block(Duration.ofSeconds(20));
            }
        }
        connections.forEach(RandomConnection::finish);
        for (RandomConnection connection : connections) {
            connection.awaitEnd();
        }
        Set<Long> rows = rows(file);
        connections.forEach(connection -> connection.verify(rows));
        assertThat(connections.stream().mapToInt(RandomConnection::operations).sum())
                .isEqualTo(OPERATIONS);
    }

    private static Set<Long> rows(Path file) throws Exception {
        Set<Long> rows = new HashSet<>();
        try (java.sql.Connection jdbc = DriverManager.getConnection("jdbc:sqlite:" + file);
                java.sql.Statement statement = jdbc.createStatement();
                java.sql.ResultSet results = statement.executeQuery("select id from t")) {
            while (results.next()) {
                rows.add(results.getLong(1));
            }
        }
        return rows;
    }
}
