package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;

/**
 * Many binding sets of one INSERT, which the driver may insert several at a time, leave exactly what as many single
 * statements leave: rows, counts, errors, and what SQL can ask about the last change.
 */
class ManyRowsContractTest {

    private static final String SEED = "many.rows.seed";

    private static final List<List<String>> TABLES = List.of(
            List.of("CREATE TABLE t (a, b)"),
            List.of("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)"),
            List.of("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)"),
            List.of("CREATE TABLE t (a TEXT PRIMARY KEY, b) WITHOUT ROWID"),
            List.of("CREATE TABLE t (a INTEGER, b TEXT) STRICT"),
            List.of("CREATE TABLE t (a, b, UNIQUE (a))"),
            List.of("CREATE TABLE t (a, b)", "CREATE UNIQUE INDEX i ON t (b)"),
            List.of("CREATE TABLE t (a NOT NULL, b CHECK (b <> 'x7'))"),
            List.of("CREATE TABLE t (a UNIQUE ON CONFLICT IGNORE, b)"),
            List.of("CREATE TABLE t (a UNIQUE ON CONFLICT REPLACE, b)"),
            List.of("CREATE TABLE t (a UNIQUE ON CONFLICT FAIL, b)"),
            List.of("CREATE TABLE t (a UNIQUE ON CONFLICT ROLLBACK, b)"),
            List.of("CREATE TABLE t (a INTEGER PRIMARY KEY, b, p INTEGER DEFAULT 5 REFERENCES t)"),
            List.of("CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER REFERENCES t)"),
            List.of(
                    "CREATE TABLE o (x INTEGER PRIMARY KEY)",
                    "INSERT INTO o VALUES (1), (2), (3)",
                    "CREATE TABLE t (a INTEGER REFERENCES o DEFERRABLE INITIALLY DEFERRED, b)"),
            List.of(
                    "CREATE TABLE o (x INTEGER PRIMARY KEY)",
                    "INSERT INTO o SELECT value FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12]')",
                    "CREATE TABLE t (a INTEGER REFERENCES o, b)"),
            List.of(
                    "CREATE TABLE t (a, b)",
                    "CREATE TRIGGER r AFTER INSERT ON t BEGIN"
                            + " INSERT INTO log VALUES (changes() || '/' || last_insert_rowid() || '/' || new.a); END"),
            List.of(
                    "CREATE TABLE t (a, b)",
                    "CREATE TRIGGER r BEFORE INSERT ON t WHEN new.a % 7 = 3 BEGIN SELECT RAISE(IGNORE); END"),
            List.of(
                    "CREATE TABLE t (a, b)",
                    "CREATE TRIGGER r BEFORE INSERT ON t WHEN new.a = 7 BEGIN SELECT RAISE(FAIL, 'seven'); END"),
            List.of(
                    "CREATE TABLE t (a, b)",
                    "CREATE TEMP TRIGGER r AFTER INSERT ON t BEGIN INSERT INTO log VALUES (changes()); END"),
            List.of("CREATE TABLE t (a, b)", "CREATE TEMP TABLE t (a UNIQUE ON CONFLICT IGNORE, b)"),
            List.of(
                    "CREATE TABLE u (a, b)",
                    "CREATE VIEW t AS SELECT a, b FROM u",
                    "CREATE TRIGGER r INSTEAD OF INSERT"
                            + " ON t BEGIN INSERT INTO u VALUES (new.a, new.b); INSERT INTO log VALUES (changes()); END"),
            List.of("CREATE VIRTUAL TABLE t USING fts5 (a, b)"));

    private static final List<String> INSERTS = List.of(
            "INSERT INTO t (a, b) VALUES (?, ?)",
            "INSERT INTO t (b, a) VALUES (?2, ?1)",
            "insert into \"T\" (a, b) values (?1, ?2)",
            "INSERT INTO t (a, b) VALUES (:a, :b)",
            "INSERT OR IGNORE INTO t (a, b) VALUES (?, ?)",
            "INSERT OR REPLACE INTO t (a, b) VALUES (?, ?)",
            "INSERT INTO t (a, b) SELECT ?, ?",
            "INSERT INTO t (a, b) VALUES (?, ? || (SELECT count(*) FROM t))");

