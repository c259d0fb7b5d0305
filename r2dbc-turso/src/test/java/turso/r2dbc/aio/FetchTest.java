package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.Turso;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoDataException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoRow;

/** reading rows. */
class FetchTest extends AioTest {

    private static final String LOGS = "SELECT * FROM logs ORDER BY id";

    private static final List<Object> START = List.of(1L, "start");

    private static final List<Object> MIDDLE = List.of(2L, "middle");

    private static final List<Object> END = List.of(3L, "end");

    private void logs() {
        script("CREATE TABLE logs (id INTEGER, msg TEXT);"
                + "INSERT INTO logs VALUES (1, 'start'), (2, 'middle'), (3, 'end')");
        await(this.cur.execute(LOGS));
    }

    private List<List<@Nullable Object>> many(int size) {
        return values(this.cur.fetchMany(size));
    }

    private static List<List<@Nullable Object>> values(Mono<List<TursoRow>> rows) {
        return await(rows).stream().map(TursoRow::values).toList();
    }

    private List<List<@Nullable Object>> rest() {
        return await(this.cur.fetchAll().map(TursoRow::values));
    }

    @Test
    void r059_fetchOneGivesTheNextRow() {
        logs();
        assertThat(next(this.cur)).isEqualTo(START);
        assertThat(await(this.conn.execute(LOGS).fetchOne()).values()).isEqualTo(START);
    }

    @Test
    void r060_fetchOneIsEmptyAtTheEndAgainAndAgain() {
        logs();
        rest();
        for (int i = 0; i < 3; i++) {
            StepVerifier.create(this.cur.fetchOne()).verifyComplete();
        }
    }

    @Test
    void r061_fetchAllGivesTheRest() {
        logs();
        next(this.cur);
        assertThat(rest()).containsExactly(MIDDLE, END);
    }

    @Test
    void r062_fetchAllIsEmptyAtTheEnd() {
        logs();
        rest();
        StepVerifier.create(this.cur.fetchAll()).verifyComplete();
    }

    @Test
    void r063_fetchManyFollowsTheArraySize() {
        logs();
        assertThat(this.cur.arraySize()).isEqualTo(1);
        assertThat(values(this.cur.fetchMany())).containsExactly(START);
        assertThat(this.cur.arraySize(2)).isSameAs(this.cur);
        assertThat(values(this.cur.fetchMany())).containsExactly(MIDDLE, END);
        await(this.cur.execute(LOGS));
        assertThat(many(1)).containsExactly(START);
        assertThat(many(9)).containsExactly(MIDDLE, END);
        assertThat(many(9)).isEmpty();
    }

    @Test
    void r064_fetchManyOfZeroTakesNothing() {
        logs();
        assertThat(many(0)).isEmpty();
        assertThat(next(this.cur)).isEqualTo(START);
    }

