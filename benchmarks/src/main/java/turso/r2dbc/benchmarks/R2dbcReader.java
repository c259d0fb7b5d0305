package turso.r2dbc.benchmarks;

import io.r2dbc.spi.Readable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** R2DBC as an application sees it: its interfaces, and Reactor's usual operators over them. */
final class R2dbcReader implements ItemReader {

    private final ConnectionSource source;

    private final boolean typed;

    R2dbcReader(ConnectionSource source, boolean typed) {
        this.source = source;
        this.typed = typed;
    }

    @Override
    public void readAll(Demand demand, ItemSink sink) {
        this.source
                .use(connection -> Flux.from(connection
                                .createStatement(ItemDatabase.SELECT_ALL)
                                .execute())
                        .flatMap(result -> result.map(row -> read(row, sink)), 1, demand.prefetch()))
                .doOnNext(sink::count)
                .then()
                .block();
    }

    @Override
    public void readEach(int[] keys, int inFlight, ItemSink sink) {
        Flux.range(0, keys.length)
                .flatMap(index -> readOne(keys[index], sink), inFlight)
                .doOnNext(sink::count)
                .then()
                .block();
    }

    private Publisher<Number> readOne(int key, ItemSink sink) {
        return this.source.use(connection -> Flux.from(connection
                        .createStatement(ItemDatabase.SELECT_ONE)
                        .bind(0, key)
                        .execute())
                .flatMap(result -> result.map(row -> read(row, sink))));
    }

    private Number read(Readable row, ItemSink sink) {
        if (this.typed) {
            return sink.consume(
                    row.get(0, Long.class),
                    row.get(1, String.class),
                    row.get(2, Double.class),
                    row.get(3, String.class));
        }
        return sink.consume(row.get(0), row.get(1), row.get(2), row.get(3));
    }

    @Override
    public void close() {
        this.source.close();
    }
}
