package turso.r2dbc.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.Turso;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoDataException;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.errors.OpenDatabase;

/** A cursor has one position, whoever fetches, and is always answered. */
class CursorTest {

    @TempDir
    private Path directory;

    private TursoConnection connection;

    private TursoCursor cursor;

    @BeforeEach
    void open() {
        this.connection = get(Turso.connect(this.directory.resolve("cursor.db")));
        await(this.connection.executeScript("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3), (4), (5)"));
        this.cursor = this.connection.cursor();
    }

    @AfterEach
    void close() {
        await(this.connection.close());
    }

    private void select() {
        await(this.cursor.execute("SELECT v FROM t ORDER BY v"));
    }

    private static List<String> texts(Flux<TursoRow> rows) {
        return get(rows.map(TursoRow::toString).collectList());
    }

    @Test
    void oneMonoMergedWithItselfTakesOneRowEach() {
        select();
        Mono<TursoRow> next = this.cursor.fetchOne();

        assertThat(texts(Flux.merge(next, next, next))).containsExactly("[1]", "[2]", "[3]");
        assertThat(texts(this.cursor.fetchAll())).containsExactly("[4]", "[5]");
        assertThat(this.cursor.fetchOne().block(OpenDatabase.PATIENCE)).isNull();
        assertThat(this.cursor.fetchOne().block(OpenDatabase.PATIENCE)).isNull();
    }

    @Test
    void submissionOrderIsExecutionOrder() {
        List<CompletableFuture<TursoRow>> rows = new ArrayList<>();
        CompletableFuture<TursoCursor> first =
                this.cursor.execute("SELECT v FROM t ORDER BY v").toFuture();
        rows.add(this.cursor.fetchOne().toFuture());
        rows.add(this.cursor.fetchOne().toFuture());
        CompletableFuture<TursoCursor> second =
                this.cursor.execute("SELECT v FROM t ORDER BY v DESC").toFuture();
        rows.add(this.cursor.fetchOne().toFuture());

        assertThat(rows).extracting(row -> get(Mono.fromFuture(row)).getLong(0)).containsExactly(1L, 2L, 5L);
        assertThat(get(Mono.fromFuture(first))).isSameAs(get(Mono.fromFuture(second)));
    }

    @Test
    void fetchAllTakesNoMoreThanItEmits() {
        select();

        assertThat(texts(this.cursor.fetchAll().take(2))).containsExactly("[1]", "[2]");
        StepVerifier.create(this.cursor.fetchAll(), 1)
                .expectNextMatches(row -> row.getLong(0) == 3)
                .thenCancel()
                .verify(OpenDatabase.PATIENCE);
        assertThat(texts(this.cursor.fetchOne().flux())).containsExactly("[4]");
    }

    @Test
    void fetchThatAsksForNothingKeepsNobodyWaiting() {
        select();

        StepVerifier.create(this.cursor.fetchAll(), 1)
                .expectNextMatches(row -> row.getLong(0) == 1)
                .then(() -> assertThat(get(this.cursor.fetchOne())).hasToString("[2]"))
                .thenRequest(1)
                .expectNextMatches(row -> row.getLong(0) == 3)
                .thenRequest(Long.MAX_VALUE)
                .expectNextCount(2)
                .expectComplete()
                .verify(OpenDatabase.PATIENCE);
    }

    @Test
    void anotherStatementDropsTheRowsAlsoIfItFails() {
        select();
        await(this.cursor.execute("UPDATE t SET v = v"));
        assertThat(this.cursor.fetchOne().block(OpenDatabase.PATIENCE)).isNull();

        for (String wrong : List.of("SELEC 1", "SELECT * FROM missing", "SELECT 1; SELECT 2", "", "SELECT ?")) {
            select();
            assertThat(failure(this.cursor.execute(wrong))).isInstanceOf(R2dbcBadGrammarException.class);
            assertThat(texts(this.cursor.fetchAll())).isEmpty();
        }
        select();
        assertThat(failure(this.cursor.executeMany("SELECT ?", List.of())))
                .isInstanceOf(R2dbcBadGrammarException.class);
        assertThat(texts(this.cursor.fetchAll())).isEmpty();
    }

