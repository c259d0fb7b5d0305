package turso.r2dbc.flow;

import io.r2dbc.spi.R2dbcException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.core.DriverRow;
import turso.r2dbc.core.SegmentMapper;

/**
 * Rows, mapped; everything else is passed over, and errors are signalled.
 *
 * @param function called while the row is the current one
 * @param <T> what rows are mapped to
 */
record RowMapper<T>(Function<? super TursoRow, ? extends T> function) implements SegmentMapper<T> {

    /** Rows that can be kept. */
    static final RowMapper<TursoRow> COPIES = new RowMapper<>(TursoRow::copy);

    @Override
    public T row(DriverRow row) {
        T value = this.function.apply(row);
        if (value == null) {
            throw new IllegalStateException("The mapping function returned null; a publisher cannot emit null"
                    + " (Reactive Streams, rule 2.13): return an Optional, or map to something else");
        }
        return value;
    }

    @Override
    public @Nullable T updateCount(long count) {
        return null;
    }

    @Override
    public @Nullable T message(R2dbcException error) {
        return null;
    }

    @Override
    public boolean signals(R2dbcException error) {
        return true;
    }
}
