package turso.r2dbc.examples.quickstart;

import java.time.Instant;
import java.util.List;

/**
 * A time zone of the JDK.
 *
 * @param id its number in the database
 * @param name for instance {@code Europe/Berlin}
 * @param region the part of the name before the first slash; the whole name where there is none
 * @param transitions every change of its offset that the rules list, in order
 */
public record Zone(long id, String name, String region, List<Transition> transitions) {

    /**
     * A moment at which the clocks of a zone change.
     *
     * @param at the moment
     * @param offsetBefore seconds east of UTC until then
     * @param offsetAfter seconds east of UTC from then on
     */
    public record Transition(Instant at, int offsetBefore, int offsetAfter) {}
}
