package turso.r2dbc.examples.quickstart;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Loads the JDK's time-zone rules into a database file as one reactive stream, asks it questions, and breaks a rule. */
public final class Quickstart {

    private static final Duration LONGEST_RUN = Duration.ofMinutes(5);

    private static final int ROWS_AT_A_TIME = 16;

    private final ZoneStore store;

    private final Consumer<String> out;

    /**
     * Makes the example.
     *
     * @param store the database
     * @param out takes the lines that tell what happens
     */
    public Quickstart(ZoneStore store, Consumer<String> out) {
        this.store = store;
        this.out = out;
    }

    /**
     * Runs the example.
     *
     * @param arguments the database file; without it, {@code quickstart.db} in the working directory
     */
    public static void main(String[] arguments) {
        Path file =
                Path.of(arguments.length > 0 ? arguments[0] : "quickstart.db").toAbsolutePath();
        // toUri() writes what a URL needs for blanks and other characters of the path.
        ConnectionFactory database =
                ConnectionFactories.get("r2dbc:turso:file://" + file.toUri().getRawPath());
        System.out.println("Database: " + file);
        new Quickstart(new ZoneStore(database), System.out::println).run().block(LONGEST_RUN);
    }

    /**
     * Describes the run; subscribing starts it.
     *
     * @return completes when everything is done
     */
    public Mono<Void> run() {
        return Flux.concat(
                        step("Tables made", this.store.createTables().thenReturn("zone, transition")),
                        step(
                                "Zones loaded",
                                this.store.load(ZoneData.zones()).map(rows -> rows + " rows in one transaction")),
                        step("A query with parameters", clockChanges()),
                        step("A join", mostRestless()),
                        step("A streamed result", streamed()),
                        step("A constraint violated", duplicate()),
                        step("A transaction rolled back", rolledBack()))
                .doOnNext(this.out)
                .then();
    }

    private static Mono<String> step(String title, Mono<String> work) {
        return work.elapsed()
                .map(timed -> String.format(Locale.ROOT, "%-26s %5d ms  %s", title, timed.getT1(), timed.getT2()));
    }

    private Mono<String> clockChanges() {
        return this.store
                .transitions(
                        "Europe/Berlin", Instant.parse("1980-01-01T00:00:00Z"), Instant.parse("1981-01-01T00:00:00Z"))
                .map(transition -> transition.at() + " to " + transition.offsetAfter() / 3600 + " h")
                .collectList()
                .map(changes -> "Berlin's clocks in 1980: " + String.join(", ", changes));
    }

    private Mono<String> mostRestless() {
        return this.store
                .restless(3)
                .map(zone -> zone.name() + " " + zone.transitions())
                .collectList()
                .map(zones -> "most changes: " + String.join(", ", zones));
    }

    private Mono<String> streamed() {
        return this.store
                .transitions(
                        "America/New_York",
                        Instant.parse("1800-01-01T00:00:00Z"),
                        Instant.parse("2200-01-01T00:00:00Z"))
                .limitRate(ROWS_AT_A_TIME)
                .filter(transition -> transition.offsetAfter() > transition.offsetBefore())
                .count()
                .map(count -> "New York's clocks went forward " + count + " times, read " + ROWS_AT_A_TIME
                        + " rows at a time");
    }

    private Mono<String> duplicate() {
        return this.store
                .addZone("Europe/Berlin")
                .map(id -> "a second Europe/Berlin, which should be impossible")
                .onErrorResume(
                        R2dbcDataIntegrityViolationException.class,
                        error -> Mono.just("SQLState " + error.getSqlState() + ": " + error.getMessage()));
    }

    private Mono<String> rolledBack() {
        return this.store
                .deleteAndRollBack()
                .zipWhen(within -> this.store.countTransitions())
                .map(counts -> counts.getT1() + " transitions within, " + counts.getT2() + " after it");
    }
}
