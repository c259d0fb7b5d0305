package turso.r2dbc.stress;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoTransactionDefinition;

/**
 * Does random things to one connection without waiting for any of them, and knows afterwards which rows must be there.
 */
final class RandomConnection {

    private static final TransactionMode[] MODES = TransactionMode.values();

    /**
     * What became of a row.
     *
     * @param index its place among those of one statement or batch
     */
    private record Insert(long id, int index, RecordingSubscriber<?> outcome) {

        /**
         * In a transaction those before the one that fails stay, and are told of before the error. Where the connection is
         * closed before all is told, all have run.
         */
        boolean isAcknowledged() {
            Throwable error = this.outcome.error();
            return error == null || error instanceof TursoClosedException
                    ? this.outcome.isAcknowledged()
                    : this.index < this.outcome.received();
        }
    }

    private static final class Unit {

        final List<Insert> inserts = new ArrayList<>();

        /** Whether it is one statement or batch in auto-commit, of which all is there or nothing, whatever was told. */
        final boolean alone;

        Unit(boolean alone) {
            this.alone = alone;
        }

        @Nullable
        RecordingSubscriber<?> commit;
    }

    private final Connection connection;

    private final Random random;

    private final int number;

    private long nextId;

    private final List<RecordingSubscriber<?>> all = new ArrayList<>();

    private final List<RecordingSubscriber<?>> open = new ArrayList<>();

    private final List<Unit> units = new ArrayList<>();

    private @Nullable Unit transaction;

    private @Nullable RecordingSubscriber<?> close;

    private int operations;

    RandomConnection(Connection connection, Random random, int number) {
        this.connection = connection;
        this.random = random;
        this.number = number;
        this.nextId = number * 10_000_000L;
    }

    int operations() {
        return this.operations;
    }

    void step() {
        this.operations++;
        switch (this.random.nextInt(21)) {
            case 0, 1, 2, 3 -> insert();
            case 4 -> begin();
            case 5 -> commit();
            case 6 -> rollback();
            case 7, 8 -> query("select id from t order by id limit 200", this.random.nextInt(40));
            case 9 -> query("select id from t", 0);
            case 10 -> requestMore();
            case 11, 12 -> cancelSomething();
            case 13 -> slowQueryWithTimeout();
            case 14 -> failingInsert();
            case 15 -> batch();
            case 16 -> bindingSets();
            case 17 -> statementTimeout();
            case 18 -> lockWaitTimeout();
            case 19 -> half();
            default -> insertReturning();
        }
    }

    private <T> RecordingSubscriber<T> run(String what, Publisher<T> publisher, long request) {
        RecordingSubscriber<T> subscriber = new RecordingSubscriber<>(
                "connection " + this.number + ", operation " + this.operations + ", " + what, request);
        this.all.add(subscriber);
        publisher.subscribe(subscriber);
        return subscriber;
    }

    private void insert() {
        long id = this.nextId++;
        record(
                run(
                        "insert " + id,
                        Flux.from(this.connection
                                        .createStatement("insert into t values (?)")
                                        .bind(0, id)
                                        .execute())
                                .concatMap(Result::getRowsUpdated),
                        Long.MAX_VALUE),
                id);
    }

    private void insertReturning() {
        long id = this.nextId++;
        record(
                run(
                        "insert returning " + id,
                        Flux.from(this.connection
                                        .createStatement("insert into t values (:id)")
                                        .bind("id", id)
                                        .returnGeneratedValues("id")
                                        .execute())
                                .flatMap(result -> result.map((row, metadata) -> row.get(0, Long.class))),
                        Long.MAX_VALUE),
                id);
    }

    private void batch() {
        long first = this.nextId;
        this.nextId += 2;
        record(
                run(
                        "batch " + first,
                        Flux.from(this.connection
                                        .createBatch()
                                        .add("insert into t values (" + first + ")")
                                        .add("insert into t values (" + (first + 1) + ")")
                                        .execute())
                                .concatMap(Result::getRowsUpdated),
                        Long.MAX_VALUE),
                first,
                first + 1);
    }

    private void bindingSets() {
        long first = this.nextId;
        this.nextId += 3;
        Statement statement = this.connection.createStatement("insert into t values (?)");
        statement.bind(0, first).add().bind(0, first + 1).add().bind(0, first + 2);
        record(
                run(
                        "sets " + first,
                        Flux.from(statement.execute()).concatMap(Result::getRowsUpdated),
                        // One is the first set's count; all have run when it comes.
                        this.random.nextBoolean() ? Long.MAX_VALUE : 1),
                first,
                first + 1,
                first + 2);
    }

    private void record(RecordingSubscriber<?> outcome, long... ids) {
        Unit unit = this.transaction;
        if (unit == null) {
            unit = new Unit(true);
            unit.commit = outcome;
            this.units.add(unit);
        }
        for (int i = 0; i < ids.length; i++) {
            unit.inserts.add(new Insert(ids[i], i, outcome));
        }
        this.open.add(outcome);
    }

    /** The driver's own timeout; mostly there is none. */
    private void statementTimeout() {
        long millis = Math.max(0, this.random.nextInt(8) - 4);
        run("statement timeout", this.connection.setStatementTimeout(Duration.ofMillis(millis)), Long.MAX_VALUE);
    }

