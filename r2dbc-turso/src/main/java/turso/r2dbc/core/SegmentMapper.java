package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a result's segments: the one mechanism behind every way to consume a result. Null passes a segment
 * over.
 *
 * @param <T> what segments are turned into
 */
public interface SegmentMapper<T> {

    /** The row is valid during the call only. */
    @Nullable
    T row(DriverRow row);

    @Nullable
    T updateCount(long count);

    /** {@return what an error is turned into} Not asked for an error that {@link #signals} signals. */
    @Nullable
    T message(R2dbcException error);

    /** {@return whether an error ends the result's publisher with this error} */
    boolean signals(R2dbcException error);
}
