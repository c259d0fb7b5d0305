package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Many clients that read rows of one table by their keys, and now and then update one. Each client does one thing after
 * another, and starts on a thread of {@link Schedulers#parallel()}, as a request does in a reactive server.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Mixed {

    /** See {@link MixedClients.Implementation}. */
    @Param({"wrapper", "driver", "group", "shared", "sharedGroup", "pool", "h2"})
    public String impl = "";

    /** SQLite's PRAGMA of this name; without effect on H2. */
    @Param({"FULL", "NORMAL"})
    public String synchronous = "";

    /** How many clients there are. */
    @Param("64")
    public int clients;

    /** How many of a hundred operations are updates. */
    @Param("10")
    public int writePercent;

    /**
     * How many operations all clients make together: enough for most of them to be made while all are at work.
     */
    @Param("128000")
    public int operations;

    /** How many rows the table has. */
    @Param("100000")
    public int rows;

    private @Nullable ItemDatabase database;

    private @Nullable MixedClients connections;

    private int[] keys = {};

    private long updates;

    /** Makes the table, and opens it. */
    @Setup(Level.Trial)
    public void open() throws IOException, SQLException {
        MixedClients.Implementation way = MixedClients.Implementation.valueOf(this.impl);
        Setting setting = Setting.at("wal").synchronous(this.synchronous).groupCommit(way.sharesCommits());
        ItemDatabase opened = way == MixedClients.Implementation.h2
                ? H2Database.toWrite(setting, this.rows)
                : SqliteDatabase.toWrite(setting, this.rows);
        this.database = opened;
        this.connections = way.open(opened, this.clients);
        this.keys = new Random(1).ints(this.operations, 1, this.rows + 1).toArray();
        this.updates = 0;
    }

    /** Checks that no update was lost, and closes everything. */
    @TearDown(Level.Trial)
    public void close() throws IOException, SQLException {
        ItemDatabase opened = this.database;
        if (opened == null || this.connections == null) {
            return;
        }
        this.connections.close();
        double sum = opened.number("SELECT sum(price - id * 1.25) FROM item");
        opened.close();
        if (sum != this.updates) {
            throw new IllegalStateException(this.updates + " updates have added " + sum);
        }
    }

    /** Lets the clients do so much together, the same number of operations each. */
    @Benchmark
    public void run(Fairness fairness) {
        int each = this.operations / this.clients;
        Paces paces = new Paces(this.clients, each);
        Long done = Flux.range(0, this.clients)
                .flatMap(
                        client -> client(client, each, paces)
                                .doOnSuccess(ones -> paces.ended(client))
                                .subscribeOn(Schedulers.parallel()),
                        this.clients)
                .reduce(0L, Long::sum)
                .block();
        if (done == null || done != (long) each * this.clients) {
            throw new IllegalStateException("Only " + done + " operations had an effect");
        }
        for (int client = 0; client < this.clients; client++) {
            this.updates += updatesOf(client, each);
        }
        fairness.note(paces);
    }

    /** What one client does. @return how many operations had an effect on one row */
    private Mono<Long> client(int client, int count, Paces paces) {
        MixedClients opened = this.connections;
        if (opened == null) {
            throw new IllegalStateException("Not open");
        }
        return Flux.range(0, count)
                .concatMap(index -> {
                    paces.begins(client, index);
                    int key = this.keys[client * count + index];
                    return isUpdate(client, index)
                            ? opened.update(client, key)
                            : Flux.from(opened.read(client, key)).map(read -> read == key ? 1L : 0L);
                })
                .reduce(0L, Long::sum);
    }

    private int updatesOf(int client, int count) {
        return (int) IntStream.range(0, count)
                .filter(index -> isUpdate(client, index))
                .count();
    }

    /** Spreads the updates evenly, over each client's operations and over the clients, who do not keep step with each other. */
    private boolean isUpdate(int client, int index) {
        int number = client + index;
        return (number + 1) * this.writePercent / 100 > number * this.writePercent / 100;
    }

    /** How evenly the clients were served. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Fairness {

        /** How many times as long as the fastest client the slowest took for the same: the most of the iteration. */
        public double slowestToFastest;

        void note(Paces paces) {
            this.slowestToFastest = Math.max(this.slowestToFastest, paces.fastestToSlowest());
        }
    }
}
