package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import turso.r2dbc.Turso;
import turso.r2dbc.TursoRetry;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoDataException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoInterruptedException;

/** errors and their categories. */
class ErrorTest extends AioTest {

    private void schema() {
        script("""
            CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, name TEXT NOT NULL DEFAULT 'n',
                age INTEGER CHECK (age >= 0), boss REFERENCES users (id));
            CREATE TABLE strict (n INTEGER) STRICT;
            CREATE TABLE pair (a, b, UNIQUE (a, b));
            CREATE TRIGGER refuse BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'users stay'); END;
            INSERT INTO users (id, email) VALUES (1, 'a@example.com');
            INSERT INTO pair VALUES (1, 2);
            """);
    }

    private void assertIntegrity(String sql, int code, String words) {
        Mono<Void> work = this.conn.execute(sql).then();
        assertFails(Category.INTEGRITY, code, words, work);
        assertThat(failure(work)).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertFails(Category.INTEGRITY, code, words, this.cur.execute(sql));
    }

    @Test
    void r153_uniqueAndPrimaryKey() {
        schema();
        assertIntegrity(
                "INSERT INTO users (id, email) VALUES (1, 'b@example.com')",
                Code.CONSTRAINT_PRIMARYKEY,
                "UNIQUE constraint failed: users.id");
        assertIntegrity(
                "INSERT INTO users (email) VALUES ('a@example.com')",
                Code.CONSTRAINT_UNIQUE,
                "UNIQUE constraint failed: users.email");
        assertIntegrity(
                "INSERT INTO pair VALUES (1, 2)", Code.CONSTRAINT_UNIQUE, "UNIQUE constraint failed: pair.a, pair.b");
    }

    @Test
    void r154_otherConstraints() {
        schema();
        assertIntegrity(
                "INSERT INTO users (name) VALUES (NULL)",
                Code.CONSTRAINT_NOTNULL,
                "NOT NULL constraint failed: users.name");
        assertIntegrity(
                "INSERT INTO users (boss) VALUES (99)", Code.CONSTRAINT_FOREIGNKEY, "FOREIGN KEY constraint failed");
        assertIntegrity(
                "INSERT INTO users (age) VALUES (-1)", Code.CONSTRAINT_CHECK, "CHECK constraint failed: age >= 0");
    }

