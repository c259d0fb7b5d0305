package turso.r2dbc.benchmarks;

import reactor.core.publisher.Flux;

/** JDBC behind {@code Mono.fromCallable} and {@code subscribeOn}. */
final class WrapperWriter implements ItemWriter {

    private final BlockingPool<JdbcWriter> pool;

    WrapperWriter(ItemDatabase database) {
        this.pool = new BlockingPool<>(1, () -> new JdbcWriter(database));
    }

    @Override
    public void insertAll(int items, int batch) {
        this.pool
                .use(connection -> {
                    connection.insertAll(items, batch);
                    return items;
                })
                .block();
    }

    @Override
    public void insertEach(long firstKey, int items) {
        Flux.range(0, items)
                .concatMap(index -> this.pool.use(connection -> {
                    connection.insertEach(firstKey + index, 1);
                    return index;
                }))
                .then()
                .block();
    }

    @Override
    public void close() {
        this.pool.close();
    }
}
