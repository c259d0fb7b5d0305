package turso.r2dbc.examples.quickstart;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The database of this example: its tables, how they are filled, and the questions asked. */
public final class ZoneStore {

    /** Rows inserted by one execution of a statement. */
    private static final int ROWS_PER_BATCH = 1000;

    private final ConnectionFactory database;

    /**
     * Makes a store. Nothing happens until a publisher it returns is subscribed to.
     *
     * @param database where connections come from
     */
    public ZoneStore(ConnectionFactory database) {
        this.database = database;
    }

    /**
     * A zone and how often its clocks have changed.
     *
     * @param name the zone's name
     * @param transitions the number of changes
     */
    public record ZoneCount(String name, long transitions) {}

    /**
     * Makes the tables, anew if they are there.
     *
     * @return completes when they are made: all of them or none, since in auto-commit a batch is one transaction
     */
    public Mono<Void> createTables() {
        return Mono.usingWhen(
                this.database.create(),
                connection -> {
                    Batch batch = connection
                            .createBatch()
                            .add("DROP TABLE IF EXISTS transition")
                            .add("DROP TABLE IF EXISTS zone")
                            .add(
                                    "CREATE TABLE zone (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, region TEXT NOT NULL)")
                            .add(
                                    "CREATE TABLE transition (zone_id INTEGER NOT NULL REFERENCES zone, at TIMESTAMP NOT NULL,"
                                            + " offset_before INTEGER NOT NULL, offset_after INTEGER NOT NULL,"
                                            + " PRIMARY KEY (zone_id, at)) WITHOUT ROWID");
                    return Flux.from(batch.execute())
                            .concatMap(Result::getRowsUpdated)
                            .then();
                },
                Connection::close);
    }

    /**
     * Loads zones and their transitions: one stream, one transaction, a batch of rows at a time.
     *
     * @param zones what to load; read once
     * @return the number of rows, when they are committed
     */
    public Mono<Long> load(Flux<Zone> zones) {
        return inTransaction(connection -> zones.buffer(ROWS_PER_BATCH)
                .concatMap(some -> insertZones(connection, some)
                        .concatWith(Flux.fromIterable(some)
                                .flatMapIterable(zone -> zone.transitions().stream()
                                        .map(transition -> new Row(zone.id(), transition))
                                        .toList())
                                .buffer(ROWS_PER_BATCH)
                                .concatMap(rows -> insertTransitions(connection, rows))))
                .reduce(0L, Long::sum));
    }

    private record Row(long zone, Zone.Transition transition) {}

    private static Flux<Long> insertZones(Connection connection, List<Zone> zones) {
        Statement statement = connection.createStatement("INSERT INTO zone (id, name, region) VALUES (?, ?, ?)");
        for (int i = 0; i < zones.size(); i++) {
            Zone zone = zones.get(i);
            if (i > 0) {
                statement.add();
            }
            statement.bind(0, zone.id()).bind(1, zone.name()).bind(2, zone.region());
        }
        return Flux.from(statement.execute()).concatMap(Result::getRowsUpdated);
    }

    private static Flux<Long> insertTransitions(Connection connection, List<Row> rows) {
        Statement statement = connection.createStatement(
                "INSERT INTO transition (zone_id, at, offset_before, offset_after) VALUES (?, ?, ?, ?)");
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (i > 0) {
                statement.add();
            }
            statement
                    .bind(0, row.zone())
                    .bind(1, row.transition().at())
                    .bind(2, row.transition().offsetBefore())
                    .bind(3, row.transition().offsetAfter());
        }
        return Flux.from(statement.execute()).concatMap(Result::getRowsUpdated);
    }

    /**
     * Asks when the clocks of a zone change within a span of time.
     *
     * @param zone the zone's name
     * @param from the first moment that counts
     * @param until the first moment that does not
     * @return the transitions in order, as fast as they are asked for
     */
    public Flux<Zone.Transition> transitions(String zone, Instant from, Instant until) {
        return Flux.usingWhen(
                this.database.create(),
                connection -> Flux.from(connection
                                .createStatement("""
                                        SELECT at, offset_before, offset_after
                                        FROM transition JOIN zone ON zone.id = zone_id
                                        WHERE name = :zone AND at >= :from AND at < :until
                                        ORDER BY at""")
                                .bind("zone", zone)
                                .bind("from", from)
                                .bind("until", until)
                                .execute())
                        .concatMap(result -> result.map(ZoneStore::transition)),
                Connection::close);
    }

    private static Zone.Transition transition(Readable row) {
        return new Zone.Transition(
                row.get("at", Instant.class),
                row.get("offset_before", Integer.class),
                row.get("offset_after", Integer.class));
    }

    /**
     * Asks whose clocks have changed most often.
     *
     * @param limit how many zones
     * @return the zones, most changes first
     */
    public Flux<ZoneCount> restless(int limit) {
        return Flux.usingWhen(
                this.database.create(),
                connection -> Flux.from(
                                connection.createStatement("""
                                        SELECT name, count(*) AS transitions
                                        FROM zone JOIN transition ON zone_id = zone.id
                                        GROUP BY zone.id ORDER BY transitions DESC, name LIMIT ?""").bind(0, limit).execute())
                        .concatMap(result -> result.map(row ->
                                new ZoneCount(row.get("name", String.class), row.get("transitions", Long.class)))),
                Connection::close);
    }

    /**
     * Adds a zone without transitions.
     *
     * @param name its name; an {@link io.r2dbc.spi.R2dbcDataIntegrityViolationException} if there is one of this name
     * @return the new zone's id
     */
    public Mono<Long> addZone(String name) {
        return Mono.usingWhen(
                this.database.create(),
                connection -> Flux.from(connection
                                .createStatement("INSERT INTO zone (name, region) VALUES (?, ?)")
                                .bind(0, name)
                                .bind(1, name)
                                .returnGeneratedValues("id")
                                .execute())
                        .concatMap(result -> result.map(row -> row.get("id", Long.class)))
                        .single(),
                Connection::close);
    }

    /**
     * Deletes every transition, counts what is left, and thinks better of it.
     *
     * @return the count within the transaction, when that is rolled back
     */
    public Mono<Long> deleteAndRollBack() {
        return Mono.usingWhen(
                this.database.create(),
                connection -> Mono.from(connection.beginTransaction())
                        .thenMany(connection
                                .createStatement("DELETE FROM transition")
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .then(count(connection))
                        .flatMap(left ->
                                Mono.from(connection.rollbackTransaction()).thenReturn(left)),
                Connection::close);
    }

    /**
     * Counts.
     *
     * @return the number of transitions
     */
    public Mono<Long> countTransitions() {
        return Mono.usingWhen(this.database.create(), ZoneStore::count, Connection::close);
    }

    private static Mono<Long> count(Connection connection) {
        return Flux.from(connection
                        .createStatement("SELECT count(*) FROM transition")
                        .execute())
                .concatMap(result -> result.map(row -> row.get(0, Long.class)))
                .single();
    }

    private <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
        return Mono.usingWhen(
                this.database.create(),
                connection -> Mono.usingWhen(
                        Mono.from(connection.beginTransaction()).thenReturn(connection),
                        work,
                        Connection::commitTransaction,
                        (begun, error) -> begun.rollbackTransaction(),
                        Connection::rollbackTransaction),
                Connection::close);
    }
}