    @Test
    void r065_fetchManyOfLessIsMisuse() {
        logs();
        assertThatIllegalArgumentException().isThrownBy(() -> this.cur.fetchMany(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> this.cur.arraySize(-1));
        assertThat(next(this.cur)).isEqualTo(START);
    }

    @Test
    void r066_rowsComeInOrder() {
        logs();
        assertThat(rest()).containsExactly(START, MIDDLE, END);
        assertThat(rows(LOGS)).containsExactly(START, MIDDLE, END);
        assertThat(await(this.conn.execute(LOGS).fetchAll(row -> row.getString("msg"))))
                .containsExactly("start", "middle", "end");
    }

    @Test
    void r067_allWaysOfFetchingShareOnePosition() {
        script("CREATE TABLE n (x); WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 10)"
                + " INSERT INTO n SELECT x FROM c");
        await(this.cur.execute("SELECT x FROM n ORDER BY x"));
        assertThat(next(this.cur)).isEqualTo(row(1L));
        assertThat(many(3)).containsExactly(row(2L), row(3L), row(4L));
        assertThat(await(this.cur.fetchAll().map(TursoRow::values).take(2))).containsExactly(row(5L), row(6L));
        assertThat(next(this.cur)).isEqualTo(row(7L));
        assertThat(rest()).containsExactly(row(8L), row(9L), row(10L));
        assertThat(next(this.cur)).isNull();
    }

    @Test
    void r068_withoutRowsThereIsNothingToFetch() {
        assertNothingToFetch();
        await(this.cur.execute("CREATE TABLE t (x)"));
        assertNothingToFetch();
        await(this.cur.execute("INSERT INTO t VALUES (1)"));
        assertNothingToFetch();
    }

    private void assertNothingToFetch() {
        assertThat(next(this.cur)).isNull();
        assertThat(many(5)).isEmpty();
        assertThat(rest()).isEmpty();
    }

    @Test
    void r069_emptyResultIsEmptyEachWay() {
        script("CREATE TABLE t (x)");
        await(this.cur.execute("SELECT x FROM t"));
        assertNothingToFetch();
        StepVerifier.create(this.conn.execute("SELECT x FROM t").fetchOne()).verifyComplete();
        StepVerifier.create(this.conn.execute("SELECT x FROM t").fetchAll()).verifyComplete();
    }

    @Test
    void r070_anythingNewDropsPendingRows() {
        logs();
        await(this.cur.execute("SELECT 9"));
        assertThat(rest()).containsExactly(row(9L));

        await(this.cur.execute(LOGS));
        assertFails(Category.PROGRAMMING, this.cur.execute("SELECT * FROM missing"));
        assertNothingToFetch();

        await(this.cur.execute(LOGS));
        await(this.cur.executeMany("DELETE FROM logs WHERE id = ?", List.of(List.of(3))));
        assertNothingToFetch();

        await(this.cur.execute(LOGS));
        await(this.cur.executeScript("SELECT 1"));
        assertNothingToFetch();
    }

    @Test
    void r071_cursorsHavePositionsOfTheirOwn() {
        logs();
        TursoCursor other =
                await(this.conn.execute("SELECT id FROM logs ORDER BY id DESC").cursor());
        assertThat(next(this.cur)).isEqualTo(START);
        assertThat(next(other)).isEqualTo(row(3L));
        assertThat(next(this.cur)).isEqualTo(MIDDLE);
        assertThat(next(other)).isEqualTo(row(2L));
        await(other.close());
        assertThat(rest()).containsExactly(END);
    }

    @Test
    void r072_openQuerySurvivesCommitAndRollback() {
        logs();
        assertThat(next(this.cur)).isEqualTo(START);
        script("CREATE TABLE t (x)");
        run("INSERT INTO t VALUES (1)");
        await(this.conn.commit());
        assertThat(next(this.cur)).isEqualTo(MIDDLE);
        run("INSERT INTO t VALUES (2)");
        await(this.conn.rollback());
        assertThat(rest()).containsExactly(END);
        assertThat(column("SELECT x FROM t")).containsExactly(1L);
    }

    @Test
    void r073_nullIsNotTheEnd() {
        await(this.cur.execute("SELECT NULL"));
        assertThat(next(this.cur)).isEqualTo(row((Object) null));
        assertThat(next(this.cur)).isNull();
    }

    @Test
    void r074_rowBeforeAnErrorIsDelivered() {
        script("CREATE TABLE t (x); INSERT INTO t VALUES (1), (-9223372036854775808)");
        String sql = "SELECT abs(x) FROM t ORDER BY rowid";
        StepVerifier.create(this.conn.execute(sql).fetchAll().map(TursoRow::values))
                .expectNext(row(1L))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TursoDataException.class)
                        .hasMessageContaining("integer overflow"));

        await(this.cur.execute(sql));
        assertThat(next(this.cur)).isEqualTo(row(1L));
        assertThat(failure(this.cur.fetchOne())).hasMessageContaining("integer overflow");
        assertThat(next(this.cur)).isNull();
    }

    @Test
    void r075_errorInTheFirstRowAppearsAtExecute() {
        assertThat(failure(this.cur.execute("SELECT json('{bad')"))).hasMessageContaining("malformed JSON");
        assertThat(failure(this.conn.execute("SELECT json('{bad')").fetchOne()))
                .isInstanceOf(TursoDataException.class)
                .hasMessageContaining("malformed JSON");
    }

    @Test
    void r076_lastRowFreesTheReadLock() {
        TursoConnection reader = connectWithoutWriteAheadLog();
        TursoConnection writer = connectWithoutWriteAheadLog();
        await(reader.executeScript("CREATE TABLE t (x); INSERT INTO t VALUES (1)"));
        TursoCursor cursor = reader.cursor();
        await(cursor.execute("SELECT x FROM t"));
        assertThat(next(cursor)).isEqualTo(row(1L));

        await(writer.execute("INSERT INTO t VALUES (2)").then());
        await(writer.commit());
        assertThat(next(cursor)).isNull();
        await(Mono.when(reader.close(), writer.close()));
    }

    /**
     * With a write-ahead log, readers do not hinder the writer, and the test would show nothing. The row comes a moment before
     * the step that frees the lock.
     */
    private TursoConnection connectWithoutWriteAheadLog() {
        return this.database.isFile()
                ? await(Turso.connect(
                        this.database.directory().resolve("journal.db"),
                        options -> options.journalMode(JournalMode.DELETE).lockWaitTimeout(Duration.ofSeconds(1))))
                : await(Turso.connect(name(), options -> options.lockWaitTimeout(Duration.ofSeconds(1))));
    }
}
