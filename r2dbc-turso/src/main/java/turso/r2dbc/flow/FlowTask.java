package turso.r2dbc.flow;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.ConnectionTask;
import turso.r2dbc.core.Failures;
import turso.r2dbc.core.Transactions;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Step;

/**
 * Commands that run in one turn and come to one value: the subscription of a {@link FlowMono}, and the task the session
 * runs.
 *
 * @param <T> the value's type
 */
abstract class FlowTask<T> extends ConnectionTask {

    private final CoreSubscriber<? super T> actual;

    private boolean begun;

    private @Nullable Throwable error;

    FlowTask(ConnectionContext context, CoreSubscriber<? super T> actual) {
        super(context);
        this.actual = actual;
    }

    /**
     * {@return the next command, or null if there is none} On the worker.
     *
     * @throws RuntimeException if it must not run, which is the error to signal
     */
    abstract @Nullable Command nextCommand();

    /** {@return what has come of it; null for nothing} On the worker, when everything has succeeded. */
    abstract @Nullable T value();

    @Override
    protected Context subscriberContext() {
        return this.actual.currentContext();
    }

    // ---- from the session

    @Override
    protected Step nextStep() {
        try {
            if (!this.begun && !isCancelled() && !isAdmitted()) {
                return Step.Rest.HOLD;
            }
            if (!this.begun && !isCancelled()) {
                this.begun = true;
                begin();
            }
            Command command = isCancelled() || this.error != null ? cleanUp() : nextCommand();
            if (command != null) {
                return command;
            }
        } catch (RuntimeException refused) {
            this.begun = true;
            fail(refused);
        }
        answer();
        return Step.Rest.DONE;
    }

    /** It is this task's turn. */
    void begin() {}

    /** {@return what must run after a failure or a cancel, or null} */
    @Nullable
    Command cleanUp() {
        return null;
    }

    /** {@return whether a statement that has run ended the transaction on purpose} */
    boolean endsTransaction() {
        return false;
    }

    @Override
    public void onSuccess() {
        transactions().commandSucceeded(endsTransaction());
    }

    @Override
    public void onFailure(EngineFailure failure) {
        transactions().commandEnded(endsTransaction());
        fail(Failures.exception(failure));
    }

    /** Takes note of an error, of which the first is signalled. */
    final void fail(Throwable failure) {
        if (this.error == null) {
            this.error = failure;
        }
    }

    final Transactions transactions() {
        return context().transactions();
    }

    private void answer() {
        if (isCancelled()) {
            return;
        }
        settled();
        if (this.error != null) {
            this.actual.onError(this.error);
            return;
        }
        T value = value();
        if (value != null) {
            this.actual.onNext(value);
        }
        if (!isCancelled()) {
            this.actual.onComplete();
        }
    }

    @Override
    protected void abandoned(EngineFailure failure) {
        if (!isCancelled()) {
            this.actual.onError(Failures.exception(named(failure)));
        }
    }

    /** {@return the failure, naming the statement that could not run} */
    EngineFailure named(EngineFailure failure) {
        return failure;
    }
}