    static Stream<Arguments> cases() {
        Random random = new Random(Long.getLong(SEED, 20261126L));
        List<Arguments> cases = new ArrayList<>();
        for (List<String> table : TABLES) {
            for (String insert : INSERTS) {
                cases.add(Arguments.of(table, insert, random.nextLong()));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void nobodyCanTellTheDifference(List<String> table, String insert, long seed) {
        List<Object[]> rows = rows(new Random(seed));
        try (OpenDatabase together = OpenDatabase.memory();
                OpenDatabase apart = OpenDatabase.memory()) {
            assertThat(outcome(together, table, connection -> together(connection, insert, rows)))
                    .isEqualTo(outcome(apart, table, connection -> apart(connection, insert, rows)));
        }
    }

    /** Numbers that are mostly new and ascending, now and then one that was there, is NULL, or comes later again. */
    private static List<Object[]> rows(Random random) {
        int count = 16 + random.nextInt(400);
        int mistakes = random.nextInt(3);
        List<Object[]> rows = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            boolean mistake = mistakes > 0 && random.nextInt(count) < mistakes;
            Object a = mistake ? (Object) random.nextInt(count) : i;
            Object b = random.nextInt(count) < mistakes ? "x7" : random.nextBoolean() ? "x" + (100 + i) : i;
            rows.add(new Object[] {a, mistake && random.nextInt(4) == 0 ? "y".repeat(5_000) : b});
        }
        return rows;
    }

    @FunctionalInterface
    private interface Run {

        /** {@return the counts, and the error behind them} */
        List<Object> run(TursoConnection connection);
    }

    private static List<Object> together(TursoConnection connection, String insert, List<Object[]> rows) {
        Statement statement = connection.createStatement(insert);
        for (Object[] row : rows) {
            if (row != rows.get(0)) {
                statement.add();
            }
            statement.bind(0, row[0]).bind(1, row[1]);
        }
        // An error that comes right behind a result must not cut it off.
        return counts(Flux.from(statement.execute()).concatMapDelayError(result -> result.getRowsUpdated()));
    }

    private static List<Object> apart(TursoConnection connection, String insert, List<Object[]> rows) {
        return counts(Flux.fromIterable(rows)
                .concatMap(row -> connection
                        .createStatement(insert)
                        .bind(0, row[0])
                        .bind(1, row[1])
                        .execute()
                        .concatMap(result -> result.getRowsUpdated())));
    }

    private static List<Object> counts(Flux<Long> counts) {
        return get(counts.cast(Object.class)
                .onErrorResume(
                        R2dbcException.class,
                        error -> Mono.just(error.getSqlState() + " " + error.getMessage() + " " + error.getSql()))
                .collectList());
    }

    private static List<Object> outcome(OpenDatabase database, List<String> table, Run inserts) {
        TursoConnection connection = database.open();
        run(connection, "CREATE TABLE log (line)");
        run(connection, table.toArray(String[]::new));
        await(connection.beginTransaction());
        run(connection, "INSERT INTO log VALUES ('begin')");
        List<Object> outcome = new ArrayList<>(inserts.run(connection));
        outcome.addAll(rows(connection, "SELECT changes(), last_insert_rowid(), total_changes()"));
        outcome.addAll(rows(connection, "SELECT a, b FROM t"));
        outcome.addAll(rows(connection, "SELECT line FROM log"));
        outcome.add(String.valueOf(connection
                .commitTransaction()
                .thenReturn("committed")
                .onErrorResume(R2dbcException.class, error -> Mono.just(String.valueOf(error.getMessage())))
                .block(OpenDatabase.PATIENCE)));
        return outcome;
    }

    private static List<Object> rows(TursoConnection connection, String sql) {
        return get(connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.map(ManyRowsContractTest::text))
                .cast(Object.class)
                .onErrorResume(R2dbcException.class, error -> Mono.just(String.valueOf(error.getMessage())))
                .collectList());
    }

    private static String text(Readable row) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 3; i++) {
            @Nullable Object value;
            try {
                value = row.get(i);
            } catch (IndexOutOfBoundsException end) {
                break;
            }
            text.append(value == null ? "NULL" : value.getClass().getSimpleName() + value)
                    .append('|');
        }
        return text.toString();
    }
}
