package turso.r2dbc.aio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.ValidationDepth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.Turso;
import turso.r2dbc.TursoConnectionConfiguration;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.Isolation;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoException.Category;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;

/** connect, scope, close. */
class ScopeTest extends AioTest {

    @Test
    void r001_memoryIsPrivateToItsConnection() {
        Mono<TursoConnection> connect = Turso.connect(":memory:");
        Mono<List<List<Object>>> tables = Mono.usingWhen(
                connect,
                first -> Mono.usingWhen(
                        connect,
                        second -> first.executeScript("CREATE TABLE t (x)")
                                .then(Flux.just(first, second)
                                        .concatMap(it -> it.execute("SELECT count(*) FROM sqlite_schema")
                                                .fetchAll(TursoRow::values))
                                        .collectList()),
                        TursoConnection::close),
                TursoConnection::close);

        assertThat(await(tables)).containsExactly(List.of(1L), List.of(0L));
    }

    @Test
    void r002_fileIsCreatedWhenItIsOpened() {
        Path file = this.database.directory().resolve("my-database.db");
        Mono<TursoConnection> byPath = Turso.connect(file);
        Mono<TursoConnection> byName = Turso.connect(file.toString());
        assertThat(file).doesNotExist();

        await(Mono.usingWhen(byPath, it -> it.executeScript("CREATE TABLE t (x)"), TursoConnection::close));
        assertThat(file).isNotEmptyFile();
        await(Mono.usingWhen(byName, it -> it.execute("SELECT x FROM t").then(), TursoConnection::close));
    }

