package turso.r2dbc.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRulesProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.test.StepVerifier;

/** The example does what it says, on a real file. */
class QuickstartTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private ZoneStore store = new ZoneStore(ConnectionFactories.get("r2dbc:turso:mem:///"));

    @BeforeEach
    void open() {
        this.store = new ZoneStore(ConnectionFactories.get("r2dbc:turso:file://" + this.directory.resolve("zones.db")));
    }

    private static long transitionsOfTheJdk() {
        return ZoneRulesProvider.getAvailableZoneIds().stream()
                .mapToLong(zone -> ZoneId.of(zone).getRules().getTransitions().size())
                .sum();
    }

    private void load() {
        this.store.createTables().then(this.store.load(ZoneData.zones())).block(LIMIT);
    }

    @Test
    void everyZoneAndTransitionIsLoaded() {
        long expected = ZoneRulesProvider.getAvailableZoneIds().size() + transitionsOfTheJdk();
        StepVerifier.create(this.store.createTables().then(this.store.load(ZoneData.zones())))
                .expectNext(expected)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(this.store.countTransitions())
                .expectNext(transitionsOfTheJdk())
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void queriesAnswerWhatJavaTimeAnswers() {
        load();
        for (String zone : List.of("Europe/Berlin", "America/New_York", "Australia/Lord_Howe")) {
            List<Zone.Transition> expected = ZoneId.of(zone).getRules().getTransitions().stream()
                    .filter(transition ->
                            transition.getInstant().atZone(ZoneOffset.UTC).getYear() == 1985)
                    .map(transition -> new Zone.Transition(
                            transition.getInstant(),
                            transition.getOffsetBefore().getTotalSeconds(),
                            transition.getOffsetAfter().getTotalSeconds()))
                    .toList();
            assertThat(expected).isNotEmpty();
            StepVerifier.create(this.store.transitions(
                            zone, Instant.parse("1985-01-01T00:00:00Z"), Instant.parse("1986-01-01T00:00:00Z")))
                    .expectNextSequence(expected)
                    .expectComplete()
                    .verify(LIMIT);
        }
    }

    @Test
    void theZonesWithMostTransitionsComeFirst() {
        load();
        long most = ZoneRulesProvider.getAvailableZoneIds().stream()
                .mapToLong(zone -> ZoneId.of(zone).getRules().getTransitions().size())
                .max()
                .orElseThrow();
        StepVerifier.create(this.store.restless(2).map(ZoneStore.ZoneCount::transitions))
                .expectNext(most)
                .expectNextMatches(second -> second <= most)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void aFailedInsertAndARollbackChangeNothing() {
        load();
        StepVerifier.create(this.store.addZone("Europe/Berlin"))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                R2dbcDataIntegrityViolationException.class,
                                violation -> assertThat(violation.getSqlState()).isEqualTo("23505")))
                .verify(LIMIT);
        StepVerifier.create(this.store.deleteAndRollBack())
                .expectNext(0L)
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(this.store.countTransitions())
                .expectNext(transitionsOfTheJdk())
                .expectComplete()
                .verify(LIMIT);
        StepVerifier.create(this.store.addZone("Mars/Olympus_Mons"))
                .expectNext(ZoneRulesProvider.getAvailableZoneIds().size() + 1L)
                .expectComplete()
                .verify(LIMIT);
    }

    @Test
    void runsTwiceOnTheSameFileAndTellsOfEveryStep() {
        for (int run = 0; run < 2; run++) {
            List<String> lines = new ArrayList<>();
            StepVerifier.create(new Quickstart(this.store, lines::add).run())
                    .expectComplete()
                    .verify(LIMIT);
            assertThat(lines).hasSize(7);
            assertThat(lines.get(1)).contains("rows in one transaction");
            assertThat(lines.get(2)).contains("1980-04-06T01:00:00Z to 2 h, 1980-09-28T01:00:00Z to 1 h");
            long forward = ZoneId.of("America/New_York").getRules().getTransitions().stream()
                    .filter(transition -> transition.isGap())
                    .count();
            assertThat(lines.get(4)).contains("forward " + forward + " times");
            assertThat(lines.get(5)).contains("SQLState 23505").contains("zone.name");
            assertThat(lines.get(6)).contains("0 transitions within, " + transitionsOfTheJdk() + " after it");
        }
    }
}
