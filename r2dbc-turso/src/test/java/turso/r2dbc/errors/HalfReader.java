package turso.r2dbc.errors;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import turso.r2dbc.api.TursoConnection;

/** Reads the first row of a query, and asks for no other until it is told to read the rest. */
public final class HalfReader extends BaseSubscriber<Object> {

    private final Sinks.One<Object> first = Sinks.one();

    private final Sinks.Empty<Void> end = Sinks.empty();

    private final List<Object> rows = new CopyOnWriteArrayList<>();

    private HalfReader() {}

    /** {@return the reader of a query, which has got its first row} */
    public static HalfReader of(TursoConnection connection, String sql) {
        return of(connection.createStatement(sql).execute().concatMap(result -> result.map(HalfReader::first), 1));
    }

    /** {@return the reader of rows, which has got the first one} */
    public static HalfReader of(Flux<?> rows) {
        HalfReader reader = new HalfReader();
        rows.limitRate(1).subscribe(reader);
        OpenDatabase.get(reader.first.asMono());
        return reader;
    }

    private static Object first(io.r2dbc.spi.Readable row) {
        @Nullable Object value = row.get(0);
        return value == null ? "NULL" : value;
    }

    /** {@return the first column of all rows, once the rest has been read} */
    public List<Object> rest() {
        requestUnbounded();
        OpenDatabase.await(this.end.asMono());
        return this.rows;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(1);
    }

    @Override
    protected void hookOnNext(Object row) {
        this.rows.add(row);
        this.first.tryEmitValue(row);
    }

    @Override
    protected void hookOnError(Throwable error) {
        this.first.tryEmitError(error);
        this.end.tryEmitError(error);
    }

    @Override
    protected void hookOnComplete() {
        this.end.tryEmitEmpty();
    }
}
