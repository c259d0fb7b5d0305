package turso.r2dbc.errors;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Sinks;
import turso.r2dbc.api.TursoConnection;

/** Reads the first row of a query, and asks for no other until it is cancelled. */
public final class HalfReader extends BaseSubscriber<Object> {

    private final Sinks.One<Object> first = Sinks.one();

    private HalfReader() {}

    /** {@return the reader of a query, which has got its first row} */
    public static HalfReader of(TursoConnection connection, String sql) {
        HalfReader reader = new HalfReader();
        connection
                .createStatement(sql)
                .execute()
                .concatMap(result -> result.map(HalfReader::first), 1)
                .limitRate(1)
                .subscribe(reader);
        OpenDatabase.get(reader.first.asMono());
        return reader;
    }

    private static Object first(io.r2dbc.spi.Readable row) {
        @Nullable Object value = row.get(0);
        return value == null ? "NULL" : value;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(Object row) {
        this.first.tryEmitValue(row);
    }

    @Override
    protected void hookOnError(Throwable error) {
        this.first.tryEmitError(error);
    }
}
