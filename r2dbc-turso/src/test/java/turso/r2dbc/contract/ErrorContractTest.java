package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.Result;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoDataException;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoException.Category;

/** C-53 and C-54: errors of the database, their classes, their SQLStates, and the connection behind them. */
class ErrorContractTest extends ContractTest {

    private static final Category INTEGRITY = Category.INTEGRITY;

    private static final Category PROGRAMMING = Category.PROGRAMMING;

    @BeforeEach
    void createTables() {
        execute(
                "CREATE TABLE parent(id INTEGER PRIMARY KEY)",
                "CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE, n TEXT NOT NULL DEFAULT '', c INTEGER CHECK (c > 0),"
                        + " p INTEGER REFERENCES parent(id))",
                "CREATE TABLE strict(i INTEGER) STRICT",
                "CREATE TABLE worded(a TEXT, PRIMARY KEY (a)) WITHOUT ROWID",
                "INSERT INTO t(id, u) VALUES (1, 'one')",
                "INSERT INTO worded VALUES ('x')",
                "CREATE TRIGGER guard BEFORE UPDATE ON parent BEGIN SELECT RAISE(ABORT, 'guarded'); END",
                "INSERT INTO parent VALUES (1)");
    }

    static Stream<Arguments> errors() {
        return Stream.of(
                error(
                        "INSERT INTO t(u) VALUES ('one')",
                        R2dbcDataIntegrityViolationException.class,
                        "23505",
                        2067,
                        INTEGRITY),
                error(
                        "INSERT INTO t(id) VALUES (1)",
                        R2dbcDataIntegrityViolationException.class,
                        "23505",
                        1555,
                        INTEGRITY),
                error(
                        "INSERT INTO worded VALUES ('x')",
                        R2dbcDataIntegrityViolationException.class,
                        "23505",
                        1555,
                        INTEGRITY),
                error(
                        "INSERT INTO t(n) VALUES (NULL)",
                        R2dbcDataIntegrityViolationException.class,
                        "23502",
                        1299,
                        INTEGRITY),
                error(
                        "INSERT INTO t(c) VALUES (-1)",
                        R2dbcDataIntegrityViolationException.class,
                        "23514",
                        275,
                        INTEGRITY),
                error(
                        "INSERT INTO t(p) VALUES (99)",
                        R2dbcDataIntegrityViolationException.class,
                        "23503",
                        787,
                        INTEGRITY),
                error(
                        "INSERT INTO strict VALUES ('word')",
                        R2dbcDataIntegrityViolationException.class,
                        "23000",
                        3091,
                        INTEGRITY),
                error("UPDATE parent SET id = 5", R2dbcDataIntegrityViolationException.class, "23000", 1811, INTEGRITY),
                error(
                        "INSERT INTO t(id) VALUES ('word')",
                        R2dbcDataIntegrityViolationException.class,
                        "23000",
                        20,
                        INTEGRITY),
                error("SELEC 1", R2dbcBadGrammarException.class, "42601", 1, PROGRAMMING),
                error("SELECT * FROM", R2dbcBadGrammarException.class, "42601", 1, PROGRAMMING),
                error("SELECT * FROM nowhere", R2dbcBadGrammarException.class, "42P01", 1, PROGRAMMING),
                error("DROP TABLE nowhere", R2dbcBadGrammarException.class, "42P01", 1, PROGRAMMING),
                error("DROP VIEW nowhere", R2dbcBadGrammarException.class, "42P01", 1, PROGRAMMING),
                error("INSERT INTO nowhere VALUES (1)", R2dbcBadGrammarException.class, "42P01", 1, PROGRAMMING),
                error("SELECT nothing_here FROM t", R2dbcBadGrammarException.class, "42703", 1, PROGRAMMING),
                error("INSERT INTO t(nix) VALUES (1)", R2dbcBadGrammarException.class, "42703", 1, PROGRAMMING),
                error("UPDATE t SET nix = 1", R2dbcBadGrammarException.class, "42703", 1, PROGRAMMING),
                error("CREATE TABLE t(x)", R2dbcBadGrammarException.class, "42P07", 1, PROGRAMMING),
                error("ALTER TABLE t ADD COLUMN u", R2dbcBadGrammarException.class, "42701", 1, PROGRAMMING),
                error("SELECT no_such_function(1)", R2dbcBadGrammarException.class, "42883", 1, PROGRAMMING),
                error("INSERT INTO strict VALUES (1, 2)", R2dbcBadGrammarException.class, "42601", 1, PROGRAMMING),
                error("SELECT abs(-9223372036854775808)", TursoDataException.class, "22000", 1, Category.OPERATIONAL),
                error("SELECT json('{')", TursoDataException.class, "22000", 1, Category.OPERATIONAL),
                error("RELEASE nothing_here", R2dbcException.class, "3B001", 1, Category.OPERATIONAL),
                error("COMMIT", R2dbcException.class, "25000", 1, Category.OPERATIONAL));
    }

