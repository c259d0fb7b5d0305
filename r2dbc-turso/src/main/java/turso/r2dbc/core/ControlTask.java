package turso.r2dbc.core;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Step;

/**
 * A change of the connection's state. It happens once it was subscribed to, even if its subscriber cancels: a pool or a
 * framework that gives up waiting must not leave a transaction half ended. Unless it can be withdrawn: nobody would end the
 * transaction that a cancelled begin has begun.
 */
final class ControlTask extends ConnectionTask {

    private final CoreSubscriber<? super Void> actual;

    private final boolean waits;

    private final Supplier<@Nullable ControlStep> action;

    /** Takes the change back; null if it is made whether its subscriber cancels or not. */
    private final @Nullable Runnable withdrawal;

    private @Nullable ControlStep running;

    private boolean begun;

    private @Nullable Throwable error;

    private volatile boolean silenced;

    ControlTask(
            ConnectionContext context,
            boolean waits,
            CoreSubscriber<? super Void> actual,
            Supplier<@Nullable ControlStep> action,
            @Nullable Runnable withdrawal) {
        super(context);
        this.withdrawal = withdrawal;
        this.waits = waits;
        this.actual = actual;
        this.action = action;
    }

    @Override
    protected Step nextStep() {
        if (!this.begun && this.silenced && this.withdrawal != null) {
            arrived();
            return Step.Rest.DONE;
        }
        if (!this.begun) {
            Step first = begin();
            if (first != null) {
                return first;
            }
        }
        answer();
        return Step.Rest.DONE;
    }

    /** {@return what to do first, or null if there is nothing} */
    private @Nullable Step begin() {
        try {
            if (this.waits && !isAdmitted()) {
                return Step.Rest.HOLD;
            }
            this.begun = true;
            this.running = this.action.get();
            return this.running == null ? null : this.running.command();
        } catch (RuntimeException refused) {
            this.begun = true;
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
    protected Context subscriberContext() {
        return this.actual.currentContext();
    }

    @Override
    protected void abandoned(EngineFailure failure) {
        this.error = Failures.exception(failure);
        answer();
    }

    /** It is on its way to the worker; who hands the connection on must know. Only of what can be withdrawn. */
    void sent() {
        if (this.withdrawal != null) {
            context().transactions().sent();
        }
    }

    private void arrived() {
        if (this.withdrawal != null) {
            context().transactions().arrived();
        }
    }

    private void answer() {
        if (this.silenced) {
            if (this.withdrawal != null && this.begun && this.error == null) {
                this.withdrawal.run();
            }
            arrived();
            return;
        }
        arrived();
        settled();
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
