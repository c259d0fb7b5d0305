package turso.r2dbc.core;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoResult;

/** A result, consumed once by one of its methods, all of which go through {@link #segments(SegmentMapper)}. */
abstract class DriverResult implements TursoResult {

    /** Keeps an honest caller from a mistake; the publishers themselves admit one subscriber, whatever the threads. */
    private boolean consumed;

    /** {@return the segments, mapped; at most one subscription to it is made} */
    abstract <T> Flux<T> segments(SegmentMapper<T> mapper);

    private <T> Flux<T> consume(SegmentMapper<T> mapper) {
        consume();
        return segments(mapper);
    }

    /** @throws IllegalStateException if one of the methods was called before */
    final void consume() {
        if (this.consumed) {
            throw new IllegalStateException("The result has been consumed");
        }
        this.consumed = true;
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        return consume(SegmentMappers.Counts.INSTANCE).singleOrEmpty();
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mappingFunction) {
        Require.notNull(mappingFunction, "mappingFunction");
        return consume(new SegmentMappers.RowsWithMetadata<T>(mappingFunction));
    }

    @Override
    public <T> Flux<T> map(Function<? super Readable, ? extends T> mappingFunction) {
        Require.notNull(mappingFunction, "mappingFunction");
        return consume(new SegmentMappers.Rows<T>(mappingFunction));
    }

    @Override
    public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mappingFunction) {
        Require.notNull(mappingFunction, "mappingFunction");
        Flux<Publisher<? extends T>> publishers = consume(new SegmentMappers.All<>(mappingFunction));
        return publishers.concatMap(Function.identity());
    }

    @Override
    public TursoResult filter(Predicate<Segment> filter) {
        Require.notNull(filter, "filter");
        return new FilteredResult(this, filter);
    }

    /** A result of which only some segments pass. Consuming it consumes the result it stands on. */
    private static final class FilteredResult extends DriverResult {

        private final DriverResult result;

        private final Predicate<Segment> filter;

        FilteredResult(DriverResult result, Predicate<Segment> filter) {
            this.result = result;
            this.filter = filter;
        }

        @Override
        <T> Flux<T> segments(SegmentMapper<T> mapper) {
            return this.result.consume(new SegmentMappers.Filtered<>(this.filter, mapper));
        }
    }
}
