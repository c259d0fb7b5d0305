package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.concurrency.WaitingWrites.insert;
import static turso.r2dbc.concurrency.WaitingWrites.update;
import static turso.r2dbc.concurrency.WaitingWrites.values;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcTimeoutException;
import io.r2dbc.spi.Readable;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoInterruptedException;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/** Writes that wait for one another share a commit where nobody can tell the difference, and only there. */
class GroupCommitTest {

    /** Runs until somebody stops it. */
    private static final String ENDLESS = "INSERT INTO t (n) WITH RECURSIVE s (x) AS"
            + " (SELECT 1 UNION ALL SELECT x + 1 FROM s) SELECT max(x) FROM s";

    private static final int ATTEMPTS = 5;

    @TempDir
    Path directory;

    private Path file = Path.of("unset");

    private OpenDatabase database = OpenDatabase.memory();

    private TursoConnection holder = this.database.open();

    @BeforeEach
    void open() {
        this.database.close();
        this.file = this.directory.resolve("group.db");
        this.database = OpenDatabase.file(
                this.file, options -> options.groupCommit(true).maxThreads(4).synchronous(Synchronous.OFF));
        this.holder = this.database.open();
        run(
                this.holder,
                "CREATE TABLE t (id INTEGER PRIMARY KEY, n UNIQUE, CHECK (n IS NOT 'bad'))",
                "CREATE TABLE log (n)",
                "CREATE TRIGGER refusing BEFORE INSERT ON t WHEN new.n = 'roll back' BEGIN"
                        + " SELECT raise(ROLLBACK, 'refused'); END",
                "CREATE TRIGGER counting AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.n), (new.n); END");
    }

    @AfterEach
    void close() {
        this.database.close();
        Leftovers.assertNoOpenFiles(this.directory);
    }

    private long grouped() {
        return this.database.factory().metrics().groupedWrites();
    }

    private WaitingWrites waiting() {
        return new WaitingWrites(this.database, this.holder);
    }

    private void awaitWaiters(int number) {
        waiting().await(number);
    }

    /** A pause of the machine may split a group, which goes on in another one after 10 ms; but not each time. */
    private static int fewest(IntSupplier commits, int expected) {
        int fewest = commits.getAsInt();
        for (int i = 1; i < ATTEMPTS && fewest > expected; i++) {
            fewest = Math.min(fewest, commits.getAsInt());
        }
        return fewest;
    }

    /** Inserts a row by each of new connections together. @return how many commits that took */
    private int commitsOfInserts(int number) {
        run(this.holder, "DELETE FROM t");
        List<TursoConnection> writers = this.database.open(number);
        int before = LogCommits.of(this.file);
        long grouped = grouped();
        List<Signal<Long>> counts = waiting()
                .together(writers.stream().map(it -> insert(it, it.hashCode())).toList());
        assertThat(values(counts)).containsOnly("1");
        assertThat(grouped() - grouped).isEqualTo(number);
        assertThat(value(this.holder, "SELECT count(*) FROM t")).isEqualTo((long) number);
        int commits = LogCommits.of(this.file) - before;
        writers.forEach(it -> await(it.close()));
        return commits;
    }

    @Test
    void writesThatWaitShareOneCommit() {
        // The transaction they wait for writes nothing.
        assertThat(fewest(() -> commitsOfInserts(20), 1)).isOne();
    }

    @Test
    void withoutTheOptionEachHasItsOwn() {
        this.database.close();
        this.database = OpenDatabase.file(this.file);
        this.holder = this.database.open();
        run(this.holder, "INSERT INTO log VALUES (0)");
        List<TursoConnection> writers = this.database.open(5);
        int before = LogCommits.of(this.file);
        waiting().together(writers.stream().map(it -> insert(it, it.hashCode())).toList());
        assertThat(grouped()).isZero();
        assertThat(LogCommits.of(this.file) - before).isEqualTo(5);
    }

