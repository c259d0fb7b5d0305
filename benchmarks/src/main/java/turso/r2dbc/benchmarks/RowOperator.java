package turso.r2dbc.benchmarks;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** What programs put behind a query. */
enum RowOperator {
    /** Nothing. */
    none(items -> items),
    /** A publisher for each row. */
    flatMap(items -> items.flatMap(Flux::just)),
    /** Another thread, which asks for 16 rows at a time. */
    publishOn16(items -> items.publishOn(Schedulers.parallel(), 16)),
    /** Another thread, which asks for 256 rows at a time. */
    publishOn256(items -> items.publishOn(Schedulers.parallel(), 256)),
    /** Another thread, which is handed lists of 256 rows. */
    list256(items -> items.buffer(256).publishOn(Schedulers.parallel()).flatMapIterable(list -> list));

    private final UnaryOperator<Flux<Item>> operator;

    RowOperator(UnaryOperator<Flux<Item>> operator) {
        this.operator = operator;
    }

    Flux<Item> apply(Flux<? extends Result> results) {
        return this.operator.apply(results.flatMap(result -> result.map(RowOperator::item)));
    }

    private static Item item(Readable row) {
        return new Item(
                present(row.get(0, Long.class)),
                present(row.get(1, String.class)),
                present(row.get(2, Double.class)),
                present(row.get(3, String.class)));
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("NULL");
        }
        return value;
    }
}
