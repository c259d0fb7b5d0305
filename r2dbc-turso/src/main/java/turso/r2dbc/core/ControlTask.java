package turso.r2dbc.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.Step;
import turso.r2dbc.session.Task;

/**
 * A change of the connection's state. It happens once it was subscribed to, even if its subscriber cancels: a pool or a
 * framework that gives up waiting must not leave a transaction half ended.
 */
final class ControlTask extends Task implements Subscription {

    private final CoreSubscriber<? super Void> actual;

    private final Supplier<@Nullable ControlStep> action;

    private @Nullable ControlStep running;

    private boolean begun;

    private @Nullable Throwable error;

    private volatile boolean silenced;

    ControlTask(Session session, CoreSubscriber<? super Void> actual, Supplier<@Nullable ControlStep> action) {
        super(session);
        this.actual = actual;
        this.action = action;
    }

    @Override
    public Step next() {
        if (!this.begun) {
            this.begun = true;
            ControlStep step = begin();
            if (step != null) {
                this.running = step;
                return step.command();
            }
        }
        answer();
        return Step.Rest.DONE;
    }

    private @Nullable ControlStep begin() {
        try {
            return this.action.get();
        } catch (RuntimeException refused) {
            this.error = refused;
            return null;
        }
    }

    @Override
    public void onSuccess() {
        if (this.running != null) {
            this.running.succeeded().run();
        }
    }

    @Override
    public void onFailure(EngineFailure failure) {
        if (this.running != null) {
            this.error = this.running.failed().apply(failure);
        }
    }

    @Override
    public void onAbandoned(EngineFailure failure) {
        this.error = Failures.exception(failure);
        answer();
    }

    private void answer() {
        if (this.silenced) {
            return;
        }
        if (this.error != null) {
            this.actual.onError(this.error);
        } else {
            this.actual.onComplete();
        }
    }

    @Override
    public boolean droppable() {
        return false;
    }

    @Override
    public boolean bounded() {
        return false;
    }

    @Override
    public void request(long n) {
        // There is nothing to emit.
    }

    @Override
    public void cancel() {
        this.silenced = true;
    }
}