    @Test
    void aWriteThatFindsNobodyRunsByItself() {
        await(insert(this.holder, 1));
        assertThat(grouped()).isZero();
    }

    @Test
    void aGroupHasABound() {
        assertThat(fewest(() -> commitsOfInserts(130), 4)).isBetween(3, 4);
    }

    @Test
    void eachHasItsOwnAnswer() {
        run(this.holder, "INSERT INTO t (id, n) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        List<TursoConnection> writers = this.database.open(7);
        List<Signal<Object>> answers = waiting()
                .together(
                        insert(writers.get(0), "d"),
                        update(writers.get(1), "UPDATE t SET n = n || '!' WHERE id < 3"),
                        writers.get(2)
                                .createStatement("INSERT INTO t (n) VALUES ('e'), ('f') RETURNING id, n")
                                .execute()
                                .concatMap(it -> it.map((Readable row) -> row.get(0) + "=" + row.get(1)))
                                .collectList(),
                        writers.get(3)
                                .createStatement("INSERT INTO t (n) VALUES ('g')")
                                .returnGeneratedValues("id")
                                .execute()
                                .concatMap(it -> it.map((Readable row) -> row.get("id")))
                                .single(),
                        update(writers.get(4), "DELETE FROM t WHERE id = 999"),
                        writers.get(5).execute("DELETE FROM t WHERE id = 3").rowCount(),
                        writers.get(6)
                                .createStatement("DELETE FROM t WHERE 0 RETURNING id")
                                .execute()
                                .concatMap(it -> it.map((row, metadata) ->
                                        metadata.getColumnMetadatas().size()))
                                .collectList());
        assertThat(values(answers)).containsExactly("1", "2", "[5=e, 6=f]", "7", "0", "1", "[]");
        assertThat(grouped()).isEqualTo(7);
        assertThat(column(this.holder, "SELECT n FROM t ORDER BY id")).containsExactly("a!", "b!", "d", "e", "f", "g");
    }

    @Test
    void theErrorOfOneIsNobodyElses() {
        List<TursoConnection> writers = this.database.open(7);
        List<Signal<Long>> answers = waiting()
                .together(
                        insert(writers.get(0), "a"),
                        insert(writers.get(1), "a"),
                        insert(writers.get(2), "bad"),
                        update(writers.get(3), "INSERT INTO t (n) VALUES ('b'), ('a')"),
                        update(writers.get(4), "INSERT OR FAIL INTO t (n) VALUES ('c'), ('a')"),
                        update(writers.get(5), "INSERT INTO nowhere VALUES (1)"),
                        insert(writers.get(6), "d"));
        assertThat(answers.get(0).get()).isEqualTo(1);
        assertThat(answers.get(1).getThrowable())
                .isInstanceOf(R2dbcDataIntegrityViolationException.class)
                .hasMessageContaining("UNIQUE")
                .extracting(it -> ((R2dbcDataIntegrityViolationException) it).getSql())
                .isEqualTo("INSERT INTO t (n) VALUES (?)");
        assertThat(answers.get(2).getThrowable()).hasMessageContaining("CHECK");
        assertThat(answers.get(3).getThrowable()).hasMessageContaining("UNIQUE");
        assertThat(answers.get(4).getThrowable()).hasMessageContaining("UNIQUE");
        assertThat(answers.get(5).getThrowable()).hasMessageContaining("no such table");
        assertThat(answers.get(6).get()).isEqualTo(1);
        // What OR FAIL has done before it fails stays done, as in auto-commit.
        assertThat(column(this.holder, "SELECT n FROM t ORDER BY n")).containsExactly("a", "c", "d");
        assertThat(grouped()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t (n) VALUES ('roll back')", "INSERT OR ROLLBACK INTO t (n) VALUES ('a')"})
    void whoRollsBackRollsBackNobodyElse(String rollingBack) {
        assertThat(fewest(() -> commitsBesideARollback(rollingBack), 1)).isOne();
    }

    private int commitsBesideARollback(String rollingBack) {
        run(this.holder, "DELETE FROM t", "DELETE FROM log");
        List<TursoConnection> writers = this.database.open(5);
        int before = LogCommits.of(this.file);
        List<Signal<Long>> answers = waiting()
                .together(
                        insert(writers.get(0), "a"),
                        insert(writers.get(1), "b"),
                        update(writers.get(2), rollingBack),
                        insert(writers.get(3), "c"),
                        insert(writers.get(4), "a"));
        assertThat(answers.get(0).get()).isEqualTo(1);
        assertThat(answers.get(1).get()).isEqualTo(1);
        assertThat(answers.get(2).getThrowable()).isInstanceOf(TursoException.class);
        assertThat(answers.get(3).get()).isEqualTo(1);
        assertThat(answers.get(4).getThrowable()).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(column(this.holder, "SELECT n FROM t ORDER BY n")).containsExactly("a", "b", "c");
        assertThat(column(this.holder, "SELECT count(*) FROM log")).containsExactly(6L);
        int commits = LogCommits.of(this.file) - before;
        writers.forEach(it -> await(it.close()));
        return commits;
    }

    @Test
    void countersOfTheConnectionTellOfItsOwnWrites() {
        List<TursoConnection> writers = this.database.open(3);
        run(writers.get(1), "INSERT INTO t (id, n) VALUES (50, 'own')");
        List<Signal<Long>> answers = waiting()
                .together(
                        update(writers.get(0), "INSERT INTO t (id, n) VALUES (7, 'x'), (9, 'y')"),
                        update(writers.get(1), "UPDATE t SET n = n || '!' WHERE id = 50"),
                        update(writers.get(2), "INSERT INTO t (id, n) VALUES (70, 'z'), (70, 'z')"));
        assertThat(grouped()).isEqualTo(2);
        assertThat(answers.get(2).hasError()).isTrue();
        String counters = "SELECT last_insert_rowid() || ' ' || changes() || ' ' || total_changes()";
        // Each row makes two in the log, and SQLite counts those also of a statement that it undoes.
        assertThat(value(writers.get(0), counters)).isEqualTo("9 2 6");
        assertThat(value(writers.get(1), counters)).isEqualTo("50 1 4");
        assertThat(value(writers.get(2), counters)).isEqualTo("70 0 2");
        // Asking has not made a difference.
        assertThat(value(writers.get(0), counters)).isEqualTo("9 2 6");
        run(writers.get(0), "INSERT INTO log VALUES (last_insert_rowid())");
        assertThat(column(this.holder, "SELECT max(rowid), n FROM log")).hasSize(1);
        assertThat(column(this.holder, "SELECT n FROM log ORDER BY rowid DESC LIMIT 1"))
                .containsExactly(9L);
        assertThat(value(writers.get(0), "SELECT total_changes()")).isEqualTo(7L);
    }

    @Test
    void countersAreRightWithinAReadOnlyTransactionThatFollows() {
        TursoConnection writer = this.database.open();
        waiting().together(update(writer, "INSERT INTO t (id, n) VALUES (7, 'x')"));
        await(writer.beginTransaction(io.r2dbc.spi.IsolationLevel.SERIALIZABLE));
        assertThat(value(writer, "SELECT last_insert_rowid()")).isEqualTo(7L);
        await(writer.rollbackTransaction());
        assertThat(value(writer, "SELECT last_insert_rowid() || ' ' || changes()"))
                .isEqualTo("7 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "last_insert_rowid()",
                "Last_Insert_Rowid ( )",
                "[last_insert_rowid]\f(\n)",
                "last_insert_rowid/* of mine */()",
                "last_insert_rowid -- of mine\n ()",
                "last_insert_rowid(/* of mine */)",
                "last_insert_rowid( -- of mine\n)",
            })
    void aViewThatAsksForCountersIsAnsweredToo(String call) {
        TursoConnection writer = this.database.open();
        waiting().together(update(writer, "INSERT INTO t (id, n) VALUES (7, 'x')"));
        run(this.holder, "CREATE VIEW latest AS SELECT " + call + " AS id");
        assertThat(value(writer, "SELECT id FROM latest")).isEqualTo(7L);
        // As long as it is there, there are no groups.
        waiting().together(update(writer, "INSERT INTO t (id, n) VALUES (8, 'y')"));
        assertThat(grouped()).isOne();
        assertThat(value(writer, "SELECT id FROM latest")).isEqualTo(8L);
        run(this.holder, "DROP VIEW latest");
        waiting().together(update(writer, "INSERT INTO t (id, n) VALUES (9, 'z')"));
        assertThat(grouped()).isEqualTo(2);
    }

    /** One thread, so that the view is there before the connection knows what has become of its write. */
    @Test
    void soIsOneThatBeginsToAskBeforeTheWriteIsAnswered() {
        this.database.close();
        this.database = OpenDatabase.file(
                this.file, options -> options.groupCommit(true).maxThreads(1).synchronous(Synchronous.OFF));
        this.holder = this.database.open();
        TursoConnection writer = this.database.open();
        waiting()
                .together(
                        update(writer, "INSERT INTO t (id, n) VALUES (7, 'x')"),
                        update(this.database.open(), "CREATE VIEW latest AS SELECT last_insert_rowid() AS id"));
        assertThat(grouped()).isOne();
        assertThat(value(writer, "SELECT id FROM latest")).isEqualTo(7L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO t (n) VALUES (last_insert_rowid())",
                "INSERT INTO t (n) VALUES (\"changes\"())",
                "UPDATE log SET n = total_changes ( )",
                "CREATE TABLE other (x)",
                "PRAGMA user_version = 3",
                "DELETE FROM log; DELETE FROM log",
                "VACUUM",
            })
    void whatBelongsToItsConnectionDoesNotJoin(String sql) {
        TursoConnection writer = this.database.open();
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Void> written = OpenDatabase.drained(writer, sql).toFuture();
        awaitWaiters(1);
        run(this.holder, "COMMIT");
        await(Mono.fromFuture(written));
        assertThat(grouped()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PRAGMA foreign_keys = OFF",
                "PRAGMA recursive_triggers(1)",
                "ATTACH ':memory:' AS more",
                "CREATE TEMP TABLE t (id INTEGER PRIMARY KEY, n)",
                "CREATE TABLE temp.t (id INTEGER PRIMARY KEY, n)",
                "CREATE TABLE \"temp\".t (id INTEGER PRIMARY KEY, n)",
                "CREATE TEMPORARY TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM log; END",
            })
    void aConnectionThatWasChangedKeepsToItself(String change) {
        TursoConnection writer = this.database.open();
        run(writer, change);
        waiting().together(insert(writer, 1));
        assertThat(grouped()).isZero();
        assertThat(value(writer, "SELECT count(*) FROM t")).isEqualTo(1L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PRAGMA foreign_keys", "PRAGMA table_info(t)", "SELECT 1", "CREATE TABLE u (x)", "ANALYZE"})
    void aConnectionThatWasNotChangedJoins(String harmless) {
        TursoConnection writer = this.database.open();
        run(writer, harmless);
        waiting().together(insert(writer, 1));
        assertThat(grouped()).isOne();
    }

    @Test
    void statementsOfATransactionAndBatchesDoNotJoin() {
        List<TursoConnection> writers = this.database.open(3);
        await(writers.get(0).beginTransaction());
        List<Signal<Object>> answers = waiting()
                .together(
                        insert(writers.get(0), "a"),
                        writers.get(1)
                                .createBatch()
                                .add("INSERT INTO log VALUES (1)")
                                .add("INSERT INTO log VALUES (2)")
                                .execute()
                                .concatMap(TursoResult::getRowsUpdated)
                                .collectList()
                                .doFirst(() ->
                                        writers.get(0).rollbackTransaction().subscribe()));
        assertThat(values(answers).get(1)).isEqualTo("[1, 1]");
        assertThat(grouped()).isZero();
    }

    @Test
    void deferredForeignKeysKeepEverybodyApart() {
        run(
                this.holder,
                "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
                "CREATE TABLE child (p REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
        List<TursoConnection> writers = this.database.open(2);
        List<Signal<Long>> answers = waiting()
                .together(
                        update(writers.get(0), "INSERT INTO child VALUES (2)"),
                        update(writers.get(1), "INSERT INTO parent VALUES (1)"));
        assertThat(answers.get(0).getThrowable()).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(answers.get(1).get()).isEqualTo(1);
        assertThat(grouped()).isZero();
    }

    @Test
    void connectionsThatAreSetUpDifferentlyDoNotShare() {
        TursoConnection strict = this.database.open();
        try (OpenDatabase other = OpenDatabase.file(
                this.file, options -> options.groupCommit(true).maxThreads(4).foreignKeys(false))) {
            TursoConnection lenient = other.open();
            run(
                    this.holder,
                    "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
                    "CREATE TABLE child (p REFERENCES parent)");
            List<Signal<Long>> answers = waiting()
                    .together(
                            update(strict, "INSERT INTO child VALUES (1)"),
                            update(lenient, "INSERT INTO child VALUES (2)"));
            assertThat(answers.get(0).getThrowable()).isInstanceOf(R2dbcDataIntegrityViolationException.class);
            assertThat(answers.get(1).get()).isEqualTo(1);
            assertThat(column(this.holder, "SELECT p FROM child")).containsExactly(2L);
        }
    }

    @Test
    void aQueryThatIsHalfReadKeepsItsConnectionApart() {
        TursoConnection writer = this.database.open();
        run(this.holder, "INSERT INTO t (n) VALUES (1), (2), (3)");
        List<Object> rows = Collections.synchronizedList(new ArrayList<>());
        Mono<Object> readingAndWriting = writer.createStatement("SELECT n FROM t WHERE id < 4")
                .execute()
                .concatMap(result -> result.map((Readable row) -> row.get(0)), 1)
                .concatMap(
                        n -> {
                            rows.add(n);
                            return insert(writer, "after " + n)
                                    .then(writer.createStatement("SELECT count(*) FROM t")
                                            .execute()
                                            .concatMap(it -> it.map((Readable row) -> row.get(0)))
                                            .single());
                        },
                        1)
                .collectList()
                .cast(Object.class);
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Object> counts = readingAndWriting.toFuture();
        awaitWaiters(1);
        run(this.holder, "COMMIT");
        // Each insert is seen by the query after it.
        assertThat(get(Mono.fromFuture(counts))).hasToString("[4, 5, 6]");
        assertThat(rows).hasSize(3);
    }

    @Test
    void nobodyIsOvertaken() {
        List<TursoConnection> writers = this.database.open(5);
        TursoConnection apart = this.database.open();
        List<Signal<Long>> answers = waiting()
                .together(
                        update(writers.get(0), "INSERT INTO log VALUES ('1')"),
                        update(writers.get(1), "INSERT INTO log VALUES ('2')"),
                        update(apart, "INSERT INTO log VALUES ('3' || changes())"),
                        update(writers.get(2), "INSERT INTO log VALUES ('4')"),
                        update(writers.get(3), "INSERT INTO log VALUES ('5')"));
        assertThat(values(answers)).containsOnly("1");
        assertThat(column(this.holder, "SELECT n FROM log ORDER BY rowid")).containsExactly("1", "2", "30", "4", "5");
        assertThat(grouped()).isEqualTo(4);
    }

    @Test
    void whatIsCancelledBeforeItsTurnNeverRuns() {
        List<TursoConnection> writers = this.database.open(3);
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Long> first = insert(writers.get(0), "a").toFuture();
        Disposable cancelled = insert(writers.get(1), "b").subscribe();
        CompletableFuture<Long> last = insert(writers.get(2), "c").toFuture();
        awaitWaiters(3);
        cancelled.dispose();
        // The connection can be used again before the lane is free.
        assertThat(value(writers.get(1), "SELECT count(*) FROM t")).isEqualTo(0L);
        run(this.holder, "COMMIT");
        await(Mono.fromFuture(first).then(Mono.fromFuture(last)));
        assertThat(column(this.holder, "SELECT n FROM t ORDER BY n")).containsExactly("a", "c");
    }

    @Test
    void aGroupOfNobodyHoldsUpNobody() {
        TursoConnection writer = this.database.open();
        run(this.holder, "BEGIN IMMEDIATE");
        Disposable cancelled = insert(writer, "b").subscribe();
        awaitWaiters(1);
        cancelled.dispose();
        await(writer.close());
        run(this.holder, "COMMIT");
        await(insert(this.holder, "c"));
        until(() -> this.database.factory().metrics().lockHolders() == 0);
        assertThat(column(this.holder, "SELECT n FROM t")).containsExactly("c");
    }

    @Test
    void whoWaitsTooLongIsTold() {
        List<TursoConnection> writers = this.database.open(2);
        await(writers.get(0).setLockWaitTimeout(Duration.ofMillis(20)));
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Long> patient = insert(writers.get(1), "b").toFuture();
        assertThat(OpenDatabase.failure(insert(writers.get(0), "a")))
                .isInstanceOf(R2dbcTimeoutException.class)
                .hasMessageContaining("lockWaitTimeout")
                .hasMessageContaining("BEGIN IMMEDIATE");
        run(this.holder, "COMMIT");
        await(Mono.fromFuture(patient));
        assertThat(column(this.holder, "SELECT n FROM t")).containsExactly("b");
    }

    /** The first waits for the other process by itself, and those behind it as a group. */
    @Test
    void anotherProcessIsWaitedForNoLongerThanAllowed() throws SQLException {
        List<TursoConnection> writers = this.database.open(3);
        await(writers.get(0).setLockWaitTimeout(Duration.ofMillis(700)));
        await(writers.get(1).setLockWaitTimeout(Duration.ofMillis(2_000)));
        try (java.sql.Connection foreign = OpenDatabase.foreign(this.file)) {
            OpenDatabase.run(foreign, "BEGIN IMMEDIATE");
            CompletableFuture<Signal<Long>> alone =
                    insert(writers.get(0), "a").materialize().toFuture();
            until(() -> this.database.factory().metrics().lockHolders() == 1);
            CompletableFuture<Signal<Long>> impatient =
                    insert(writers.get(1), "b").materialize().toFuture();
            CompletableFuture<Long> patient = insert(writers.get(2), "c").toFuture();
            for (CompletableFuture<Signal<Long>> failing : List.of(alone, impatient)) {
                assertThat(get(Mono.fromFuture(failing)).getThrowable())
                        .isInstanceOf(R2dbcTimeoutException.class)
                        .hasMessageContaining("lockWaitTimeout")
                        .hasMessageContaining("database is locked");
            }
            OpenDatabase.run(foreign, "COMMIT");
            await(Mono.fromFuture(patient));
        }
        assertThat(column(this.holder, "SELECT n FROM t")).containsExactly("c");
        assertThat(grouped()).isOne();
    }

    @Test
    void aStatementThatTakesTooLongLeavesTheGroup() {
        List<TursoConnection> writers = this.database.open(3);
        await(writers.get(1).setStatementTimeout(Duration.ofMillis(50)));
        List<Signal<Long>> answers = waiting()
                .together(insert(writers.get(0), "a"), update(writers.get(1), ENDLESS), insert(writers.get(2), "c"));
        assertThat(answers.get(1).getThrowable()).isInstanceOf(R2dbcTimeoutException.class);
        assertThat(values(answers)).startsWith("1").endsWith("1");
        assertThat(column(this.holder, "SELECT n FROM t ORDER BY n")).containsExactly("a", "c");
        assertThat(value(writers.get(1), "SELECT 1")).isEqualTo(1L);
    }

    @Test
    void aStatementThatIsCancelledWhileItRunsLeavesTheGroup() {
        List<TursoConnection> writers = this.database.open(3);
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Long> first = insert(writers.get(0), "a").toFuture();
        awaitWaiters(1);
        Disposable endless = update(writers.get(1), ENDLESS).subscribe();
        awaitWaiters(2);
        CompletableFuture<Long> last = insert(writers.get(2), "c").toFuture();
        awaitWaiters(3);
        run(this.holder, "COMMIT");
        awaitWaiters(0);
        endless.dispose();
        await(Mono.fromFuture(first).then(Mono.fromFuture(last)));
        assertThat(column(writers.get(1), "SELECT n FROM t ORDER BY n")).containsExactly("a", "c");
    }

    @Test
    void aStatementThatIsInterruptedLeavesTheGroup() {
        List<TursoConnection> writers = this.database.open(2);
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Long> first = insert(writers.get(0), "a").toFuture();
        awaitWaiters(1);
        CompletableFuture<Signal<Long>> endless =
                update(writers.get(1), ENDLESS).materialize().toFuture();
        awaitWaiters(2);
        run(this.holder, "COMMIT");
        Signal<Long> outcome = get(Flux.interval(Duration.ofMillis(5))
                .onBackpressureDrop()
                .concatMap(tick -> writers.get(1).interrupt().thenReturn(tick), 1)
                .takeUntil(tick -> endless.isDone())
                .then(Mono.fromFuture(endless)));
        assertThat(outcome.getThrowable()).isInstanceOf(TursoInterruptedException.class);
        await(Mono.fromFuture(first));
        assertThat(column(this.holder, "SELECT n FROM t")).containsExactly("a");
    }

    @Test
    void closingAnswersWhoWaits() {
        List<TursoConnection> writers = this.database.open(3);
        run(this.holder, "BEGIN IMMEDIATE");
        List<CompletableFuture<Long>> written = new ArrayList<>();
        for (TursoConnection writer : writers) {
            written.add(insert(writer, writer.hashCode()).toFuture());
            awaitWaiters(written.size());
        }
        List<CompletableFuture<Void>> closed =
                writers.stream().map(it -> it.close().toFuture()).toList();
        CompletableFuture<Void> factoryClosed =
                Mono.from(this.database.factory().close()).toFuture();
        run(this.holder, "COMMIT");
        written.forEach(it -> assertThat(get(Mono.fromFuture(it))).isEqualTo(1));
        closed.forEach(it -> await(Mono.fromFuture(it)));
        await(Mono.fromFuture(factoryClosed));
        assertThat(value(this.holder, "SELECT count(*) FROM t")).isEqualTo(3L);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not move files that are open")
    void aFileThatWasMovedIsNotMistakenForTheOneInItsPlace() throws Exception {
        List<TursoConnection> writers = this.database.open(2);
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.move(Path.of(this.file + suffix), Path.of(this.directory.resolve("moved.db") + suffix));
        }
        try (OpenDatabase other = OpenDatabase.file(this.file)) {
            TursoConnection connection = other.open();
            run(connection, "CREATE TABLE t (id INTEGER PRIMARY KEY, n)");
            List<Signal<Long>> answers = waiting().together(insert(writers.get(0), "a"), insert(writers.get(1), "b"));
            assertThat(values(answers)).containsOnly("1");
            assertThat(column(this.holder, "SELECT n FROM t ORDER BY n")).containsExactly("a", "b");
            assertThat(column(connection, "SELECT n FROM t")).isEmpty();
        }
    }

    /** There may be many factories for one file, one after another. */
    @Test
    void theLastConnectionOfAFactoryTakesEverythingWithIt() {
        long before = openLogs();
        WeakReference<Scheduler> scheduler = writeTogetherByAnotherFactory();
        // Not only when it has been idle for a while.
        assertThat(openLogs()).isEqualTo(before);
        // How the file was opened last is remembered.
        this.database.open();
        until(() -> {
            System.gc();
            return scheduler.refersTo(null);
        });
    }

    /** {@return how many connections there are} SQLite keeps the file itself open as long as any of them has a lock. */
    private long openLogs() {
        return Leftovers.canBeCounted()
                ? Leftovers.openFiles(this.directory).stream()
                        .filter(it -> it.endsWith("-wal"))
                        .count()
                : 0;
    }

    /** {@return the threads it had} */
    private WeakReference<Scheduler> writeTogetherByAnotherFactory() {
        Scheduler scheduler = Schedulers.single(Schedulers.boundedElastic());
        try (OpenDatabase other = OpenDatabase.file(
                this.file, options -> options.groupCommit(true).scheduler(scheduler))) {
            new WaitingWrites(other, this.holder).together(insert(other.open(), "a"), insert(other.open(), "b"));
            assertThat(other.factory().metrics().groupedWrites()).isEqualTo(2);
        }
        return new WeakReference<>(scheduler);
    }

    /** Otherwise one that is no member would make many commits of its own before the members can go on. */
    @Test
    void nobodyGetsAheadWhileMembersAreTold() {
        StallingScheduler scheduler = new StallingScheduler(
                () -> value(this.holder, "SELECT count(*) FROM t").equals(2L));
        try (OpenDatabase other = OpenDatabase.file(
                this.file, options -> options.groupCommit(true).scheduler(scheduler))) {
            TursoConnection earlier = other.open();
            List<TursoConnection> writers = other.open(4);
            run(earlier, "BEGIN IMMEDIATE");
            CompletableFuture<Long> first = insert(writers.get(0), 0).toFuture();
            CompletableFuture<Long> second = insert(writers.get(1), 1).toFuture();
            new WaitingWrites(other, earlier).await(2);
            scheduler.arm();
            run(earlier, "COMMIT");
            until(scheduler::isStalled);

            CompletableFuture<Long> third = insert(writers.get(2), 2).toFuture();
            until(() -> other.factory().metrics().lockHolders() == 1);
            CompletableFuture<Void> last = writers.get(3)
                    .executeScript("BEGIN IMMEDIATE; COMMIT")
                    .then()
                    .toFuture();
            new WaitingWrites(other, earlier).await(1);
            assertThat(value(this.holder, "SELECT count(*) FROM t")).isEqualTo(2L);

            scheduler.release();
            assertThat(List.of(first, second, third)).allMatch(count -> get(Mono.fromFuture(count)) == 1L);
            await(Mono.fromFuture(last));
        } finally {
            scheduler.dispose();
        }
    }

    @Test
    void manyWritersLoseNothing() {
        List<TursoConnection> writers = this.database.open(16);
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Void> written = Flux.range(0, writers.size())
                .flatMap(
                        i -> Flux.fromStream(LongStream.range(0, 50).boxed())
                                .concatMap(n -> insert(writers.get(i), i * 1000 + n)),
                        16)
                .then()
                .toFuture();
        until(() -> this.database.factory().metrics().lockWaiters() == 16);
        int before = LogCommits.of(this.file);
        run(this.holder, "COMMIT");
        await(Mono.fromFuture(written));
        assertThat(value(this.holder, "SELECT count(*) FROM t")).isEqualTo(800L);
        assertThat(value(this.holder, "SELECT count(*) FROM log")).isEqualTo(1600L);
        assertThat(LogCommits.of(this.file) - before).isLessThan(800);
        assertThat(grouped()).isPositive();
    }
}
