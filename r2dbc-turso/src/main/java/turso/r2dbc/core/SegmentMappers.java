package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The ways to consume a result. */
final class SegmentMappers {

    private SegmentMappers() {}

    /** Rows, mapped; everything else is passed over, and errors are signalled. */
    record Rows<T>(Function<? super Readable, ? extends T> function) implements SegmentMapper<T> {

        @Override
        public T row(DriverRow row) {
            return SegmentMapper.mapped(this.function.apply(row));
        }
    }

    /** The same, for a function that wants the columns' metadata too. */
    record RowsWithMetadata<T>(BiFunction<Row, RowMetadata, ? extends T> function) implements SegmentMapper<T> {

        @Override
        public T row(DriverRow row) {
            return SegmentMapper.mapped(this.function.apply(row, row.getMetadata()));
        }
    }

    /** The count; rows are passed over, and errors are signalled. */
    enum Counts implements SegmentMapper<Long> {
        INSTANCE;

        @Override
        public @Nullable Long row(DriverRow row) {
            return null;
        }

        @Override
        public Long updateCount(long count) {
            return count;
        }
    }

    /** Every segment, errors included, each of which can be kept. */
    record All<T>(Function<Result.Segment, ? extends T> function) implements SegmentMapper<T> {

        @Override
        public T row(DriverRow row) {
            return SegmentMapper.mapped(this.function.apply(new Segments.RowData(row.copy())));
        }

        @Override
        public T updateCount(long count) {
            return SegmentMapper.mapped(this.function.apply(new Segments.Count(count)));
        }

        @Override
        public T message(R2dbcException error) {
            return SegmentMapper.mapped(this.function.apply(new Segments.Error(error)));
        }

        @Override
        public boolean signals(R2dbcException error) {
            return false;
        }
    }

    /** Only segments that pass the predicate. */
    record Filtered<T>(Predicate<Result.Segment> predicate, SegmentMapper<T> mapper) implements SegmentMapper<T> {

        @Override
        public @Nullable T row(DriverRow row) {
            return this.predicate.test(new Segments.RowData(row)) ? this.mapper.row(row) : null;
        }

        @Override
        public @Nullable T updateCount(long count) {
            return this.predicate.test(new Segments.Count(count)) ? this.mapper.updateCount(count) : null;
        }

        @Override
        public @Nullable T message(R2dbcException error) {
            return this.predicate.test(new Segments.Error(error)) ? this.mapper.message(error) : null;
        }

        @Override
        public boolean signals(R2dbcException error) {
            return this.mapper.signals(error) && this.predicate.test(new Segments.Error(error));
        }
    }
}
