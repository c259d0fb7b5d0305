package turso.r2dbc.flow;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.api.TursoRow;
import turso.r2dbc.core.Failures;
import turso.r2dbc.core.PlannedStatement;
import turso.r2dbc.core.QueryTask;
import turso.r2dbc.core.RowShape;
import turso.r2dbc.session.EngineFailure;

/**
 * A query a cursor has open in the engine: the subscription of {@code execute}, which is answered when the query has
 * begun, and the rows that come of it, of which one is asked for at a time, when a fetch wants it.
 *
 * <p>Confined to the session's worker, but for the subscription.
 */
final class LiveRows implements PendingRows, Subscription {

    private static final EngineFailure DROPPED = EngineFailure.of(
            EngineFailure.Reason.CANCELLED,
            "The rows are dropped: their cursor was used for something else, or closed");

    private final FlowCursor cursor;

    private final CoreSubscriber<? super TursoCursor> opener;

    private final Query query;

    private final AtomicBoolean requested = new AtomicBoolean();

    private final List<FetchTask<?>> fetches = new ArrayList<>();

    private volatile boolean answered;

    /** Whether a row was asked for and has not come. */
    private boolean asked;

    /** A row that was asked for by a fetch that is gone. */
    private @Nullable TursoRow spare;

    private boolean ended;

    /** The error behind the last row, until a fetch has got it. */
    private @Nullable Throwable error;

    LiveRows(FlowCursor cursor, PlannedStatement statement, CoreSubscriber<? super TursoCursor> opener) {
        this.cursor = cursor;
        this.opener = opener;
        this.query = new Query(statement);
    }

    // ---- from the subscriber of execute

    @Override
    public void request(long n) {
        if (Operators.validate(n) && this.requested.compareAndSet(false, true)) {
            this.query.open();
        }
    }

    @Override
    public void cancel() {
        if (!this.answered) {
            this.query.cancel();
        }
    }

    // ---- from fetches

    @Override
    public void serve(FetchTask<?> fetch) {
        if (!this.fetches.contains(fetch)) {
            this.fetches.add(fetch);
        }
        TursoRow kept = this.spare;
        if (kept != null && fetch.wantsRow()) {
            this.spare = null;
            fetch.accept(kept);
        }
        settle();
    }

    @Override
    public void leave(FetchTask<?> fetch) {
        this.fetches.remove(fetch);
    }

    /** Answers fetches that have what they want, or can get no more, and asks for a row if one wants it. */
    private void settle() {
        for (FetchTask<?> fetch : List.copyOf(this.fetches)) {
            if (fetch.isFull()) {
                this.fetches.remove(fetch);
                fetch.end();
            } else if (this.spare == null && this.ended) {
                this.fetches.remove(fetch);
                end(fetch);
            }
        }
        if (!this.asked && !this.ended && wanting() != null) {
            this.asked = true;
            this.query.ask();
        }
    }

    private void end(FetchTask<?> fetch) {
        Throwable last = this.error;
        this.error = null;
        if (last != null) {
            fetch.fail(last);
        } else {
            fetch.end();
        }
    }

    /** {@return the first fetch that wants a row, or null} One whose subscriber asks for nothing keeps nobody waiting. */
    private @Nullable FetchTask<?> wanting() {
        for (FetchTask<?> fetch : this.fetches) {
            if (fetch.wantsRow()) {
                return fetch;
            }
        }
        return null;
    }

    @Override
    public void drop() {
        this.ended = true;
        this.spare = null;
        for (FetchTask<?> fetch : List.copyOf(this.fetches)) {
            this.fetches.remove(fetch);
            fetch.fail(Failures.closed(DROPPED.message()));
        }
        this.query.end();
    }

    // ---- from the query

    private void answer() {
        if (!this.answered) {
            this.answered = true;
            this.opener.onNext(this.cursor);
            this.opener.onComplete();
        }
    }

    /** The engine's side. */
    private final class Query extends QueryTask<TursoRow> {

        Query(PlannedStatement statement) {
            super(LiveRows.this.cursor.context(), statement, RowMapper.COPIES, new Rows());
        }

        /** Runs the query up to its first row, which nobody has asked for yet. */
        void open() {
            addDemand(0);
        }

        void ask() {
            addDemand(1);
        }

        /** Ends the cursor before anything else runs, which it might be in the way of. */
        void end() {
            session().abandon(this, DROPPED);
            cancel();
        }

        @Override
        protected void turn() {
            LiveRows.this.cursor.use(LiveRows.this);
        }

        @Override
        protected void described(RowShape shape) {
            LiveRows.this.cursor.columnNames(shape.names());
        }

        /** Not before: what comes after the answer, an interrupt for instance, must not hit this query any more. */
        @Override
        public void onPaused() {
            answer();
        }
    }

    /** Where the engine's rows arrive. */
    private final class Rows implements CoreSubscriber<TursoRow> {

        @Override
        public Context currentContext() {
            return LiveRows.this.opener.currentContext();
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            // The query is known, and asked for rows, as what it is.
        }

        @Override
        public void onNext(TursoRow row) {
            LiveRows.this.asked = false;
            FetchTask<?> fetch = wanting();
            if (fetch == null) {
                LiveRows.this.spare = row;
            } else {
                fetch.accept(row);
            }
            settle();
        }

        @Override
        public void onError(Throwable failure) {
            LiveRows.this.ended = true;
            if (!LiveRows.this.answered) {
                LiveRows.this.answered = true;
                LiveRows.this.opener.onError(failure);
            } else {
                LiveRows.this.error = failure;
                settle();
            }
        }

        @Override
        public void onComplete() {
            LiveRows.this.ended = true;
            answer();
            settle();
        }
    }
}
