package turso.r2dbc.concurrency;

import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.errors.OpenDatabase;

/** Writes that have to wait for the transaction of another connection, so that they can share a commit. */
final class WaitingWrites {

    private final OpenDatabase database;

    private final TursoConnection holder;

    /** @param holder what they wait for */
    WaitingWrites(OpenDatabase database, TursoConnection holder) {
        this.database = database;
        this.holder = holder;
    }

    static Mono<Long> update(TursoConnection connection, String sql) {
        return connection
                .createStatement(sql)
                .execute()
                .concatMap(TursoResult::getRowsUpdated)
                .single();
    }

    static Mono<Long> insert(TursoConnection connection, Object n) {
        return connection
                .createStatement("INSERT INTO t (n) VALUES (?)")
                .bind(0, n)
                .execute()
                .concatMap(TursoResult::getRowsUpdated)
                .single();
    }

    void await(int number) {
        until(() -> this.database.factory().metrics().lockWaiters() == number);
    }

    /** {@return what comes of writes that have all waited for the same transaction to end, in the order given} */
    @SafeVarargs
    final <T> List<Signal<T>> together(Mono<? extends T>... writes) {
        List<Mono<? extends T>> list = new ArrayList<>();
        for (Mono<? extends T> write : writes) {
            list.add(write);
        }
        return together(list);
    }

    <T> List<Signal<T>> together(List<? extends Mono<? extends T>> writes) {
        run(this.holder, "BEGIN IMMEDIATE");
        List<CompletableFuture<Signal<T>>> futures = new ArrayList<>();
        for (Mono<? extends T> write : writes) {
            futures.add(Mono.from(write).<T>map(it -> it).materialize().toFuture());
            await(futures.size());
        }
        run(this.holder, "COMMIT");
        return futures.stream().map(it -> get(Mono.fromFuture(it))).toList();
    }

    static List<Object> values(List<? extends Signal<?>> signals) {
        return signals.stream()
                .<Object>map(it -> it.hasValue() ? String.valueOf(it.get()) : String.valueOf(it.getThrowable()))
                .toList();
    }
}
