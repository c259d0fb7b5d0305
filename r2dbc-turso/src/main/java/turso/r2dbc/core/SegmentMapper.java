package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a result's segments: the one mechanism behind every way to consume a result. Null passes a segment
 * over, as everything but rows is unless it is said otherwise; errors are signalled.
 *
 * @param <T> what segments are turned into
 */
public interface SegmentMapper<T> {

    /** The row is valid during the call only. */
    @Nullable
    T row(DriverRow row);

    default @Nullable T updateCount(long count) {
        return null;
    }

    /** {@return what an error is turned into} Not asked for an error that {@link #signals} signals. */
    default @Nullable T message(R2dbcException error) {
        return null;
    }

    /** {@return whether an error ends the result's publisher with this error} */
    default boolean signals(R2dbcException error) {
        return true;
    }

    /** {@return what a mapping function of the application has returned, if a publisher can emit it} */
    static <T> T mapped(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("The mapping function returned null; a publisher cannot emit null"
                    + " (Reactive Streams, rule 2.13): return an Optional, or map to something else");
        }
        return value;
    }
}
