package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/** Values of megabytes. That cached statements let go of them is shown by {@link StatementCacheTest}. */
class LargeValueTest {

    private static final int FIVE_MEGABYTES = 5_000_000;

    @TempDir
    Path directory;

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16 * 1024 - 1, 16 * 1024, FIVE_MEGABYTES})
    void blobsComeBackWhole(int size) {
        byte[] bytes = random(size);
        try (OpenDatabase database = OpenDatabase.file(this.directory.resolve("a.db"))) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY, a BLOB)");
            value(connection, "INSERT INTO t (a) VALUES (?) RETURNING id", (Object) bytes);
            value(connection, "INSERT INTO t (a) VALUES (?) RETURNING id", ByteBuffer.wrap(bytes));

            assertThat(connection
                            .createStatement("SELECT a FROM t")
                            .execute()
                            .concatMap(result -> result.map(row -> row.get(0, byte[].class)))
                            .collectList()
                            .block(OpenDatabase.PATIENCE))
                    .containsExactly(bytes, bytes);
            assertThat(value(connection, "SELECT a FROM t WHERE id = ?", 1L)).isEqualTo(ByteBuffer.wrap(bytes));
        }
    }

    @Test
    void textOfMegabytes() {
        String text = "äbc漢".repeat(FIVE_MEGABYTES / 5);
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)");
            assertThat(value(connection, "INSERT INTO t VALUES (?) RETURNING length(a)", text))
                    .isEqualTo((long) text.length());
            assertThat(value(connection, "SELECT a FROM t")).isEqualTo(text);
        }
    }

    @Test
    void manyLargeRowsStream() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            long total = Flux.from(connection
                            .createStatement(
                                    "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200)"
                                            + " SELECT zeroblob(" + FIVE_MEGABYTES + " + x) FROM c")
                            .execute())
                    .concatMap(result -> result.map(row -> row.get(0, byte[].class).length))
                    .limitRate(4)
                    .reduce(0L, Long::sum)
                    .block(OpenDatabase.PATIENCE);
            assertThat(total).isEqualTo(200L * FIVE_MEGABYTES + 200 * 201 / 2);
        }
    }

    @Test
    void largeValueInAFailedStatementIsReleasedToo() {
        byte[] bytes = random(FIVE_MEGABYTES);
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a UNIQUE)");
            for (int i = 0; i < 20; i++) {
                await(connection
                        .createStatement("INSERT INTO t VALUES (?)")
                        .bind(0, bytes)
                        .execute()
                        .concatMap(result -> result.getRowsUpdated())
                        .onErrorComplete()
                        .then());
            }
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(1L);
        }
    }
}
