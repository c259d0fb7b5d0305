package turso.r2dbc.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.errors.OpenDatabase;

/**
 * Connections that share commits, compared with plain JDBC: each works on rows of its own, so that everything it gets for
 * an answer is what it would get if it were alone. The system properties {@code stress.seeds} and {@code stress.operations}
 * make it longer.
 */
class GroupCommitModelTest {

    private static final int CONNECTIONS = 8;

    private static final int SEEDS = Integer.getInteger("stress.seeds", 3);

    private static final int OPERATIONS = Integer.getInteger("stress.operations", 1500) / CONNECTIONS;

    private static final long FIRST_SEED = Long.getLong("stress.seed", 20261126L);

    private static final long ROWS_OF_ONE = 1_000_000;

    private static final int VALUES = 12;

    private static final String COUNTERS = "SELECT last_insert_rowid(), changes(), total_changes()";

    private static final List<String> SCHEMA = List.of(
            "CREATE TABLE t (id INTEGER PRIMARY KEY, owner, n, UNIQUE (owner, n))",
            "CREATE TABLE log (owner, n)",
            "CREATE TABLE mark (id INTEGER PRIMARY KEY, owner, a, b)",
            "CREATE TRIGGER counting AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.owner, new.n); END",
            "CREATE TRIGGER refusing BEFORE INSERT ON t WHEN new.n = 0 BEGIN SELECT raise(ROLLBACK, 'no'); END");

    private static final List<String> CONTENTS = List.of(
            "SELECT id, owner, n FROM t ORDER BY id",
            "SELECT owner, n, count(*) FROM log GROUP BY owner, n ORDER BY owner, n",
            "SELECT owner, a, b FROM mark ORDER BY owner, a, b");

    @TempDir
    Path directory;

