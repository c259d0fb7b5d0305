package turso.r2dbc.flow;

import java.util.function.Function;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.Failures;

/**
 * Runs a task at each subscription.
 *
 * @param <T> what it comes to
 */
final class FlowMono<T> extends Mono<T> {

    private final ConnectionContext context;

    private final Function<CoreSubscriber<? super T>, FlowTask<T>> task;

    FlowMono(ConnectionContext context, Function<CoreSubscriber<? super T>, FlowTask<T>> task) {
        this.context = context;
        this.task = task;
    }

    @Override
    public void subscribe(CoreSubscriber<? super T> actual) {
        if (!this.context.session().isOpen()) {
            Operators.error(actual, Failures.closed("The connection is closed"));
            return;
        }
        actual.onSubscribe(this.task.apply(actual));
    }
}
