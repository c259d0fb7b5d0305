package turso.r2dbc.benchmarks;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Readable;
import org.openjdk.jmh.infra.Blackhole;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The driver, as an application sees it: R2DBC's interfaces, and Reactor's usual operators over them. */
final class DriverReader implements ItemReader {

    private static final Option<Integer> STATEMENT_CACHE_SIZE = Option.valueOf("statementCacheSize");

    private final boolean typed;

    private final Connection connection;

    DriverReader(ItemDatabase database, boolean typed) {
        this.typed = typed;
        ConnectionFactoryOptions.Builder options =
                ConnectionFactoryOptions.parse(database.driverUrl()).mutate();
        if (!database.prepared()) {
            options.option(STATEMENT_CACHE_SIZE, 0);
        }
        this.connection = opened(ConnectionFactories.get(options.build()));
        if (database.inTransaction()) {
            Mono.from(this.connection.beginTransaction()).block();
        }
    }

    private static Connection opened(io.r2dbc.spi.ConnectionFactory factory) {
        Connection connection = Mono.from(factory.create()).block();
        if (connection == null) {
            throw new IllegalStateException("No connection");
        }
        return connection;
    }

    @Override
    public long readAll(Demand demand, Blackhole sink) {
        Long rows = Flux.from(
                        this.connection.createStatement(ItemDatabase.SELECT_ALL).execute())
                .flatMap(result -> result.map(row -> read(row, sink)), 1, demand.prefetch())
                .count()
                .block();
        return rows == null ? 0 : rows;
    }

    @Override
    public long readEach(int[] keys, int inFlight, Blackhole sink) {
        Long rows = Flux.range(0, keys.length)
                .flatMap(
                        index -> Flux.from(this.connection
                                        .createStatement(ItemDatabase.SELECT_ONE)
                                        .bind(0, keys[index])
                                        .execute())
                                .flatMap(result -> result.map(row -> read(row, sink))),
                        inFlight)
                .count()
                .block();
        return rows == null ? 0 : rows;
    }

    private Boolean read(Readable row, Blackhole sink) {
        if (this.typed) {
            sink.consume(row.get(0, Long.class));
            sink.consume(row.get(1, String.class));
            sink.consume(row.get(2, Double.class));
            sink.consume(row.get(3, String.class));
        } else {
            sink.consume(row.get(0));
            sink.consume(row.get(1));
            sink.consume(row.get(2));
            sink.consume(row.get(3));
        }
        return Boolean.TRUE;
    }

    @Override
    public void close() {
        Mono.from(this.connection.close()).block();
    }
}
