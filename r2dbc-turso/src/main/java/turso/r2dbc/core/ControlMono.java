package turso.r2dbc.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import turso.r2dbc.session.Session;

/** A change of the connection's state, in line with its statements. Each subscription makes it anew. */
final class ControlMono extends Mono<Void> {

    private final Session session;

    private final Supplier<@Nullable ControlStep> action;

    /**
     * @param action called on the worker when it is this change's turn; it makes the change, and returns what the
     *     engine must run for it, if anything
     */
    ControlMono(Session session, Supplier<@Nullable ControlStep> action) {
        this.session = session;
        this.action = action;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        if (!this.session.isOpen()) {
            Operators.error(actual, DriverConnection.closed());
            return;
        }
        ControlTask task = new ControlTask(this.session, actual, this.action);
        actual.onSubscribe(task);
        this.session.submit(task);
    }
}
