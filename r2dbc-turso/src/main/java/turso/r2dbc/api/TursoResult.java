package turso.r2dbc.api;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What one statement yields: rows, or the number of rows it changed.
 *
 * <p>A result can be consumed once, by one of its methods; a second time is an {@link IllegalStateException}. A result
 * that is never consumed costs nothing and holds nothing.
 */
public interface TursoResult extends Result {

    /** {@return the number of changed rows: 0 for a statement that changes none, empty for a query} */
    @Override
    Mono<Long> getRowsUpdated();

    /**
     * Maps the rows.
     *
     * @param mappingFunction called for each row on the driver's thread; the row is valid only during the call, and the
     *     function must not return null
     */
    @Override
    <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mappingFunction);

    /** Maps the rows, as {@link #map(BiFunction)} does. */
    @Override
    <T> Flux<T> map(Function<? super Readable, ? extends T> mappingFunction);

    /** {@return this result, consumed by any method, without the segments that do not pass} */
    @Override
    TursoResult filter(Predicate<Segment> filter);

    /**
     * Maps each segment to a publisher and concatenates them. Rows handed over here are copies and can be kept. An
     * error of the engine arrives as a {@link io.r2dbc.spi.Result.Message} and is not signalled by itself.
     */
    @Override
    <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mappingFunction);
}
