package turso.r2dbc.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.ValidationDepth;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import turso.r2dbc.Turso;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoTimeoutException;
import turso.r2dbc.api.TursoTransientResourceException;
import turso.r2dbc.errors.OpenDatabase;

/** A transaction scope owns its connection from BEGIN to COMMIT, and gives it back whatever happens. */
class TransactionScopeTest {

    private static final String COUNT = "SELECT count(*) FROM t";

    @TempDir
    private Path directory;

    private OpenDatabase database;

    private TursoConnection connection;

    @BeforeEach
    void open() {
        this.database = OpenDatabase.file(this.directory.resolve("scope.db"));
        this.connection = this.database.open();
        run(this.connection, "CREATE TABLE t (v INTEGER UNIQUE)");
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    private static Mono<Long> insert(TursoConnection handle, int value) {
        return handle.execute("INSERT INTO t VALUES (?)", value).rowCount();
    }

    private long count() {
        return (Long) value(this.database.open(), COUNT);
    }

    @Test
    void valueIsEmittedAfterTheCommit() {
        TursoConnection other = this.database.open();

        Object seen = get(this.connection
                .transaction(scope -> insert(scope, 1).thenReturn("value"))
                .flatMap(emitted -> other.execute(COUNT).fetchOne())
                .map(row -> row.getLong(0)));

        assertThat(seen).isEqualTo(1L);
    }

    @Test
    void emptyWorkIsCommittedOnce() {
        assertThat(this.connection
                        .transaction(scope -> insert(scope, 1).then(Mono.<String>empty()))
                        .block(OpenDatabase.PATIENCE))
                .isNull();

        assertThat(count()).isEqualTo(1);
    }

    @Test
    void failureRollsBackAndIsPassedOnAsItIs() {
        RuntimeException mine = new RuntimeException("mine");

        assertThat(failure(this.connection.transaction(scope -> insert(scope, 1).then(Mono.error(mine)))))
                .isSameAs(mine);
        assertThat(failure(this.connection.transaction(scope -> {
                    throw mine;
                })))
                .isSameAs(mine);

        assertThat(count()).isZero();
        assertThat(get(this.connection.inTransaction())).isFalse();
    }

    @Test
    void failingCommitIsRolledBackAndPassedOnAsItIs() {
        run(
                this.connection,
                "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
                "CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");

        Throwable error = failure(this.connection.transaction(
                scope -> scope.execute("INSERT INTO child VALUES (9)").rowCount()));

        assertThat(error).isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(value(this.database.open(), "SELECT count(*) FROM child")).isEqualTo(0L);
        assertThat(get(insert(this.connection, 1))).isEqualTo(1);
    }

    @Test
    void othersWaitInTheirOrder() {
        Sinks.Empty<Void> gate = Sinks.empty();
        List<String> log = new ArrayList<>();
        Mono<Void> first = this.connection.transaction(scope ->
                insert(scope, 1).then(gate.asMono()).then(insert(scope, 2)).then());
        CompletableFuture<Void> scopes =
                first.doOnSuccess(v -> log.add("scope")).toFuture();
        List<CompletableFuture<?>> others = new ArrayList<>();
        for (int i = 10; i < 20; i++) {
            int value = i;
            others.add(insert(this.connection, value)
                    .doOnSuccess(v -> log.add("other " + value))
                    .toFuture());
        }
        CompletableFuture<Void> second = this.connection
                .transaction(scope -> insert(scope, 3).then())
                .doOnSuccess(v -> log.add("second scope"))
                .toFuture();
        CompletableFuture<Long> last = this.connection
                .execute(COUNT)
                .fetchOne()
                .map(row -> row.getLong(0))
                .doOnSuccess(v -> log.add("last"))
                .toFuture();
        // Nothing else could have run by now: this question is asked of the same worker.
        assertThat(get(this.connection.validate(ValidationDepth.REMOTE))).isTrue();
        assertThat(log).isEmpty();

        gate.tryEmitEmpty();
        await(Mono.fromFuture(last));
        await(Mono.fromFuture(scopes));
        await(Mono.fromFuture(second));
        others.forEach(other -> await(Mono.fromFuture(other)));

        assertThat(last.join()).isEqualTo(13);
        assertThat(log)
                .containsExactly(
                        "scope",
                        "other 10",
                        "other 11",
                        "other 12",
                        "other 13",
                        "other 14",
                        "other 15",
                        "other 16",
                        "other 17",
                        "other 18",
                        "other 19",
                        "second scope",
                        "last");
    }

    @Test
    void rollbackOfOneFlowDoesNotTakeAnothersRows() {
        Mono<Long> good = this.connection.transaction(
                scope -> insert(scope, 1).delayElement(Duration.ofMillis(5)).then(insert(scope, 2)));
        Mono<Long> bad = this.connection
                .transaction(scope -> insert(scope, 3).then(Mono.<Long>error(new IllegalStateException("bad"))))
                .onErrorResume(IllegalStateException.class, error -> Mono.empty());

        await(Mono.when(good, bad));

        assertThat(OpenDatabase.column(this.database.open(), "SELECT v FROM t ORDER BY v"))
                .containsExactly(1, 2);
    }

    @Test
    void nestedScopeIsASavepointAndOwnsItsParent() {
        List<Object> seen = new ArrayList<>();

        await(this.connection.transaction(outer -> insert(outer, 1)
                .then(outer.transaction(inner -> insert(inner, 2).then(Mono.error(new RuntimeException("inner")))))
                .onErrorResume(error -> Mono.fromRunnable(() -> seen.add(String.valueOf(error.getMessage()))))
                .then(outer.transaction(inner -> insert(inner, 3)))
                .then()));

        assertThat(seen).containsExactly("inner");
        assertThat(OpenDatabase.column(this.database.open(), "SELECT v FROM t ORDER BY v"))
                .containsExactly(1, 3);
    }

    @Test
    void scopeInATransactionThatIsOpenIsASavepointOfIt() {
        await(this.connection.beginTransaction());
        await(this.connection.transaction(scope -> insert(scope, 1)));
        assertThat(get(this.connection.inTransaction())).isTrue();
        assertThat(count()).isZero();

        failure(this.connection.transaction(scope -> insert(scope, 2).then(Mono.error(new RuntimeException()))));
        await(this.connection.commit());

        assertThat(count()).isEqualTo(1);
    }

    /** Nobody waits for a scope that was subscribed to on the side, but its work is part of the scope around it. */
    @Test
    void failureUndoesTheScopeThatIsOpenWithin() {
        Sinks.Empty<Void> inserted = Sinks.empty();
        Disposable.Swap side = Disposables.swap();
        AtomicReference<TursoConnection> kept = new AtomicReference<>();
        await(this.connection.beginTransaction());
        await(insert(this.connection, 1));

        failure(this.connection.transaction(outer -> {
            Mono<Void> within = outer.transaction(inner -> {
                kept.set(inner);
                return insert(inner, 3)
                        .doOnSuccess(v -> inserted.tryEmitEmpty())
                        .then(Mono.never());
            });
            return insert(outer, 2)
                    .doOnSuccess(v -> side.update(within.subscribe()))
                    .then(inserted.asMono())
                    .then(Mono.error(new RuntimeException("outer")));
        }));
        assertThat(failure(insert(kept.get(), 4))).isInstanceOf(TursoClosedException.class);
        side.dispose();
        await(this.connection.commit());

        assertThat(OpenDatabase.column(this.database.open(), "SELECT v FROM t")).containsExactly(1);
    }

    /** Its result is there at once, but belongs to what comes after the scope. */
    @Test
    void queryFromElsewhereWaitsForTheScopeToEnd() {
        CompletableFuture<Void> working = new CompletableFuture<>();
        Sinks.Empty<Void> end = Sinks.empty();
        CompletableFuture<Void> scope = this.connection
                .transaction(inner ->
                        insert(inner, 1).doOnNext(it -> working.complete(null)).then(end.asMono()))
                .toFuture();
        await(Mono.fromFuture(working));

        Mono<Long> counted = Mono.from(this.connection.createStatement(COUNT).execute())
                .flatMap(result -> Mono.from(result.map(row -> row.get(0, Long.class))));
        CompletableFuture<Long> elsewhere = counted.toFuture();
        assertThat(elsewhere).isNotDone();
        end.tryEmitEmpty();

        await(Mono.fromFuture(scope));
        assertThat(get(Mono.fromFuture(elsewhere))).isEqualTo(1L);
    }

    @Test
    void workOnTheOuterConnectionFailsAtOnce() {
        Throwable plain = failure(this.connection.transaction(scope -> insert(this.connection, 1)));
        Throwable streamed = failure(this.connection.transaction(
                scope -> this.connection.execute(COUNT).fetchAll().then()));
        Throwable statement = failure(this.connection.transaction(scope -> this.connection
                .createStatement(COUNT)
                .execute()
                .flatMap(Result::getRowsUpdated)
                .then()));
        Throwable control = failure(this.connection.transaction(scope -> this.connection.commit()));
        Throwable nested = failure(this.connection.transaction(outer -> outer.transaction(inner -> insert(outer, 1))));

        assertThat(List.of(plain, streamed, statement, control, nested))
                .allSatisfy(error -> assertThat(error)
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("work on the connection the function was given"));
        assertThat(get(insert(this.connection, 1))).isEqualTo(1);
    }

    @Test
    void workOnTheOuterConnectionThatNobodyCanTellFailsWithTheLockWaitTimeout() {
        await(this.connection.setLockWaitTimeout(Duration.ofMillis(50)));

        Throwable error = failure(this.connection.transaction(
                scope -> Mono.fromFuture(insert(this.connection, 1).toFuture())));

        assertThat(error)
                .isInstanceOfSatisfying(TursoTimeoutException.class, timeout -> {
                    assertThat(timeout.getSqlState()).isEqualTo("55P03");
                    assertThat(timeout.isRetryable()).isTrue();
                })
                .hasMessageContaining("lockWaitTimeout")
                .hasMessageContaining("work on the connection the function was given");
        assertThat(get(insert(this.connection, 1))).isEqualTo(1);
    }

    @Test
    void handleIsOfNoUseBehindItsTransaction() {
        AtomicReference<TursoConnection> kept = new AtomicReference<>();
        await(this.connection.transaction(scope -> {
            kept.set(scope);
            return insert(scope, 1);
        }));

        TursoConnection handle = kept.get();
        assertThat(List.of(
                        failure(insert(handle, 2)),
                        failure(handle.execute(COUNT).fetchAll().then()),
                        failure(handle.createStatement(COUNT)
                                .execute()
                                .flatMap(it -> it.map(row -> 1))
                                .then()),
                        failure(handle.transaction(inner -> insert(inner, 2))),
                        failure(handle.createSavepoint("s"))))
                .allSatisfy(error -> assertThat(error).isInstanceOf(TursoClosedException.class));
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void handleDoesNotEndItsTransaction() {
        List<Throwable> errors = new ArrayList<>();
        await(this.connection.transaction(scope -> Flux.just(
                        scope.commit(),
                        scope.rollback(),
                        scope.commitTransaction(),
                        scope.rollbackTransaction(),
                        scope.beginTransaction(),
                        scope.setAutoCommit(true),
                        scope.preRelease(),
                        scope.close())
                .concatMap(refused -> refused.onErrorResume(error -> {
                    errors.add(error);
                    return Mono.empty();
                }))
                .then(insert(scope, 1))));

        assertThat(errors)
                .hasSize(8)
                .allSatisfy(error -> assertThat(error)
                        .isExactlyInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("transaction(...)"));
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void cancelRollsBackAndGivesTheConnectionBack() {
        Sinks.Empty<Void> inserted = Sinks.empty();
        Disposable running = this.connection
                .transaction(scope -> insert(scope, 1)
                        .doOnSuccess(v -> inserted.tryEmitEmpty())
                        .then(Mono.never()))
                .subscribe();
        await(inserted.asMono());

        running.dispose();

        assertThat(get(insert(this.connection, 2))).isEqualTo(1);
        assertThat(OpenDatabase.column(this.database.open(), "SELECT v FROM t")).containsExactly(2);
    }

    @Test
    void cancelledWhileWaitingNeverBegins() {
        Sinks.Empty<Void> gate = Sinks.empty();
        CompletableFuture<Long> first = this.connection
                .transaction(
                        scope -> insert(scope, 1).flatMap(v -> gate.asMono().thenReturn(v)))
                .toFuture();
        List<String> called = new ArrayList<>();
        Disposable waiting = this.connection
                .transaction(scope -> {
                    called.add("work");
                    return insert(scope, 2);
                })
                .subscribe();

        waiting.dispose();
        gate.tryEmitEmpty();

        assertThat(get(Mono.fromFuture(first))).isEqualTo(1);
        assertThat(get(insert(this.connection, 3))).isEqualTo(1);
        assertThat(called).isEmpty();
        assertThat(count()).isEqualTo(2);
    }

    /** However a cancel meets the steps of a scope, the connection is free behind it. */
    @Test
    void cancelAtAnyMomentLeavesTheConnectionFree() {
        for (int round = 0; round < 300; round++) {
            int spins = round;
            Disposable running = this.connection
                    .transaction(scope ->
                            insert(scope, spins).then(scope.transaction(inner -> insert(inner, -spins - 1))))
                    .subscribe(value -> {}, error -> {});
            for (int i = 0; i < spins * 20; i++) {
                Thread.onSpinWait();
            }
            running.dispose();
            assertThat(get(this.connection.inTransaction())).isFalse();
        }
        long rows = count();
        assertThat(rows % 2).isZero();
        assertThat(get(insert(this.connection, 1_000_000))).isEqualTo(1);
    }

    @Test
    void closeEndsTheScopeAndAnswersWhoeverWaits() {
        Sinks.Empty<Void> inserted = Sinks.empty();
        CompletableFuture<Long> owner = this.connection
                .transaction(scope -> insert(scope, 1)
                        .doOnSuccess(v -> inserted.tryEmitEmpty())
                        .then(Mono.<Long>never()))
                .toFuture();
        await(inserted.asMono());
        List<CompletableFuture<Long>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(insert(this.connection, 10 + i).toFuture());
        }

        await(this.connection.close());

        assertThat(waiting)
                .allSatisfy(one -> assertThat(failure(Mono.fromFuture(one))).isInstanceOf(TursoClosedException.class));
        assertThat(owner.cancel(true)).isTrue();
        assertThat(failure(Mono.fromFuture(owner))).isInstanceOf(CancellationException.class);
        assertThat(count()).isZero();
    }

    @Test
    void releaseEndsTheScopesAndGivesTheConnectionBack() {
        Sinks.Empty<Void> inserted = Sinks.empty();
        List<TursoConnection> kept = new CopyOnWriteArrayList<>();
        Disposable running = this.connection
                .transaction(outer -> {
                    kept.add(outer);
                    return outer.transaction(inner -> {
                        kept.add(inner);
                        return insert(inner, 1)
                                .doOnSuccess(v -> inserted.tryEmitEmpty())
                                .then(Mono.never());
                    });
                })
                .subscribe();
        await(inserted.asMono());

        await(this.connection.preRelease());

        assertThat(kept)
                .hasSize(2)
                .allSatisfy(handle -> assertThat(failure(insert(handle, 2))).isInstanceOf(TursoClosedException.class));
        assertThat(get(insert(this.connection, 3))).isEqualTo(1);
        running.dispose();
        assertThat(OpenDatabase.column(this.connection, "SELECT v FROM t")).containsExactly(3);
    }

    /** Whoever had to wait, and reads its rows by now, takes nobody's place. */
    @Test
    void whoeverIsLetInDoesNotCountAsWaiting() {
        OpenDatabase small = OpenDatabase.file(this.directory.resolve("reader.db"), it -> it.maxQueuedTasks(1));
        try {
            TursoConnection bounded = small.open();
            run(bounded, "CREATE TABLE t (v)", "INSERT INTO t VALUES (1), (2), (3)");
            Sinks.Empty<Void> first = Sinks.empty();
            CompletableFuture<Void> owner =
                    bounded.transaction(scope -> first.asMono()).toFuture();
            assertThat(get(bounded.validate(ValidationDepth.REMOTE))).isTrue();

            StepVerifier.create(bounded.execute("SELECT v FROM t").fetchAll().map(row -> row.getLong(0)), 1)
                    .then(() -> {
                        first.tryEmitEmpty();
                        await(Mono.fromFuture(owner));
                    })
                    .expectNext(1L)
                    .then(() -> {
                        Sinks.Empty<Void> second = Sinks.empty();
                        CompletableFuture<Void> next =
                                bounded.transaction(scope -> second.asMono()).toFuture();
                        assertThat(get(bounded.validate(ValidationDepth.REMOTE)))
                                .isTrue();
                        CompletableFuture<Long> waiting = bounded.execute(COUNT)
                                .fetchOne()
                                .map(row -> row.getLong(0))
                                .toFuture();
                        assertThat(get(bounded.validate(ValidationDepth.REMOTE)))
                                .isTrue();
                        second.tryEmitEmpty();
                        await(Mono.fromFuture(next));
                        assertThat(get(Mono.fromFuture(waiting))).isEqualTo(3);
                    })
                    .thenRequest(Long.MAX_VALUE)
                    .expectNext(2L, 3L)
                    .expectComplete()
                    .verify(OpenDatabase.PATIENCE);
        } finally {
            small.close();
        }
    }

    @Test
    void waitingIsBounded() {
        OpenDatabase small = OpenDatabase.file(this.directory.resolve("small.db"), it -> it.maxQueuedTasks(3));
        try {
            TursoConnection bounded = small.open();
            run(bounded, "CREATE TABLE t (v)");
            for (long round = 1; round <= 2; round++) {
                Sinks.Empty<Void> gate = Sinks.empty();
                CompletableFuture<Long> owner = bounded.transaction(scope ->
                                insert(scope, 1).flatMap(v -> gate.asMono().thenReturn(v)))
                        .toFuture();
                assertThat(get(bounded.validate(ValidationDepth.REMOTE))).isTrue();
                List<CompletableFuture<Long>> waiting = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    waiting.add(insert(bounded, i).toFuture());
                    assertThat(get(bounded.validate(ValidationDepth.REMOTE))).isTrue();
                }

                assertThat(failure(insert(bounded, 99)))
                        .isInstanceOf(TursoTransientResourceException.class)
                        .hasMessageContaining("maxQueuedTasks");

                gate.tryEmitEmpty();
                waiting.forEach(one -> assertThat(get(Mono.fromFuture(one))).isEqualTo(1));
                assertThat(get(Mono.fromFuture(owner))).isEqualTo(1);
                assertThat(value(bounded, COUNT)).isEqualTo(4 * round);
            }
        } finally {
            small.close();
        }
    }

    /** Those that gave up waiting do not count, whenever they did. */
    @Test
    void cancelledWaitersMakeRoom() {
        OpenDatabase small = OpenDatabase.file(this.directory.resolve("room.db"), it -> it.maxQueuedTasks(2));
        try {
            TursoConnection bounded = small.open();
            run(bounded, "CREATE TABLE t (v)");
            List<Throwable> refused = new CopyOnWriteArrayList<>();
            for (int round = 0; round < 50; round++) {
                Sinks.Empty<Void> gate = Sinks.empty();
                CompletableFuture<Long> owner = bounded.transaction(scope ->
                                insert(scope, 1).flatMap(v -> gate.asMono().thenReturn(v)))
                        .toFuture();
                assertThat(get(bounded.validate(ValidationDepth.REMOTE))).isTrue();
                Disposable waiting = insert(bounded, 2).subscribe(rows -> {}, refused::add);
                assertThat(get(bounded.validate(ValidationDepth.REMOTE))).isTrue();
                if (round % 2 == 0) {
                    waiting.dispose();
                }
                gate.tryEmitEmpty();
                waiting.dispose();
                assertThat(get(Mono.fromFuture(owner))).isEqualTo(1);
            }
            assertThat(refused).isEmpty();
            assertThat(get(insert(bounded, 3))).isEqualTo(1);
        } finally {
            small.close();
        }
    }

    @Test
    void lostTransactionIsReportedByItsScopeAndGivesTheConnectionBack() {
        await(insert(this.connection, 1));

        Throwable error = failure(this.connection.transaction(scope -> insert(scope, 2)
                .then(scope.execute("INSERT OR ROLLBACK INTO t VALUES (1)").then())
                .onErrorComplete()));

        assertThat(error).isInstanceOf(R2dbcRollbackException.class);
        assertThat(get(this.connection.inTransaction())).isFalse();
        assertThat(get(insert(this.connection, 3))).isEqualTo(1);
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void scopeOfALegacyConnectionCommitsByItself() {
        Path path = this.directory.resolve("legacy.db");
        TursoConnection legacy = get(Turso.connect(path));
        try {
            await(legacy.execute("CREATE TABLE t (v)").then());
            await(legacy.transaction(
                    TransactionMode.EXCLUSIVE,
                    scope -> scope.executeScript("INSERT INTO t VALUES (1);").then(insert(scope, 2))));
            assertThat(get(legacy.inTransaction())).isFalse();

            failure(legacy.transaction(scope ->
                    scope.executeScript("INSERT INTO t VALUES (3);").then(Mono.error(new RuntimeException()))));

            assertThat(value(legacy, COUNT)).isEqualTo(2L);
        } finally {
            await(legacy.close());
        }
    }

    @Test
    void cursorOfAScopeEndsWithIt() {
        OpenDatabase small = OpenDatabase.file(this.directory.resolve("cursor.db"), it -> it.maxBufferedRows(1));
        try {
            TursoConnection owner = small.open();
            run(owner, "CREATE TABLE t (v)", "INSERT INTO t VALUES (1), (2), (3), (4)");
            AtomicReference<TursoCursor> kept = new AtomicReference<>();

            await(owner.transaction(scope -> {
                kept.set(scope.cursor());
                return kept.get().execute("SELECT v FROM t").then(kept.get().fetchOne());
            }));

            assertThat(failure(kept.get().fetchOne())).isInstanceOf(TursoClosedException.class);
            // Its query would have kept its old snapshot, on which this connection could not write.
            run(small.open(), "INSERT INTO t VALUES (5)");
            assertThat(get(insert(owner, 6))).isEqualTo(1);
        } finally {
            small.close();
        }
    }

    @Test
    void argumentsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.transaction(null));
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.transaction(null, scope -> Mono.empty()));
    }
}
