package turso.r2dbc.examples.quickstart;

import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRulesProvider;
import java.util.List;
import reactor.core.publisher.Flux;

/** The time-zone rules that every JDK has: real data without a download. */
public final class ZoneData {

    private ZoneData() {}

    /**
     * Reads the rules.
     *
     * @return all zones, ordered by name and numbered from 1
     */
    public static Flux<Zone> zones() {
        return Flux.defer(() -> Flux.fromStream(
                        ZoneRulesProvider.getAvailableZoneIds().stream().sorted()))
                .index((index, name) -> zone(index + 1, name));
    }

    private static Zone zone(long id, String name) {
        List<Zone.Transition> transitions = ZoneId.of(name).getRules().getTransitions().stream()
                .map(ZoneData::transition)
                .toList();
        int slash = name.indexOf('/');
        return new Zone(id, name, slash < 0 ? name : name.substring(0, slash), transitions);
    }

    private static Zone.Transition transition(ZoneOffsetTransition transition) {
        return new Zone.Transition(
                transition.getInstant(),
                transition.getOffsetBefore().getTotalSeconds(),
                transition.getOffsetAfter().getTotalSeconds());
    }
}