    private static Arguments error(
            String sql, Class<? extends R2dbcException> type, String sqlState, int code, Category category) {
        return Arguments.of(sql, type, sqlState, code, category);
    }

    @ParameterizedTest
    @MethodSource("errors")
    void c53ErrorsCarryEverything(
            String sql, Class<? extends R2dbcException> type, String sqlState, int code, Category category) {
        StepVerifier.create(Flux.from(this.connection.createStatement(sql).execute())
                        .concatMap(Result::getRowsUpdated))
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOfSatisfying(type, it -> {
                    assertThat(it.getSqlState()).isEqualTo(sqlState);
                    assertThat(it.getErrorCode()).isEqualTo(code);
                    assertThat(it.getSql()).isEqualTo(sql);
                    assertThat(it.getMessage()).isNotBlank();
                    assertThat(it).isInstanceOf(R2dbcNonTransientException.class);
                    assertThat((Object) it).isInstanceOfSatisfying(TursoException.class, own -> {
                        assertThat(own.category()).isEqualTo(category);
                        assertThat(own.extendedCode()).isEqualTo(code);
                        assertThat(own.isRetryable()).isFalse();
                    });
                }));
    }

    @ParameterizedTest
    @MethodSource("errors")
    void c54ConnectionIsUsableAfterwards(
            String sql, Class<? extends R2dbcException> type, String sqlState, int code, Category category) {
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(counts(this.connection.createStatement(sql).execute()))
                    .verifyError(type);
            assertUsable();
            assertThat(this.connection.isAutoCommit()).isTrue();
        }
        assertThat(integers("SELECT count(*) FROM t")).containsExactly(1);
        execute("INSERT INTO t(u) VALUES ('two')");
    }

    @ParameterizedTest
    @MethodSource("errors")
    void c54TransactionGoesOnAfterwards(
            String sql, Class<? extends R2dbcException> type, String sqlState, int code, Category category) {
        if (sql.equals("COMMIT")) {
            return;
        }
        await(this.connection.beginTransaction());
        execute("INSERT INTO t(u) VALUES ('two')");
        StepVerifier.create(counts(this.connection.createStatement(sql).execute()))
                .verifyError(type);
        assertThat(this.connection.isAutoCommit()).isFalse();
        execute("INSERT INTO t(u) VALUES ('three')");
        await(this.connection.commitTransaction());
        assertThat(this.database.count("t")).isEqualTo(3);
    }

    @Test
    void c53MessageIsTheEnginesOwn() {
        StepVerifier.create(one("INSERT INTO t(u) VALUES ('one')"))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("UNIQUE constraint failed: t.u"));
        StepVerifier.create(one("UPDATE parent SET id = 5"))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("guarded"));
        StepVerifier.create(one("SELEC 1").flatMapMany(Result::getRowsUpdated))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("SELEC"));
    }

    @Test
    void c53BoundValuesAppearInNoError() {
        StepVerifier.create(this.connection
                        .createStatement("INSERT INTO t(u, n) VALUES ('one', ?)")
                        .bind(0, "s3cret")
                        .execute())
                .verifyErrorSatisfies(error -> {
                    for (Throwable it = error; it != null; it = it.getCause()) {
                        assertThat(String.valueOf(it)).doesNotContain("s3cret");
                    }
                });
    }

    @Test
    void c53ErrorOfSeveralStatementsNamesTheFailingOne() {
        StepVerifier.create(counts(this.connection
                        .createStatement("INSERT INTO t(u) VALUES ('two'); INSERT INTO t(u) VALUES ('one'); SELECT 1")
                        .execute()))
                .verifyErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSql()).isEqualTo("INSERT INTO t(u) VALUES ('one')"));
    }

    @Test
    void c53ErrorsComeOnTheDriversThread() {
        StepVerifier.create(one("INSERT INTO t(u) VALUES ('one')")
                        .onErrorResume(it -> Mono.error(
                                new IllegalStateException(Thread.currentThread().getName()))))
                .verifyErrorSatisfies(error -> assertThat(error.getMessage()).startsWith("turso"));
    }

    @Test
    void c54ReadOnlyDatabaseRefusesWrites() {
        if (!this.database.isFile()) {
            return;
        }
        TursoConnection readOnly = this.database.connect("readOnly=true");
        assertThat(TestDatabase.query(readOnly, "SELECT count(*) FROM t", Integer.class))
                .containsExactly(1);
        StepVerifier.create(readOnly.createStatement("INSERT INTO t(u) VALUES ('two')")
                        .execute())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcPermissionDeniedException.class,
                                it -> assertThat(it.getSqlState()).isEqualTo("25006")));
        await(readOnly.beginTransaction());
        StepVerifier.create(readOnly.createStatement("DELETE FROM t").execute())
                .verifyError(R2dbcPermissionDeniedException.class);
        await(readOnly.rollbackTransaction());
        assertThat(TestDatabase.query(readOnly, "SELECT count(*) FROM t", Integer.class))
                .containsExactly(1);
    }

    @Test
    void c54DamagedFileIsANonTransientResourceError() throws Exception {
        if (!this.database.isFile()) {
            return;
        }
        execute("INSERT INTO t(u) " + String.format(NUMBERS, 2_000), "PRAGMA wal_checkpoint(TRUNCATE)");
        await(this.connection.close());
        byte[] content = Files.readAllBytes(this.database.path());
        java.util.Arrays.fill(content, 4096, content.length, (byte) 0x5a);
        Files.write(this.database.path(), content);
        TursoConnection damaged = this.database.connect();
        StepVerifier.create(TestDatabase.rows(damaged, "SELECT u FROM t", String.class))
                .thenConsumeWhile(it -> true)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(R2dbcNonTransientResourceException.class, it -> {
                            assertThat(it.getSqlState()).isEqualTo("XX001");
                            assertThat(((TursoException) (Object) it).category())
                                    .isEqualTo(Category.DATABASE);
                        }));
    }

    @Test
    void c54TooBigIsADataError() {
        StepVerifier.create(one("SELECT zeroblob(2000000000)").flatMapMany(Result::getRowsUpdated))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                it -> assertThat(it.getSqlState()).isIn("54000", "53200")));
        assertUsable();
    }

    @Test
    void c54ErrorMidwayThroughAnInsertSelectUndoesTheStatement() {
        StepVerifier.create(one("INSERT INTO t(u) SELECT 'x' || x FROM (" + String.format(NUMBERS, 10)
                        + ") UNION ALL SELECT 'one'"))
                .verifyError(R2dbcDataIntegrityViolationException.class);
        assertThat(this.database.count("t")).isEqualTo(1);
    }
}
