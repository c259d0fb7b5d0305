package turso.r2dbc.flow;

import java.util.function.Function;
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
        return SegmentMapper.mapped(this.function.apply(row));
    }
}
