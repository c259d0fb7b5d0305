package turso.r2dbc.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** A change of the connection's state, in line with its statements. Each subscription makes it anew. */
public final class ControlMono extends Mono<Void> {

    private final ConnectionContext context;

    private final boolean waits;

    private final Supplier<@Nullable ControlStep> action;

    private final @Nullable Runnable withdrawal;

    private ControlMono(
            ConnectionContext context,
            boolean waits,
            Supplier<@Nullable ControlStep> action,
            @Nullable Runnable withdrawal) {
        this.context = context;
        this.waits = waits;
        this.action = action;
        this.withdrawal = withdrawal;
    }

    /**
     * A change that waits for a transaction scope elsewhere to end.
     *
     * @param action called on the worker when it is this change's turn; it makes the change, and returns what the
     *     engine must run for it, if anything
     */
    public static ControlMono of(ConnectionContext context, Supplier<@Nullable ControlStep> action) {
        return new ControlMono(context, true, action, null);
    }

    /**
     * A change that is not made if its subscriber cancels before it has been told of it.
     *
     * @param withdrawal takes it back, in the turn in which it was made
     */
    static ControlMono unlessCancelled(
            ConnectionContext context, Supplier<@Nullable ControlStep> action, Runnable withdrawal) {
        return new ControlMono(context, true, action, withdrawal);
    }

    /** A change that waits for nobody, whoever has the connection. */
    public static ControlMono atOnce(ConnectionContext context, Supplier<@Nullable ControlStep> action) {
        return new ControlMono(context, false, action, null);
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        if (!this.context.session().isOpen()) {
            Operators.error(actual, DriverConnection.closed());
            return;
        }
        ControlTask task = new ControlTask(this.context, this.waits, actual, this.action, this.withdrawal);
        task.sent();
        actual.onSubscribe(task);
        task.submitTask();
    }
}