    static LongStream seeds() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void everyAnswerIsThatOfAConnectionAlone(long seed) throws SQLException {
        List<List<String>> scripts = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            scripts.add(script(i, new Random(seed * CONNECTIONS + i)));
        }
        Path file = this.directory.resolve("group.db");
        List<List<String>> answers;
        List<List<String>> contents = new ArrayList<>();
        long grouped;
        try (OpenDatabase database =
                OpenDatabase.file(file, it -> it.groupCommit(true).synchronous(Synchronous.OFF))) {
            TursoConnection first = database.open();
            OpenDatabase.run(first, SCHEMA.toArray(String[]::new));
            List<TursoConnection> connections =
                    scripts.stream().map(it -> database.open()).toList();
            answers = OpenDatabase.get(Flux.range(0, CONNECTIONS)
                    .flatMapSequential(i -> answers(connections.get(i), scripts.get(i)), CONNECTIONS)
                    .collectList());
            for (String sql : CONTENTS) {
                contents.add(OpenDatabase.get(answer(first, sql).collectList()));
            }
            grouped = database.factory().metrics().groupedWrites();
        }
        verify(scripts, answers, contents);
        assertThat(grouped).isGreaterThan(CONNECTIONS);
        System.out.printf(
                "group commit: seed %d, %d operations, %d writes in groups%n", seed, OPERATIONS * CONNECTIONS, grouped);
    }

    private void verify(List<List<String>> scripts, List<List<String>> answers, List<List<String>> contents)
            throws SQLException {
        String url = "jdbc:sqlite:" + this.directory.resolve("alone.db");
        try (Connection first = DriverManager.getConnection(url)) {
            for (String sql : SCHEMA) {
                jdbcAnswer(first, sql);
            }
            jdbcAnswer(first, "PRAGMA journal_mode = WAL");
            for (int i = 0; i < CONNECTIONS; i++) {
                try (Connection alone = DriverManager.getConnection(url)) {
                    try (Statement statement = alone.createStatement()) {
                        statement.execute("PRAGMA synchronous = OFF");
                    }
                    for (int step = 0; step < scripts.get(i).size(); step++) {
                        String sql = scripts.get(i).get(step);
                        assertThat(answers.get(i).get(step))
                                .as("connection %d, step %d: %s", i, step, sql)
                                .isEqualTo(String.join("; ", jdbcAnswer(alone, sql)));
                    }
                }
            }
            for (int i = 0; i < CONTENTS.size(); i++) {
                assertThat(contents.get(i)).isEqualTo(jdbcAnswer(first, CONTENTS.get(i)));
            }
        }
    }

    /** Statements of one connection. A value of 0 is refused by a trigger, which rolls back. */
    private static List<String> script(int owner, Random random) {
        List<String> script = new ArrayList<>();
        long id = owner * ROWS_OF_ONE;
        while (script.size() < OPERATIONS) {
            id++;
            int n = random.nextInt(VALUES);
            String row = "(" + id + ", " + owner + ", " + n + ")";
            String insert = " INTO t (id, owner, n) VALUES " + row;
            switch (random.nextInt(18)) {
                case 0 -> script.add("INSERT OR FAIL" + insert + ", (" + ++id + ", " + owner + ", 1), " + row);
                case 1 -> script.add("INSERT OR REPLACE" + insert);
                case 2 -> script.add("INSERT OR IGNORE" + insert);
                case 3 -> script.add("INSERT OR ROLLBACK" + insert);
                case 4 -> script.add("INSERT" + insert + ", (" + id + ", " + owner + ", 99)");
                case 5 ->
                    script.add("INSERT" + insert + " ON CONFLICT DO UPDATE SET n = n + " + VALUES + " RETURNING n, id");
                case 6 -> script.add("UPDATE t SET n = n + 1 WHERE owner = " + owner + " AND n > " + n);
                case 7 ->
                    script.add("UPDATE t SET n = -n WHERE owner = " + owner + " AND n = " + n + " RETURNING id, n");
                case 8, 9 -> script.add("DELETE FROM t WHERE owner = " + owner + " AND n >= " + n);
                case 10 -> script.add("DELETE FROM t WHERE owner = " + owner + " AND n = " + n + " RETURNING id");
                case 11, 12 -> script.add(COUNTERS);
                case 13 ->
                    script.add("INSERT INTO mark VALUES (" + id + ", " + owner
                            + ", last_insert_rowid(), changes() + total_changes())");
                case 14 -> script.add("SELECT id, n FROM t WHERE owner = " + owner + " ORDER BY id");
                case 15 -> {
                    script.add("BEGIN IMMEDIATE");
                    script.add("UPDATE t SET n = n WHERE owner = " + owner);
                    script.add(COUNTERS);
                    script.add(random.nextBoolean() ? "COMMIT" : "ROLLBACK");
                }
                default -> script.add("INSERT" + insert);
            }
        }
        return script;
    }

    private static boolean hasRows(String sql) {
        return sql.startsWith("SELECT") || sql.startsWith("PRAGMA") || sql.contains("RETURNING");
    }

    private static boolean isControl(String sql) {
        return switch (sql) {
            case "BEGIN IMMEDIATE", "COMMIT", "ROLLBACK" -> true;
            default -> sql.startsWith("CREATE");
        };
    }

    private static Mono<List<String>> answers(TursoConnection connection, List<String> script) {
        return Flux.fromIterable(script)
                .concatMap(sql -> answer(connection, sql).collectList().map(it -> String.join("; ", it)))
                .collectList();
    }

    private static Flux<String> answer(TursoConnection connection, String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> hasRows(sql)
                        ? result.map((Readable row) -> row(row, sql))
                        : result.getRowsUpdated().map(count -> isControl(sql) ? "done" : count.toString()))
                .onErrorResume(
                        R2dbcException.class, error -> Mono.just("error " + ((TursoException) error).extendedCode()));
    }

    private static String row(Readable row, String sql) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < columns(sql); i++) {
            values.add(String.valueOf(row.get(i, String.class)));
        }
        return values.toString();
    }

    /** Columns are told apart by commas: there are no others in what is selected or returned. */
    private static int columns(String sql) {
        String list = sql.contains("RETURNING")
                ? sql.substring(sql.indexOf("RETURNING"))
                : sql.split(" FROM ")[0].toUpperCase(Locale.ROOT);
        return list.split(",").length;
    }

    private static List<String> changes(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("SELECT changes()")) {
            return List.of(row.getString(1));
        }
    }

    private static List<String> jdbcAnswer(Connection connection, String sql) throws SQLException {
        List<String> answer = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            if (!hasRows(sql)) {
                // What it returns counts what triggers do, too.
                statement.executeUpdate(sql);
                return isControl(sql) ? List.of("done") : changes(statement);
            }
            try (ResultSet rows = statement.executeQuery(sql)) {
                while (rows.next()) {
                    List<String> values = new ArrayList<>();
                    for (int i = 1; i <= columns(sql); i++) {
                        values.add(String.valueOf(rows.getString(i)));
                    }
                    answer.add(values.toString());
                }
            }
        } catch (SQLiteException error) {
            answer.clear();
            answer.add("error " + error.getResultCode().code);
        }
        return answer;
    }
}
