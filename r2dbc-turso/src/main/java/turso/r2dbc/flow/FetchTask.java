package turso.r2dbc.flow;

import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.core.ConnectionTask;
import turso.r2dbc.core.Failures;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.Step;

/**
 * One fetch from a cursor: it takes rows from the cursor's position on when it is its turn.
 *
 * @param <T> what it emits
 */
abstract class FetchTask<T> extends ConnectionTask {

    private final FlowCursor cursor;

    private final CoreSubscriber<? super T> actual;

    private @Nullable PendingRows rows;

    private boolean begun;

    private boolean answered;

    FetchTask(FlowCursor cursor, CoreSubscriber<? super T> actual) {
        super(cursor.context());
        this.cursor = cursor;
        this.actual = actual;
    }

    /** It reads what a query has found. */
    @Override
    protected final boolean mayChangeTransaction() {
        return false;
    }

    // ---- from the rows, on the worker

    /** {@return whether it would take a row now} */
    abstract boolean wantsRow();

    /** {@return whether it will never take another row} */
    abstract boolean isFull();

    /** Takes a row it wants. */
    abstract void accept(TursoRow row);

    /** {@return what is left to emit at the end, or null} */
    abstract @Nullable T rest();

    /** There are no more rows, or it has all it wanted. */
    final void end() {
        if (this.answered) {
            return;
        }
        this.answered = true;
        T rest = rest();
        if (rest != null) {
            this.actual.onNext(rest);
        }
        if (!isCancelled()) {
            this.actual.onComplete();
        }
        session().wake(this);
    }

    final void fail(Throwable error) {
        if (!this.answered) {
            this.answered = true;
            if (!isCancelled()) {
                this.actual.onError(error);
            }
            session().wake(this);
        }
    }

    final void emit(T value) {
        this.actual.onNext(value);
    }

    @Override
    protected Context subscriberContext() {
        return this.actual.currentContext();
    }

    // ---- from the session

    @Override
    protected Step nextStep() {
        try {
            if (!this.begun && !isCancelled()) {
                if (!isAdmitted()) {
                    return Step.Rest.HOLD;
                }
                this.begun = true;
                this.rows = this.cursor.rows();
            }
        } catch (RuntimeException refused) {
            fail(refused);
        }
        PendingRows source = this.rows;
        if (isCancelled()) {
            this.answered = true;
            if (source != null) {
                source.leave(this);
            }
        } else if (!this.answered) {
            if (source == null) {
                end();
            } else {
                source.serve(this);
            }
        }
        return this.answered ? Step.Rest.DONE : Step.Rest.PAUSE;
    }

    @Override
    public void onFailure(EngineFailure failure) {
        // It runs no command.
    }

    @Override
    protected void abandoned(EngineFailure failure) {
        PendingRows source = this.rows;
        if (source != null) {
            source.leave(this);
        }
        fail(Failures.exception(failure));
    }
}