    /** Rows that are pending are in nobody's way, however many there are. */
    @Test
    void statementOfTheSameCursorMeetsNoOpenQuery() {
        TursoConnection small = get(Turso.connect(":memory:", it -> it.maxBufferedRows(1)));
        await(small.executeScript("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3), (4)"));
        TursoCursor only = small.cursor();
        await(only.execute("SELECT v FROM t"));

        await(only.execute("DROP TABLE t"));

        await(small.close());
    }

    @Test
    void runningFetchIsToldThatItsRowsAreDropped() {
        select();

        StepVerifier.create(this.cursor.fetchAll(), 1)
                .expectNextCount(1)
                .then(() -> await(this.cursor.execute("SELECT 7")))
                .expectError(TursoClosedException.class)
                .verify(OpenDatabase.PATIENCE);
        assertThat(texts(this.cursor.fetchAll())).containsExactly("[7]");
    }

    @Test
    void rowBeforeAnErrorComesFirst() {
        run(this.connection, "CREATE TABLE n (x)", "INSERT INTO n VALUES (1), (-9223372036854775808), (3)");
        await(this.cursor.execute("SELECT abs(x) FROM n"));

        assertThat(get(this.cursor.fetchOne())).hasToString("[1]");
        assertThat(failure(this.cursor.fetchOne())).isInstanceOf(TursoDataException.class);
        assertThat(this.cursor.fetchOne().block(OpenDatabase.PATIENCE)).isNull();
    }

    @Test
    void errorInTheFirstRowAppearsAtExecute() {
        assertThat(failure(this.cursor.execute("SELECT json('{bad')"))).isInstanceOf(TursoDataException.class);
    }

    @Test
    void lastRowLetsGoOfTheReadLock() throws SQLException {
        try (Connection other = OpenDatabase.foreign(this.directory.resolve("cursor.db"))) {
            await(this.cursor.execute("SELECT v FROM t LIMIT 1"));
            assertThat(get(this.cursor.fetchOne())).hasToString("[1]");
            OpenDatabase.run(other, "INSERT INTO t VALUES (6)");
            // A reader that has not come to its end keeps the log from being reset. The row is answered a moment
            // before.
            OpenDatabase.until(() -> isReset(other));
        }
    }

