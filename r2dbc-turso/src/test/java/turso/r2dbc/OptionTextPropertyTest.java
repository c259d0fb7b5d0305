package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.StringLength;

class OptionTextPropertyTest {

    @Property
    void everyDurationInRangeIsReadBackFromItsIsoForm(@ForAll @LongRange(min = 0) long nanoseconds) {
        Duration duration = Duration.ofNanos(nanoseconds);
        assertThat(DurationText.parse(duration.toString())).isEqualTo(duration);
    }

    @Property(tries = 200)
    void distanceIsSymmetricAndBounded(
            @ForAll @StringLength(max = 20) String a, @ForAll @StringLength(max = 20) String b) {
        assertThat(NearestName.distance(a, b))
                .isEqualTo(NearestName.distance(b, a))
                .isBetween(Math.abs(a.length() - b.length()), Math.max(a.length(), b.length()));
    }
}