    @Test
    void r003_optionsHavePytursosDefaultsAndTakeEffect() {
        TursoConnectionConfiguration defaults =
                TursoConnectionConfiguration.builder().memory().build();
        assertThat(defaults.isolation()).isEqualTo(Isolation.DEFERRED);
        assertThat(defaults.autocommit()).isEqualTo(Autocommit.LEGACY);
        assertThat(defaults.readOnly()).isFalse();

        script("CREATE TABLE t (x)");
        TursoConnection connection = connect(options -> options.isolation(Isolation.NONE)
                .foreignKeys(false)
                .lockWaitTimeout(Duration.ZERO)
                .statementTimeout(Duration.ofSeconds(30)));
        await(connection.execute("INSERT INTO t VALUES (1)").then());
        assertThat(inTransaction(connection)).isFalse();
        assertThat(rows(connection, "PRAGMA foreign_keys")).containsExactly(List.of(0L));

        // An unknown option is no error; UnknownOptionTest reads the warning.
        String misspelt = this.database.url("isolaton=NONE");
        TursoConnection legacy = await(Turso.connect(misspelt));
        await(legacy.execute("INSERT INTO t VALUES (2)").then());
        assertThat(inTransaction(legacy)).isTrue();
        await(legacy.close());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Turso.connect(this.database.url("isolation=SOMETIMES")))
                .withMessageContaining("isolation")
                .withMessageContaining("SOMETIMES");
    }

    @Test
    void r004_missingDirectoryCannotBeOpened() throws InterruptedException {
        Path file = this.database.directory().resolve("no/such/dir/x.db");
        Set<Thread> before = Leftovers.workers();

        // The driver says what is missing, where SQLite would say "unable to open database file" with the same code.
        assertFails(Category.OPERATIONAL, Code.CANTOPEN, "no/such/dir does not exist", Turso.connect(file));
        assertThat(failure(Turso.connect(file))).isInstanceOf(R2dbcNonTransientResourceException.class);
        Mono<TursoConnection> withOwnThread = Turso.connect(file, options -> options.maxThreads(1));
        assertFails(Category.OPERATIONAL, Code.CANTOPEN, "Cannot open the database file", withOwnThread);

        Leftovers.assertEnded(before);
        assertThat(this.database.directory().resolve("no")).doesNotExist();
    }

    @Test
    void r005_textIsNoDatabase() throws IOException {
        Path file = this.database.directory().resolve("text.db");
        Files.writeString(file, "This is a text, long enough to be looked at and to be found no database. ".repeat(20));

        Mono<TursoRow> read =
                Turso.usingConnection(file, it -> it.execute("SELECT * FROM t").fetchOne());
        assertFails(Category.DATABASE, Code.NOTADB, "not a database", read);
        assertThat(file).content().startsWith("This is a text");
    }

    @Test
    void r006_closeDiscardsWhatIsUncommitted() {
        script("CREATE TABLE t (x)");
        run("INSERT INTO t VALUES (1)");
        assertThat(inTransaction()).isTrue();

        await(this.conn.close());
        assertThat(rows(connect(), "SELECT count(*) FROM t")).containsExactly(List.of(0L));
    }

    @Test
    void r007_closingTwiceIsHarmless() {
        await(this.conn.close());
        await(this.conn.close());
        await(Mono.when(this.conn.close(), this.conn.close()));
        assertThat(await(this.conn.validate(ValidationDepth.LOCAL))).isFalse();
    }

    @Test
    void r008_workAfterCloseIsRefused() {
        await(this.conn.close());
        assertClosed(Mono.defer(() -> this.conn.execute("SELECT 1").fetchOne()));
        assertClosed(Mono.defer(() -> this.conn.executeScript("SELECT 1")));
        assertClosed(Mono.defer(() -> this.conn.executeMany("INSERT INTO t VALUES (?)", List.of(List.of(1)))));
        assertClosed(Mono.defer(() -> this.conn.cursor().execute("SELECT 1")));
        assertClosed(Mono.defer(() -> this.conn.transaction(it -> Mono.just(1))));
        assertClosed(Mono.defer(() -> this.conn.inTransaction()));
    }

    private static void assertClosed(Mono<?> work) {
        assertFails(Category.PROGRAMMING, work).isInstanceOf(TursoClosedException.class);
    }

    @Test
    void r009_commitAndRollbackAfterCloseAreRefused() {
        await(this.conn.close());
        assertClosed(Mono.defer(() -> this.conn.commit()));
        assertClosed(Mono.defer(() -> this.conn.rollback()));
    }

    @Test
    void r010_fetchAfterTheConnectionClosedIsRefused() {
        await(this.cur.execute("SELECT 1 UNION ALL SELECT 2"));
        await(this.conn.close());
        assertClosed(this.cur.fetchOne());
        assertClosed(this.cur.fetchMany(2));
        assertClosed(this.cur.fetchAll().then());
    }

    @Test
    void r011_workQueuedBeforeCloseRuns() {
        script("CREATE TABLE t (x)");
        await(Mono.when(
                this.conn.execute("INSERT INTO t VALUES (1)").then(),
                this.conn.execute("INSERT INTO t VALUES (2)").then(),
                this.conn.commit(),
                this.conn.close()));
        assertThat(rows(connect(), "SELECT x FROM t ORDER BY x")).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void r012_workRacingCloseIsAlwaysAnswered() {
        script("CREATE TABLE t (x)");
        for (int round = 0; round < 100; round++) {
            TursoConnection racing = connect(options -> options.isolation(Isolation.NONE));
            Flux<Object> work = Flux.range(0, 20)
                    .flatMap(i -> Mono.defer(() -> racing.execute("INSERT INTO t VALUES (?)", i)
                                    .rowCount())
                            .cast(Object.class)
                            .onErrorResume(Mono::just)
                            .subscribeOn(Schedulers.parallel()));
            Mono<Object> close = racing.close().<Object>thenReturn("closed").subscribeOn(Schedulers.parallel());

            List<Object> answers = await(Flux.merge(work.take(7), close, work.skip(7)));
            assertThat(answers).hasSize(7 + 1 + 13);
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer)
                            .satisfiesAnyOf(
                                    it -> assertThat(it).isEqualTo(1L),
                                    it -> assertThat(it).isEqualTo("closed"),
                                    it -> assertThat(it)
                                            .isInstanceOfSatisfying(
                                                    TursoException.class,
                                                    error -> assertThat(error.category())
                                                            .isEqualTo(Category.PROGRAMMING))));
        }
    }

    @Test
    void r013_scopeCommitsOnSuccess() {
        Long inserted = await(Turso.usingConnection(
                name(),
                it -> it.execute("CREATE TABLE t (x INTEGER)")
                        .then()
                        .then(it.execute("INSERT INTO t VALUES (42)").rowCount())));
        assertThat(inserted).isEqualTo(1L);
        assertThat(rows("SELECT x FROM t")).containsExactly(List.of(42L));
    }

    @Test
    void r014_scopeRollsBackOnError() {
        script("CREATE TABLE t (x)");
        IllegalStateException mine = new IllegalStateException("mine");

        assertThat(failure(Turso.usingConnection(
                        name(),
                        it -> it.execute("INSERT INTO t VALUES (1)").then().then(Mono.error(mine)))))
                .isSameAs(mine);
        assertThat(failure(Turso.usingConnection(name(), it -> {
                    throw mine;
                })))
                .isSameAs(mine);
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
    }

    @Test
    void r015_errorOfSqlRollsTheScopeBack() {
        script("CREATE TABLE t (x UNIQUE)");
        assertFails(
                Category.INTEGRITY,
                Code.CONSTRAINT_UNIQUE,
                "UNIQUE constraint failed: t.x",
                Turso.usingConnection(
                        name(),
                        it -> it.execute("INSERT INTO t VALUES (1)")
                                .then()
                                .then(it.execute("INSERT INTO t VALUES (1)").rowCount())));
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
        // Nobody holds the write lock.
        run("INSERT INTO t VALUES (1)");
        await(this.conn.commit());
    }

    @Test
    void r016_failingCommitOfAScopeIsSignalledAsItIs() {
        script("CREATE TABLE parent (id INTEGER PRIMARY KEY);"
                + "CREATE TABLE child (id REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
        Mono<Long> scope = Turso.usingConnection(
                name(), it -> it.execute("INSERT INTO child VALUES (9)").rowCount());
        assertFails(Category.INTEGRITY, Code.CONSTRAINT_FOREIGNKEY, "FOREIGN KEY constraint failed", scope);
        assertThat(failure(scope)).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertFails(
                Category.INTEGRITY,
                Code.CONSTRAINT_FOREIGNKEY,
                "FOREIGN KEY constraint failed",
                Turso.usingConnectionMany(
                        name(), it -> it.execute("INSERT INTO child VALUES (9)").rowCount()));
        assertThat(value("SELECT count(*) FROM child")).isEqualTo(0L);
    }

    @Test
    void r017_scopeWithNothingToCommitSucceeds() {
        TursoRow row =
                await(Turso.usingConnection(name(), it -> it.execute("SELECT 1").fetchOne()));
        assertThat(row.getLong(0)).isEqualTo(1L);
        Object nothing = await(Turso.usingConnection(name(), it -> Mono.empty()));
        assertThat(nothing).isNull();
    }

    @Test
    void r018_scopeOnAnOpenConnectionDoesNotCloseIt() {
        script("CREATE TABLE t (x)");
        Long inserted = await(this.conn.transaction(
                it -> it.execute("INSERT INTO t VALUES (1)").rowCount()));
        assertThat(inserted).isEqualTo(1L);
        assertThat(inTransaction()).isFalse();
        assertUsable();
        assertThat(rows(connect(), "SELECT x FROM t")).containsExactly(List.of(1L));
    }

    @Test
    void r019_cancelledScopeIsRolledBackAndClosed() throws Exception {
        script("CREATE TABLE t (x)");
        CompletableFuture<TursoConnection> inserted = new CompletableFuture<>();
        Disposable scope = Turso.usingConnection(
                        name(),
                        it -> it.execute("INSERT INTO t VALUES (1)")
                                .then()
                                .doOnSuccess(done -> inserted.complete(it))
                                .then(Mono.never()))
                .subscribe();
        TursoConnection connection = inserted.get(10, TimeUnit.SECONDS);

        scope.dispose();

        OpenDatabase.until(() -> Boolean.FALSE.equals(await(connection.validate(ValidationDepth.LOCAL))));
        assertClosed(Mono.defer(() -> connection.execute("SELECT 1").fetchOne()));
        assertThat(value("SELECT count(*) FROM t")).isEqualTo(0L);
        run("INSERT INTO t VALUES (2)");
    }

    @Test
    void r020_temporaryTableIsPrivateToItsConnection() {
        script("CREATE TEMP TABLE mine (x); INSERT INTO mine VALUES (1)");
        assertThat(rows("SELECT x FROM mine")).containsExactly(List.of(1L));
        assertFails(
                Category.PROGRAMMING,
                Code.ERROR,
                "no such table: mine",
                connect().execute("SELECT x FROM mine").fetchOne());
    }
}
