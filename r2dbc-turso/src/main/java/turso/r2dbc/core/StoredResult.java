package turso.r2dbc.core;

import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.sql.StatementKind;

/** The result of a statement that has run: its rows, if any, and its count. */
final class StoredResult extends DriverResult {

    private static final AtomicIntegerFieldUpdater<StoredResult> SUBSCRIBED =
            AtomicIntegerFieldUpdater.newUpdater(StoredResult.class, "subscribed");

    private static final long NO_COUNT = -1;

    private final List<DriverRow> rows;

    private final long count;

    private volatile int subscribed;

    private StoredResult(List<DriverRow> rows, long count) {
        this.rows = rows;
        this.count = count;
    }

    static StoredResult of(StatementKind kind, @Nullable RowBuffer rows, long changes) {
        if (kind.isDml()) {
            return new StoredResult(rows == null ? List.of() : rows.rows(), changes);
        }
        // SQLite's counter still has the last INSERT, UPDATE or DELETE here.
        return rows == null ? new StoredResult(List.of(), 0) : new StoredResult(rows.rows(), NO_COUNT);
    }

    /** Claims the result for the one subscriber it is for. */
    void requireFirst() {
        if (!SUBSCRIBED.compareAndSet(this, 0, 1)) {
            throw new IllegalStateException("The result has been consumed");
        }
    }

    /** {@return the count, if there is one} */
    @Nullable
    Long count() {
        return this.count == NO_COUNT ? null : this.count;
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        if (!this.rows.isEmpty()) {
            return super.getRowsUpdated();
        }
        consume();
        return new CountMono(this);
    }

    @Override
    <T> Flux<T> segments(SegmentMapper<T> mapper) {
        return Flux.defer(() -> {
            requireFirst();
            if (this.rows.isEmpty()) {
                T value = this.count == NO_COUNT ? null : mapper.updateCount(this.count);
                return value == null ? Flux.empty() : Flux.just(value);
            }
            return Flux.range(0, this.rows.size() + 1).handle((index, sink) -> {
                T value = segment(mapper, index);
                if (value != null) {
                    sink.next(value);
                }
            });
        });
    }

    /** {@return the segment at the index: the rows, and behind them the count} */
    private <T> @Nullable T segment(SegmentMapper<T> mapper, int index) {
        if (index < this.rows.size()) {
            return mapper.row(this.rows.get(index));
        }
        return this.count == NO_COUNT ? null : mapper.updateCount(this.count);
    }
}
