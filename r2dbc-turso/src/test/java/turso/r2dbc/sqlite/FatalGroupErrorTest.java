package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.drained;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;

import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.Synchronous;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.Leftovers;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Effect;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.EngineFailure.Reason;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.StatementText;
import turso.r2dbc.session.Step;
import turso.r2dbc.session.Task;
import turso.r2dbc.sqlite.SqliteSessionFactory.WorkerSettings;

/** Something is thrown in the middle of a group: each write is answered, and nobody waits for ever for the lane. */
class FatalGroupErrorTest {

    private static final long WAL_LIMIT = 1 << 20;

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
                this.file,
                options ->
                        options.groupCommit(true).synchronous(Synchronous.OFF).walLimit(WAL_LIMIT));
        this.holder = this.database.open();
        run(this.holder, "CREATE TABLE t (n)");
    }

    @AfterEach
    void close() {
        this.database.close();
        Leftovers.assertNoOpenFiles(this.directory);
    }

    @ParameterizedTest
    @MethodSource("turso.r2dbc.sqlite.FatalErrorTest#throwables")
    void whatIsThrownOnceIsNobodysFailure(Supplier<Throwable> throwable) {
        ThrowingValues values = new ThrowingValues(throwable, 1);
        assertThat(outcomeAmongOthers(values)).isEqualTo("written");
        assertThat(column(this.holder, "SELECT n FROM t ORDER BY n")).containsExactly("after", "before", "thrown");
        verifyThatThereAreGroups();
    }

    @ParameterizedTest
    @MethodSource("turso.r2dbc.sqlite.FatalErrorTest#throwables")
    void whatIsThrownAgainIsTheFailureOfItsOwnWrite(Supplier<Throwable> throwable) {
        ThrowingValues values = new ThrowingValues(throwable, Integer.MAX_VALUE);
        assertThat(outcomeAmongOthers(values))
                .isInstanceOfSatisfying(
                        EngineFailure.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.INTERNAL));
        assertThat(column(this.holder, "SELECT n FROM t ORDER BY n")).containsExactly("after", "before");
        verifyThatThereAreGroups();
    }

    /** {@return what comes of a write between two others, which must be written} */
    private Object outcomeAmongOthers(ThrowingValues values) {
        SqliteSessionFactory factory = SqliteSessionFactory.create(
                new GroupSettings(this.file, WAL_LIMIT), new WorkerSettings(null, null, null));
        Session session = get(factory.open());
        try {
            run(this.holder, "BEGIN IMMEDIATE");
            CompletableFuture<Void> before = waiting("before", 1);
            Write write = new Write(session, values);
            session.submit(write);
            awaitWaiters(2);
            CompletableFuture<Void> after = waiting("after", 3);
            run(this.holder, "COMMIT");
            Object outcome = get(Mono.fromFuture(write.outcome));
            await(Mono.fromFuture(before));
            await(Mono.fromFuture(after));
            assertThat(values.asked).as("once in the group, and once by itself").hasValue(2);
            return outcome;
        } finally {
            await(session.close());
            await(factory.close());
        }
    }

    private void verifyThatThereAreGroups() {
        long before = grouped();
        run(this.holder, "BEGIN IMMEDIATE");
        CompletableFuture<Void> first = waiting("first", 1);
        CompletableFuture<Void> second = waiting("second", 2);
        run(this.holder, "COMMIT");
        await(Mono.fromFuture(first));
        await(Mono.fromFuture(second));
        assertThat(grouped() - before).isEqualTo(2);
        until(() -> this.database.factory().metrics().lockHolders() == 0);
    }

    private long grouped() {
        return this.database.factory().metrics().groupedWrites();
    }

    private CompletableFuture<Void> waiting(String n, int waiters) {
        CompletableFuture<Void> written = drained(this.database.open(), "INSERT INTO t VALUES ('" + n + "')")
                .toFuture();
        awaitWaiters(waiters);
        return written;
    }

    private void awaitWaiters(int number) {
        until(() -> this.database.factory().metrics().lockWaiters() == number);
    }

    /** One set of values that cannot be had at first. */
    private static final class ThrowingValues extends AbstractList<@Nullable Object[]> {

        private final Supplier<Throwable> throwable;

        private final int times;

        private final AtomicInteger asked = new AtomicInteger();

        ThrowingValues(Supplier<Throwable> throwable, int times) {
            this.throwable = throwable;
            this.times = times;
        }

        @Override
        public @Nullable Object[] get(int index) {
            if (this.asked.incrementAndGet() <= this.times) {
                FatalErrorTest.<Object, RuntimeException>sneak(this.throwable.get());
            }
            return new Object[] {"thrown"};
        }

        @Override
        public int size() {
            return 1;
        }
    }

    /** Inserts a row. */
    private static final class Write extends Task {

        private final Command command;

        private boolean begun;

        private final CompletableFuture<Object> outcome = new CompletableFuture<>();

        Write(Session session, List<@Nullable Object[]> values) {
            super(session);
            StatementText insert = new StatementText(
                    "INSERT INTO t VALUES (?)", Effect.NONE, Execution.Lock.WRITE, Execution.Tie.NONE, false, false);
            this.command = new Command(
                    List.of(),
                    List.of(new Execution(insert, null, values)),
                    Command.Rows.DISCARDED,
                    new Command.Timeouts(TimeUnit.SECONDS.toNanos(20), 0),
                    true);
        }

        @Override
        public Step next() {
            if (this.begun) {
                return Step.Rest.DONE;
            }
            this.begun = true;
            return this.command;
        }

        @Override
        public void onSuccess() {
            answer("written");
        }

        @Override
        public void onFailure(EngineFailure failure) {
            answer(failure);
        }

        @Override
        public void onAbandoned(EngineFailure failure) {
            answer(failure);
        }

        private void answer(Object answer) {
            if (!this.outcome.complete(answer)) {
                throw new AssertionError("It is answered twice");
            }
        }
    }

    /** Sets connections up as those of the database of this test are. */
    private record GroupSettings(Path file, long walLimit) implements SqliteSettings {

        @Override
        public @Nullable String memoryName() {
            return null;
        }

        @Override
        public boolean readOnly() {
            return false;
        }

        @Override
        public String journalMode() {
            return "WAL";
        }

        @Override
        public String synchronous() {
            return "OFF";
        }

        @Override
        public boolean foreignKeys() {
            return true;
        }

        @Override
        public Map<String, String> pragmas() {
            return Map.of();
        }

        @Override
        public List<String> initStatements() {
            return List.of();
        }

        @Override
        public boolean loadExtensions() {
            return false;
        }

        @Override
        public int statementCacheSize() {
            return 16;
        }

        @Override
        public int maxBufferedRows() {
            return 16;
        }

        @Override
        public boolean groupCommit() {
            return true;
        }

        @Override
        public int maxOpenCursors() {
            return 16;
        }

        @Override
        public Duration lockWaitTimeout() {
            return OpenDatabase.PATIENCE;
        }
    }
}