    private void lockWaitTimeout() {
        long millis = this.random.nextInt(40);
        run("lock wait timeout", this.connection.setLockWaitTimeout(Duration.ofMillis(millis)), Long.MAX_VALUE);
    }

    /** Asks for a result and leaves it. */
    private void half() {
        run("unread", this.connection.createStatement("select id from t").execute(), this.random.nextInt(2));
    }

    private void failingInsert() {
        this.open.add(run(
                "failing insert",
                Flux.from(this.connection
                                .createStatement("insert into t values (-1)")
                                .execute())
                        .concatMap(Result::getRowsUpdated),
                Long.MAX_VALUE));
    }

    private void begin() {
        if (this.transaction == null) {
            run(
                    "begin",
                    this.random.nextBoolean()
                            ? this.connection.beginTransaction()
                            : this.connection.beginTransaction(
                                    TursoTransactionDefinition.of(MODES[this.random.nextInt(MODES.length)])),
                    Long.MAX_VALUE);
            this.transaction = new Unit(false);
            this.units.add(this.transaction);
        }
    }

    private void commit() {
        Unit unit = this.transaction;
        if (unit != null) {
            unit.commit = run("commit", this.connection.commitTransaction(), Long.MAX_VALUE);
            if (this.random.nextInt(5) == 0) {
                unit.commit.cancel();
            }
            // A commit that failed leaves the transaction open.
            run("rollback after commit", this.connection.rollbackTransaction(), Long.MAX_VALUE);
            this.transaction = null;
        }
    }

    private void rollback() {
        if (this.transaction != null) {
            RecordingSubscriber<?> rollback = run("rollback", this.connection.rollbackTransaction(), Long.MAX_VALUE);
            if (this.random.nextInt(5) == 0) {
                rollback.cancel();
            }
            this.transaction = null;
        }
    }

    private void query(String sql, int request) {
        this.open.add(run(
                "query",
                Flux.from(this.connection.createStatement(sql).execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)), 1),
                request));
    }

    private void slowQueryWithTimeout() {
        run(
                "slow query",
                Flux.from(this.connection
                                .createStatement("with recursive s(x) as (select 1 union all select x + 1 from s)"
                                        + " select count(*) from s")
                                .execute())
                        .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
                        .timeout(Duration.ofMillis(1 + this.random.nextInt(5))),
                Long.MAX_VALUE);
    }

    private void requestMore() {
        if (!this.open.isEmpty()) {
            this.open.get(this.random.nextInt(this.open.size())).requestMore(1 + this.random.nextInt(50));
        }
    }

    private void cancelSomething() {
        if (!this.open.isEmpty()) {
            this.open.remove(this.random.nextInt(this.open.size())).cancel();
        }
    }

    /** Ends everything: half-read queries are cancelled or read, an open transaction is left to close(). */
    void finish() {
        if (this.random.nextBoolean()) {
            this.open.forEach(RecordingSubscriber::cancel);
        }
        this.close = run("close", this.connection.close(), Long.MAX_VALUE);
    }

    void awaitEnd() throws InterruptedException {
        for (RecordingSubscriber<?> subscriber : this.all) {
            subscriber.awaitEnd();
        }
        RecordingSubscriber<?> closed = this.close;
        if (closed == null || !closed.succeeded()) {
            throw new AssertionError("Not closed: " + closed);
        }
    }

    /** Checks the rows that are in the database against what was acknowledged. */
    void verify(Set<Long> rows) {
        for (Unit unit : this.units) {
            try {
                verify(unit, rows);
            } catch (AssertionError error) {
                String history = this.all.stream().map(Object::toString).collect(Collectors.joining("\n"));
                throw new AssertionError(error.getMessage() + "\nAll that was asked for:\n" + history, error);
            }
        }
    }

    private void verify(Unit unit, Set<Long> rows) {
        RecordingSubscriber<?> commit = unit.commit;
        boolean committed = commit != null && commit.isAcknowledged();
        boolean unknown = commit != null && commit.isCancelledByUs();
        Boolean seen = null;
        if (unit.alone
                && unit.inserts.stream()
                                .map(it -> rows.contains(it.id()))
                                .distinct()
                                .count()
                        > 1) {
            throw new AssertionError("Half there: " + unit.inserts);
        }
        for (Insert insert : unit.inserts) {
            boolean present = rows.contains(insert.id());
            if (committed && insert.isAcknowledged() && !present) {
                throw new AssertionError("Lost: " + insert.id() + "; " + insert.outcome() + "; " + commit);
            }
            if (!committed && !unknown && present) {
                throw new AssertionError("Not to be there: " + insert.id() + "; " + insert.outcome() + "; " + commit);
            }
            if (insert.outcome().error() != null && !insert.isAcknowledged() && present) {
                throw new AssertionError("Failed, but there: " + insert.id() + "; " + insert.outcome());
            }
            if (insert.isAcknowledged()) {
                if (seen != null && seen != present) {
                    throw new AssertionError("Half a transaction: " + insert.id() + "; " + commit);
                }
                seen = present;
            }
        }
    }
}
