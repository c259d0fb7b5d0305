package turso.r2dbc.benchmarks;

import reactor.core.publisher.Flux;

/** JDBC behind {@code Mono.fromCallable} and {@code subscribeOn}, as programs use it that have no reactive driver. */
final class WrapperReader implements ItemReader {

    private final BlockingPool<JdbcReader> pool;

    WrapperReader(ItemDatabase database, int inFlight) {
        this.pool = new BlockingPool<>(
                Math.min(inFlight, ConnectionSource.POOL_SIZE), () -> new JdbcReader(database, true));
    }

    @Override
    public void readAll(Demand demand, ItemSink sink) {
        this.pool
                .use(JdbcReader::items)
                .flatMapIterable(items -> items)
                .doOnNext(sink::take)
                .then()
                .block();
    }

    @Override
    public void readEach(int[] keys, int inFlight, ItemSink sink) {
        // Flux.flatMap hands the items on one at a time.
        Flux.range(0, keys.length)
                .flatMap(index -> this.pool.use(connection -> connection.item(keys[index])), inFlight)
                .doOnNext(sink::take)
                .then()
                .block();
    }

    @Override
    public void close() {
        this.pool.close();
    }
}
