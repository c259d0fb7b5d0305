package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;

/** Statements that are stopped because they take too long. P-7: JDBC's own timeout would not stop them. */
class TimeoutErrorTest {

    private static final int INTERRUPT = 9;

    private static final Duration SHORT = Duration.ofMillis(30);

    private static final String ENDLESS = "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c)";

    @ParameterizedTest
    @ValueSource(
            strings = {
                ENDLESS + " SELECT count(*) FROM c",
                ENDLESS + " SELECT x FROM c WHERE x < 0",
                ENDLESS + " SELECT x FROM c ORDER BY -x",
                ENDLESS + " INSERT INTO t SELECT count(*) FROM c",
                "UPDATE t SET a = (" + ENDLESS + " SELECT count(*) FROM c)",
                "DELETE FROM t WHERE a = (" + ENDLESS + " SELECT count(*) FROM c)"
            })
    void statementTimeoutIs57014AndConnectionStaysUsable(String sql) {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");

            for (int i = 0; i < 3; i++) {
                await(connection.setStatementTimeout(SHORT));
                ErrorRow.STATEMENT_TIMEOUT.verify(failure(connection, sql), INTERRUPT, sql, "statement timeout");
                // A busy machine may take longer than that for the simplest of statements.
                await(connection.setStatementTimeout(Duration.ZERO));
                assertThat(value(connection, "SELECT a FROM t")).isEqualTo(1L);
            }

            run(connection, "INSERT INTO t VALUES (2)");
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(2L);
        }
    }

    @Test
    void statementTimeoutStopsOneOfTwoCursorsOnly() {
        try (OpenDatabase database = OpenDatabase.memory()) {
            TursoConnection connection = database.open();
            String endless = ENDLESS + " SELECT count(*) FROM c";

            // P-2: an interrupt of the connection would end the outer cursor too, and poison what comes after.
            List<String> answers = connection
                    .createStatement(ENDLESS + " SELECT x FROM c LIMIT 3")
                    .execute()
                    .concatMap(result -> result.map(row -> row.get(0, Long.class)))
                    .concatMap(
                            x -> connection
                                    .setStatementTimeout(SHORT)
                                    .then(OpenDatabase.drained(connection, endless))
                                    .thenReturn("finished")
                                    .onErrorResume(error -> {
                                        ErrorRow.STATEMENT_TIMEOUT.verify(
                                                error, INTERRUPT, endless, "statement timeout");
                                        return Mono.just("stopped");
                                    }),
                            1)
                    .collectList()
                    .block(OpenDatabase.PATIENCE);

            assertThat(answers).containsExactly("stopped", "stopped", "stopped");
            await(connection.setStatementTimeout(Duration.ZERO));
            assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
        }
    }

    @Test
    void timeoutOfZeroIsNone() {
        try (OpenDatabase database = OpenDatabase.memory(options -> options.statementTimeout(Duration.ofMillis(1)))) {
            TursoConnection connection = database.open();
            await(connection.setStatementTimeout(Duration.ZERO));

            assertThat(value(
                            connection,
                            ENDLESS.replace("FROM c)", "FROM c WHERE x < 300000)") + " SELECT count(*) FROM c"))
                    .isEqualTo(300_000L);
        }
    }
}
