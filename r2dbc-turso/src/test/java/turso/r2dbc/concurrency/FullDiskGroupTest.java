package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.concurrency.WaitingWrites.insert;
import static turso.r2dbc.concurrency.WaitingWrites.update;
import static turso.r2dbc.concurrency.WaitingWrites.values;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.run;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Signal;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/** When there is no more room, each of the writes that were to share a commit has the outcome it would have alone. */
class FullDiskGroupTest {

    private static final int FULL = 13;

    private static final String LARGE = "INSERT INTO t (n) VALUES (randomblob(200000))";

    @TempDir
    Path directory;

    private Path file = Path.of("unset");

    private OpenDatabase database = OpenDatabase.memory();

    private TursoConnection holder = this.database.open();

    @BeforeEach
    void open() {
        this.database.close();
        this.file = this.directory.resolve("full.db");
        // One thread, so that those who are left to themselves come in the order of the group.
        this.database = OpenDatabase.file(
                this.file, options -> options.groupCommit(true).maxThreads(1).pragma("max_page_count", "20"));
        this.holder = this.database.open();
        run(this.holder, "CREATE TABLE t (n UNIQUE, more)", "CREATE TABLE filling (x)");
    }

    @AfterEach
    void close() {
        this.database.close();
        Leftovers.assertNoOpenFiles(this.directory);
    }

    private WaitingWrites waiting() {
        return new WaitingWrites(this.database, this.holder);
    }

    private long grouped() {
        return this.database.factory().metrics().groupedWrites();
    }

    private List<Object> contents() {
        return column(this.holder, "SELECT CASE typeof(n) WHEN 'blob' THEN 'large' ELSE n END FROM t ORDER BY rowid");
    }

    private static void verifyFull(Signal<?> answer, String sql) {
        assertThat(answer.getThrowable()).isNotNull();
        ErrorRow.DISK_FULL.verify(answer.getThrowable(), FULL, sql, "database or disk is full");
    }

    /** Connections that are opened while the file is large have room for as much as there is in it then. */
    private void fill(int bytes) throws SQLException {
        try (Connection foreign = OpenDatabase.foreign(this.file)) {
            OpenDatabase.run(foreign, "INSERT INTO filling VALUES (zeroblob(" + bytes + "))");
        }
    }

    private void empty() throws SQLException {
        try (Connection foreign = OpenDatabase.foreign(this.file)) {
            OpenDatabase.run(foreign, "DELETE FROM filling", "VACUUM");
        }
    }

    /** SQLite undoes all of the transaction for a statement that it cannot undo by itself. */
    @Test
    void whoIsTooLargeIsToldAndTheOthersAreCommitted() {
        List<TursoConnection> writers = this.database.open(5);
        List<Signal<Long>> answers = waiting()
                .together(
                        insert(writers.get(0), "a"),
                        update(writers.get(1), LARGE),
                        insert(writers.get(2), "b"),
                        update(writers.get(3), "INSERT INTO t (n) VALUES ('c'), (randomblob(200000))"),
                        insert(writers.get(4), "d"));
        verifyFull(answers.get(1), LARGE);
        verifyFull(answers.get(3), "INSERT INTO t (n) VALUES ('c'), (randomblob(200000))");
        assertThat(values(List.of(answers.get(0), answers.get(2), answers.get(4))))
                .containsOnly("1");
        assertThat(contents()).containsExactly("a", "b", "d");
    }

    @Test
    void whoIsFirstAndTooLargeIsToldAndTheOthersShareTheirCommit() {
        List<TursoConnection> writers = this.database.open(3);
        List<Signal<Long>> answers = waiting()
                .together(update(writers.get(0), LARGE), insert(writers.get(1), "a"), insert(writers.get(2), "b"));
        verifyFull(answers.get(0), LARGE);
        assertThat(values(answers.subList(1, 3))).containsOnly("1");
        assertThat(contents()).containsExactly("a", "b");
        assertThat(grouped()).isEqualTo(2);
    }

    /** Here they have more room than the connection on which they run together. */
    @Test
    void whoFindsNoRoomAmongOthersHasAnotherTry() throws SQLException {
        fill(400_000);
        List<TursoConnection> writers = this.database.open(3);
        empty();
        List<Signal<Long>> answers = waiting()
                .together(insert(writers.get(0), "a"), update(writers.get(1), LARGE), insert(writers.get(2), "b"));
        assertThat(values(answers)).containsOnly("1");
        assertThat(contents()).containsExactly("a", "large", "b");
        assertThat(grouped()).isZero();
    }

    /** Here the first has less room than the connection on which they run together. */
    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t (n) VALUES ('a')", "INSERT OR ROLLBACK INTO t (n) VALUES ('a')"})
    void nobodyIsRefusedForWhatIsNotCommittedInTheEnd(String second) throws SQLException {
        fill(100_000);
        List<TursoConnection> writers = this.database.open(2);
        waiting().together(insert(writers.get(0), "x"), insert(writers.get(1), "y"));
        assertThat(grouped()).isEqualTo(2);
        empty();
        String first = "INSERT INTO t (n, more) VALUES ('a', zeroblob(80000))";
        List<Signal<Long>> answers = waiting()
                .together(
                        update(this.database.open(), first),
                        update(writers.get(0), second),
                        update(writers.get(1), LARGE));
        verifyFull(answers.get(0), first);
        assertThat(answers.get(1).get()).isEqualTo(1);
        verifyFull(answers.get(2), LARGE);
        assertThat(contents()).containsExactly("x", "y", "a");
    }
}
