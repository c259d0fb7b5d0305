package turso.r2dbc.benchmarks;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** R2DBC as an application sees it. */
final class R2dbcWriter implements ItemWriter {

    private final ConnectionSource source;

    private final String checkpoint;

    R2dbcWriter(ConnectionSource source, ItemDatabase database) {
        this.source = source;
        this.checkpoint = database.checkpoint();
    }

    @Override
    public void insertAll(int items, int batch) {
        this.source
                .use(connection -> insertAll(connection, items, batch))
                .then()
                .block();
    }

    private Publisher<Object> insertAll(Connection connection, int items, int batch) {
        int batches = (items + batch - 1) / batch;
        return Flux.concat(
                connection.beginTransaction(),
                Flux.range(0, batches)
                        .concatMap(index ->
                                insert(connection, 1L + (long) index * batch, Math.min(batch, items - index * batch))),
                connection.commitTransaction(),
                checkpoint(connection, this.checkpoint));
    }

    /** Writes into the file what is only in the log, or fails. */
    static Publisher<Long> checkpoint(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.flatMap(R2dbcWriter::complete));
    }

    /** What a checkpoint of SQLite answers is a row, whose first column says whether it could not write everything. */
    private static Publisher<Long> complete(Result.Segment segment) {
        if (segment instanceof Result.RowSegment row
                && !Integer.valueOf(0).equals(row.row().get(0, Integer.class))) {
            return Mono.error(new IllegalStateException("The checkpoint is incomplete"));
        }
        return Mono.empty();
    }

    @Override
    public void insertEach(long firstKey, int items) {
        Flux.range(0, items)
                .concatMap(index -> this.source.use(connection -> insert(connection, firstKey + index, 1)))
                .then()
                .block();
    }

    private static Flux<Long> insert(Connection connection, long firstKey, int items) {
        Statement insert = connection.createStatement(ItemDatabase.INSERT);
        for (int i = 0; i < items; i++) {
            if (i > 0) {
                insert.add();
            }
            Item item = Item.of(firstKey + i);
            insert.bind(0, item.id()).bind(1, item.name()).bind(2, item.price()).bind(3, item.note());
        }
        return Flux.from(insert.execute()).flatMap(Result::getRowsUpdated);
    }

    @Override
    public void close() {
        this.source.close();
    }
}
