package turso.r2dbc.core;

import java.util.List;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;

/**
 * Runs a query at each subscription and emits what its rows are mapped to.
 *
 * @param <T> what rows are mapped to
 */
public final class RowsFlux<T> extends Flux<T> {

    private final ConnectionContext context;

    private final PlannedStatement query;

    private final SegmentMapper<T> mapper;

    private RowsFlux(ConnectionContext context, PlannedStatement query, SegmentMapper<T> mapper) {
        this.context = context;
        this.query = query;
        this.mapper = mapper;
    }

    /** {@return the rows of any statement} What is no query runs to its end before its first row is emitted. */
    public static <T> Flux<T> of(ConnectionContext context, PlannedStatement statement, SegmentMapper<T> mapper) {
        if (statement.isQuery()) {
            return new RowsFlux<>(context, statement, mapper);
        }
        return new ExecuteFlux(context, Plan.ofBatch(List.of(statement)))
                .concatMap(result -> ((DriverResult) result).segments(mapper));
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        QueryResult.alone(this.context, this.query).segments(this.mapper).subscribe(actual);
    }
}