    @Test
    void r155_raiseAndValuesOfTheWrongType() {
        schema();
        assertIntegrity("DELETE FROM users", Code.CONSTRAINT_TRIGGER, "users stay");
        assertIntegrity("INSERT INTO users (id) VALUES ('no number')", Code.MISMATCH, "datatype mismatch");
        assertIntegrity(
                "INSERT INTO strict VALUES ('no number')",
                Code.CONSTRAINT_DATATYPE,
                "cannot store TEXT value in INTEGER column strict.n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            SELEC 1                                 | near "SELEC": syntax error
            SELECT * FROM missing                   | no such table: missing
            SELECT missing FROM users               | no such column: missing
            SELECT missing(1)                       | no such function: missing
            SELECT abs(1, 2)                        | wrong number of arguments to function abs()
            SELECT id FROM users a, users b         | ambiguous column name: id
            CREATE TABLE users (x)                  | table users already exists
            INSERT INTO pair VALUES (1)             | table pair has 2 columns but 1 values were supplied
            """)
    void r156_wrongSql(String sql, String words) {
        schema();
        Mono<Void> work = this.conn.execute(sql).then();
        assertFails(Category.PROGRAMMING, Code.ERROR, words, work);
        assertThat(failure(work)).isInstanceOf(R2dbcBadGrammarException.class);
        assertFails(Category.PROGRAMMING, Code.ERROR, words, this.cur.execute(sql));
        assertThat(inTransaction()).isFalse();
    }

    @Test
    void r157_lockThatIsNotFree() {
        schema();
        TursoConnection other = connect(options -> options.lockWaitTimeout(Duration.ZERO));
        run("DELETE FROM pair");
        Mono<Void> work = other.execute("DELETE FROM pair").then();
        assertFails(Category.OPERATIONAL, work).isInstanceOfSatisfying(R2dbcTimeoutException.class, error -> {
            assertThat(error.getErrorCode()).isEqualTo(Code.BUSY);
            assertThat(error.getSqlState()).isEqualTo("55P03");
            assertThat(TursoRetry.isRetryable(error)).isTrue();
        });
    }

    @Test
    void r158_diskFull() {
        script("CREATE TABLE big (b); PRAGMA max_page_count = 20");
        Mono<Void> work =
                this.conn.execute("INSERT INTO big VALUES (zeroblob(1000000))").then();
        assertFails(Category.OPERATIONAL, Code.FULL, "database or disk is full", work);
        await(this.conn.rollback());
        assertThat(failure(work)).isInstanceOf(R2dbcNonTransientResourceException.class);
        await(this.conn.rollback());
        assertThat(value("SELECT count(*) FROM big")).isEqualTo(0L);
    }

    @Test
    void r159_readOnly() {
        schema();
        run("PRAGMA query_only = ON");
        Mono<Void> work = this.conn.execute("INSERT INTO pair VALUES (3, 4)").then();
        assertFails(Category.OPERATIONAL, Code.READONLY, "attempt to write a readonly database", work);
        assertThat(failure(work)).isInstanceOf(R2dbcPermissionDeniedException.class);
        await(this.conn.rollback());
        run("PRAGMA query_only = OFF");
        assertThat(run("INSERT INTO pair VALUES (3, 4)")).isEqualTo(1L);
    }

    @Test
    void r160_stoppedStatement() {
        await(this.conn.setStatementTimeout(Duration.ofMillis(30)));
        Mono<Void> work = this.conn.execute(ENDLESS_QUERY).then();
        assertFails(Category.OPERATIONAL, Code.INTERRUPT, "statement timeout", work);
        assertThat(failure(work)).isInstanceOfSatisfying(R2dbcTimeoutException.class, error -> {
            assertThat(error.getSqlState()).isEqualTo("57014");
            assertThat(TursoRetry.isRetryable(error)).isFalse();
        });
        // By interrupt(): AsyncTest.
        assertThat(R2dbcNonTransientException.class).isAssignableFrom(TursoInterruptedException.class);
    }

    @Test
    void r161_misuse() {
        assertFails(Category.INTERFACE, this.conn.execute("SELECT ?", 1, 2).fetchOne())
                .isInstanceOf(R2dbcNonTransientException.class);
        assertFails(Category.INTERFACE, this.conn.execute("SELECT ?, ?", 1).fetchOne())
                .isInstanceOf(R2dbcNonTransientException.class);
        // At the SPI, binding says so itself.
        assertThat(failure(Mono.defer(() -> Mono.from(
                        this.conn.createStatement("SELECT ?").bind(1, 2).execute()))))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(failure(Mono.defer(
                        () -> Mono.from(this.conn.createStatement("SELECT ?").execute()))))
                .isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "SELECT abs(-9223372036854775807 - 1), integer overflow",
        "SELECT json('{bad'), malformed JSON",
        "SELECT sum(x) FROM (SELECT 9223372036854775807 AS x UNION ALL SELECT 1), integer overflow"
    })
    void r162_errorInAValue(String sql, String words) {
        assertFails(
                Category.OPERATIONAL, Code.ERROR, words, this.conn.execute(sql).then());
        assertThat(failure(this.conn.execute(sql).then())).isInstanceOf(TursoDataException.class);
    }

    @Test
    void r163_noDatabase() throws IOException {
        Path file = this.database.directory().resolve("no.db");
        Files.writeString(file, "no database at all, but long enough to have the first hundred bytes. ".repeat(40));
        Mono<Void> work =
                Turso.usingConnection(file, it -> it.execute("SELECT 1 FROM t").then());
        assertFails(Category.DATABASE, Code.NOTADB, "not a database", work);
        assertThat(failure(work)).isInstanceOf(R2dbcNonTransientResourceException.class);
    }

    @Test
    void r164_wrongUse() {
        schema();
        TursoCursor closed = this.conn.cursor();
        await(closed.close());
        assertFails(Category.PROGRAMMING, Mono.defer(() -> closed.execute("SELECT 1")))
                .isInstanceOf(TursoClosedException.class);
        assertFails(Category.PROGRAMMING, Mono.defer(closed::fetchOne)).isInstanceOf(TursoClosedException.class);
        assertFails(Category.PROGRAMMING, this.conn.executeMany("SELECT ?", List.of(List.of(1))))
                .isInstanceOf(R2dbcNonTransientException.class);
        assertFails(
                        Category.PROGRAMMING,
                        this.conn.execute("SELECT 1; SELECT 2").then())
                .isInstanceOf(R2dbcNonTransientException.class);
        await(this.conn.close());
        assertFails(
                        Category.PROGRAMMING,
                        Mono.defer(() -> this.conn.execute("SELECT 1").then()))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void r165_connectionIsUsableAfterEveryError() {
        schema();
        for (Mono<?> work : List.<Mono<?>>of(
                this.conn.execute("INSERT INTO pair VALUES (1, 2)").then(),
                this.conn.execute("SELEC").then(),
                this.conn.execute("SELECT * FROM missing").fetchOne(),
                this.conn.execute("SELECT json('{bad')").fetchOne(),
                this.conn.execute("SELECT ?").fetchOne(),
                this.conn.execute("").then(),
                this.conn.execute("SELECT 1; SELECT 2").then(),
                this.conn.execute("SELECT :a", Map.of()).then(),
                this.conn.executeMany("INSERT INTO pair VALUES (?, ?)", List.of(List.of(7, 7), List.of(1, 2))),
                this.conn.executeScript("INSERT INTO pair VALUES (8, 8); nonsense"),
                this.conn.transaction(
                        it -> it.execute("INSERT INTO pair VALUES (1, 2)").then()),
                this.conn.transaction(it -> it.execute(ENDLESS_QUERY).then().timeout(Duration.ofMillis(30))),
                this.cur.execute("SELECT nothing"),
                this.cur.executeMany("SELECT 1", List.of()))) {
            assertThat(failure(work)).isNotInstanceOf(AssertionError.class);
            assertUsable();
        }
        await(this.conn.rollback());
        assertThat(run("INSERT INTO pair VALUES (5, 5)")).isEqualTo(1L);
        await(this.conn.commit());
    }

    @Test
    void r166_errorTellsAllThereIsToTell() {
        schema();
        String sql = "INSERT INTO users (id) VALUES (?)";
        assertFails(Category.INTEGRITY, this.conn.execute(sql, 1).then())
                .isInstanceOfSatisfying(R2dbcException.class, error -> {
                    assertThat(error.getErrorCode()).isEqualTo(Code.CONSTRAINT_PRIMARYKEY);
                    assertThat(error.getErrorCode() & 0xFF).as("primary code").isEqualTo(19);
                    assertThat(error.getSqlState()).isEqualTo("23505");
                    assertThat(error.getSql()).isEqualTo(sql);
                    assertThat(error).hasMessageEndingWith("UNIQUE constraint failed: users.id");
                    assertThat(TursoRetry.isRetryable(error)).isFalse();
                });
        assertFails(Category.INTERFACE, this.conn.execute("SELECT ?").then())
                .isInstanceOfSatisfying(
                        R2dbcException.class,
                        error -> assertThat(error.getSql()).isEqualTo("SELECT ?"));
    }
}
