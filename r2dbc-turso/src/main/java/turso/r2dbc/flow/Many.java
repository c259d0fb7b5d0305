package turso.r2dbc.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.Failures;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.sql.ParsedSql;

/**
 * One write for many sets of values. The sets are collected, up to a bound, before the connection is used: a publisher may
 * be slow, or use this very connection.
 */
final class Many {

    private final ConnectionContext context;

    private final ParsedSql sql;

    private final List<Call> calls = new ArrayList<>();

    private boolean largeObjects;

    /** @throws RuntimeException if the text is not exactly one write */
    private Many(ConnectionContext context, String sql) {
        this.context = context;
        this.sql = Call.single(context, sql);
        if (!this.sql.statements().get(0).kind().isDml()) {
            throw Failures.badGrammar("Only INSERT, UPDATE, DELETE and REPLACE can be executed many times", sql);
        }
    }

    /** {@return the number of rows, changed by a task that runs all sets} */
    static Mono<Long> of(ConnectionContext context, String sql, Iterable<?> sets, Runnable begin) {
        return Mono.defer(() -> {
            Many many = new Many(context, sql);
            sets.forEach(many::add);
            return many.run(begin);
        });
    }

    /** {@return the number of rows, changed by a task that runs all sets} */
    static Mono<Long> of(ConnectionContext context, String sql, Publisher<?> sets, Runnable begin) {
        return Mono.defer(() -> {
            Many many = new Many(context, sql);
            return Flux.<Object>from(sets).collect(() -> many, Many::add).flatMap(all -> all.run(begin));
        });
    }

    private void add(@Nullable Object set) {
        int limit = this.context.settings().maxBufferedRows();
        if (this.calls.size() >= limit) {
            throw Failures.boundReached(
                    "There are more than " + limit
                            + " sets of values (option maxBufferedRows); run them in portions of fewer",
                    this.sql.sql());
        }
        Call call = Call.of(this.context, this.sql, set);
        this.largeObjects |= call.hasLargeObjects();
        this.calls.add(call);
    }

    private Mono<Long> run(Runnable begin) {
        if (this.largeObjects) {
            return Flux.fromIterable(this.calls)
                    .concatMap(Call::collected)
                    .collectList()
                    .flatMap(collected -> run(collected, begin));
        }
        return run(this.calls, begin);
    }

    private Mono<Long> run(List<Call> collected, Runnable begin) {
        List<@Nullable Object[]> sets = new ArrayList<>(collected.size());
        collected.forEach(call -> sets.add(call.values()));
        PlannedStatement statement = PlannedStatement.of(this.sql.statements().get(0), sets, null);
        Function<CoreSubscriber<? super Long>, FlowTask<Long>> task =
                actual -> new ManyTask(this.context, statement, begin, actual);
        return new FlowMono<>(this.context, task);
    }
}