    private static boolean isReset(Connection connection) {
        try (var statement = connection.createStatement();
                var checkpoint = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            return checkpoint.getInt("busy") == 0;
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void metadataIsOfTheLastStatement() {
        assertThat(this.cursor.columnNames()).isEmpty();
        assertThat(this.cursor.rowCount()).isEqualTo(-1);
        assertThat(this.cursor.lastInsertRowId()).isNull();

        await(this.cursor.execute("SELECT 1 AS one, 2+3, 'x' AS \"my col\" WHERE 0"));
        assertThat(this.cursor.columnNames()).containsExactly("one", "2+3", "my col");
        assertThat(this.cursor.rowCount()).isEqualTo(-1);

        await(this.cursor.execute("INSERT INTO t VALUES (10), (11)"));
        assertThat(this.cursor.columnNames()).isEmpty();
        assertThat(this.cursor.rowCount()).isEqualTo(2);
        assertThat(this.cursor.lastInsertRowId()).isEqualTo(7);

        await(this.cursor.execute("INSERT INTO t VALUES (12) RETURNING v, rowid AS id"));
        assertThat(this.cursor.columnNames()).containsExactly("v", "id");
        assertThat(this.cursor.rowCount()).isEqualTo(1);
        assertThat(this.cursor.lastInsertRowId()).isEqualTo(8);
        assertThat(texts(this.cursor.fetchAll())).containsExactly("[12, 8]");

        await(this.cursor.execute("UPDATE t SET v = v WHERE 0"));
        assertThat(this.cursor.rowCount()).isZero();
        assertThat(this.cursor.lastInsertRowId()).isEqualTo(8);

        await(this.cursor.executeMany("INSERT INTO t VALUES (?)", List.of(List.of(1), List.of(2))));
        assertThat(this.cursor.rowCount()).isEqualTo(2);
        assertThat(this.cursor.lastInsertRowId()).isEqualTo(8);

        await(this.cursor.execute("PRAGMA user_version"));
        assertThat(this.cursor.columnNames()).containsExactly("user_version");
        assertThat(this.cursor.rowCount()).isZero();
        assertThat(texts(this.cursor.fetchAll())).containsExactly("[0]");

        await(this.cursor.executeScript("SELECT 1; SELECT 2"));
        assertThat(this.cursor.columnNames()).isEmpty();
        assertThat(texts(this.cursor.fetchAll())).isEmpty();
    }

    @Test
    void fetchManyTakesSoMany() {
        select();
        assertThat(get(this.cursor.fetchMany())).hasToString("[[1]]");
        assertThat(get(this.cursor.arraySize(2).fetchMany())).hasToString("[[2], [3]]");
        assertThat(get(this.cursor.fetchMany(0))).isEmpty();
        assertThat(get(this.cursor.fetchMany(10))).hasToString("[[4], [5]]");
        assertThat(get(this.cursor.fetchMany(10))).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> this.cursor.fetchMany(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> this.cursor.arraySize(-1));
        assertThat(this.cursor.arraySize()).isEqualTo(2);
    }

    @Test
    void openQuerySurvivesCommitAndRollback() {
        await(this.connection.execute("INSERT INTO t VALUES (6)").then());
        select();
        assertThat(get(this.cursor.fetchOne())).hasToString("[1]");
        await(this.connection.commit());
        assertThat(get(this.cursor.fetchOne())).hasToString("[2]");
        await(this.connection.execute("INSERT INTO t VALUES (7)").then());
        await(this.connection.rollback());
        assertThat(get(this.cursor.fetchOne())).hasToString("[3]");
    }

    @Test
    void closedCursorAnswers() {
        select();
        await(this.cursor.close());
        await(this.cursor.close());

        assertThat(List.of(
                        failure(this.cursor.fetchOne()),
                        failure(this.cursor.fetchMany(1)),
                        failure(this.cursor.fetchAll().then()),
                        failure(this.cursor.execute("SELECT 1")),
                        failure(this.cursor.execute("DELETE FROM t")),
                        failure(this.cursor.executeMany("INSERT INTO t VALUES (?)", List.of(List.of(1)))),
                        failure(this.cursor.executeScript("DELETE FROM t"))))
                .allSatisfy(error -> assertThat(error).isInstanceOf(TursoClosedException.class));
        assertThat(get(this.connection.execute("SELECT count(*) FROM t").fetchOne()))
                .hasToString("[5]");
    }

    @Test
    void cursorOfAClosedConnectionAnswers() {
        select();
        await(this.connection.close());

        assertThat(failure(this.cursor.fetchOne())).isInstanceOf(TursoClosedException.class);
        assertThat(failure(this.cursor.execute("SELECT 1"))).isInstanceOf(TursoClosedException.class);
        await(this.cursor.close());
    }

    /** Work that meets a close gets a result or an error, and never nothing. */
    @Test
    void workRacingCloseIsAnswered() {
        for (int round = 0; round < 50; round++) {
            TursoConnection racing = get(Turso.connect(":memory:"));
            TursoCursor open = racing.cursor();
            await(racing.executeScript("CREATE TABLE t (v); INSERT INTO t VALUES (1), (2), (3)"));
            List<Mono<?>> work = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                work.add(open.execute("SELECT v FROM t"));
                work.add(open.fetchOne());
                work.add(open.fetchAll().collectList());
                work.add(racing.execute("INSERT INTO t VALUES (?)", i).rowCount());
                work.add(racing.transaction(
                        scope -> scope.execute("INSERT INTO t VALUES (9)").rowCount()));
            }
            work.add(work.size() / 2, racing.close());
            List<CompletableFuture<?>> answers = new ArrayList<>();
            work.forEach(one -> answers.add(one.onErrorResume(TursoClosedException.class, e -> Mono.empty())
                    .toFuture()));

            until(() -> answers.stream().allMatch(CompletableFuture::isDone));
            assertThat(answers).noneMatch(CompletableFuture::isCompletedExceptionally);
        }
    }

    @Test
    void failingWriteKeepsTheRowId() {
        await(this.connection.execute("CREATE TABLE u (id INTEGER PRIMARY KEY)").then());
        await(this.cursor.execute("INSERT INTO u VALUES (5)"));
        assertThat(failure(this.cursor.execute("INSERT INTO u VALUES (5)")))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        await(this.cursor.execute("INSERT OR IGNORE INTO u VALUES (5)"));

        assertThat(this.cursor.lastInsertRowId()).isEqualTo(5);
        assertThat(this.cursor.connection()).isSameAs(this.connection);
    }
}
