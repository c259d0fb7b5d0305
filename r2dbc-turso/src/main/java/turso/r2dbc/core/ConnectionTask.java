package turso.r2dbc.core;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Step;
import turso.r2dbc.session.Task;

/**
 * A task of one handle of a connection, and the subscription of who asked for it. It waits while a transaction scope elsewhere
 * has the connection.
 */
public abstract class ConnectionTask extends Task implements Subscription {

    private final ConnectionContext context;

    private Ownership.@Nullable Wait scopeWait;

    private boolean settled;

    /** @param context the handle's */
    protected ConnectionTask(ConnectionContext context) {
        super(context.session());
        this.context = context;
    }

    /** {@return the handle it was asked for on} */
    protected final ConnectionContext context() {
        return this.context;
    }

    final @Nullable Scope scope() {
        return this.context.scope();
    }

    // ---- from the subscriber

    @Override
    public void request(long n) {
        if (Operators.validate(n)) {
            addDemand(n);
        }
    }

    @Override
    public void cancel() {
        cancelTask();
    }

    @Override
    protected void submitTask() {
        if (mayChangeTransaction()) {
            this.context.transactions().marks().submitting();
        }
        super.submitTask();
    }

    /** {@return whether it may begin or end a transaction} The answer is always the same. */
    protected boolean mayChangeTransaction() {
        return true;
    }

    /** {@return the context of who subscribed} */
    protected abstract Context subscriberContext();

    /**
     * {@return whether it may run a command now; otherwise its next step is {@code HOLD}}
     *
     * @throws RuntimeException if it never may, which is the error to signal
     */
    protected final boolean isAdmitted() {
        return this.context.ownership().admits(this);
    }

    // ---- from the session

    /** See {@link Task#next()}. */
    protected abstract Step nextStep();

    @Override
    public final Step next() {
        Step step = nextStep();
        if (step == Step.Rest.DONE) {
            leave();
        }
        return step;
    }

    /** It changes no transaction any more. To be called before its answer, upon which more may be asked for. */
    protected final void settled() {
        if (!this.settled && mayChangeTransaction()) {
            this.settled = true;
            this.context.transactions().marks().isOver();
        }
    }

    /** However it ends, it waits for no scope any more, and changes no transaction. */
    private void leave() {
        settled();
        if (this.scopeWait != null) {
            this.context.ownership().leave(this);
        }
    }

    final Ownership.@Nullable Wait scopeWait() {
        return this.scopeWait;
    }

    final void scopeWait(Ownership.@Nullable Wait wait) {
        this.scopeWait = wait;
    }

    @Override
    public final void onAbandoned(EngineFailure failure) {
        leave();
        abandoned(failure);
    }

    /** Answers who subscribed, and lets go of everything; see {@link Task#onAbandoned}. */
    protected abstract void abandoned(EngineFailure failure);
}
