package turso.r2dbc.benchmarks;

import java.util.List;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;

/** The driver through its own verbs, on a connection of its factory. */
final class ManyWriter implements ItemWriter {

    private final TursoConnectionFactory factory;

    private final TursoConnection connection;

    private final String checkpoint;

    ManyWriter(ItemDatabase database) {
        this.factory = (TursoConnectionFactory) database.factory();
        this.connection = this.factory.create().blockOptional().orElseThrow();
        this.checkpoint = database.checkpoint();
    }

    @Override
    public void insertAll(int items, int batch) {
        int batches = (items + batch - 1) / batch;
        this.connection
                .beginTransaction()
                .thenMany(Flux.range(0, batches)
                        .concatMap(index -> insert(1L + (long) index * batch, Math.min(batch, items - index * batch))))
                .then(this.connection.commitTransaction())
                .thenMany(R2dbcWriter.checkpoint(this.connection, this.checkpoint))
                .then()
                .block();
    }

    private Mono<Long> insert(long firstKey, int items) {
        List<List<Object>> sets =
                IntStream.range(0, items).mapToObj(i -> values(firstKey + i)).toList();
        return this.connection.executeMany(ItemDatabase.INSERT, sets);
    }

    private static List<Object> values(long key) {
        Item item = Item.of(key);
        return List.of(item.id(), item.name(), item.price(), item.note());
    }

    @Override
    public void insertEach(long firstKey, int items) {
        Flux.range(0, items)
                .concatMap(index -> insert(firstKey + index, 1))
                .then()
                .block();
    }

    @Override
    public void close() {
        this.connection.close().then(this.factory.close()).block();
    }
}
