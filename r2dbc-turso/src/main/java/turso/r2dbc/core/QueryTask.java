package turso.r2dbc.core;

import io.r2dbc.spi.R2dbcException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.EngineFailure;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.Session;
import turso.r2dbc.session.Step;

/**
 * The consumption of a query: the subscription of its rows, and the task the session runs.
 *
 * @param <T> what rows are mapped to
 */
public class QueryTask<T> extends ConnectionTask {

    private final QueryResult result;

    private final ConnectionContext context;

    private final SegmentMapper<T> mapper;

    private final CoreSubscriber<? super T> actual;

    private @Nullable DriverRow row;

    /** What had been submitted before it; see {@link TransactionMarks}. */
    private long submitted;

    private boolean begun;

    /** Whether the subscriber has got its terminal signal, or does not want one. */
    private boolean answered;

    /** Who waits for it is woken when it is set, and sees it then. */
    private boolean ended;

    /**
     * A query that stands for itself and belongs to whatever transaction there is.
     *
     * @param context the handle's
     * @param query what to run
     * @param mapper what becomes of rows
     * @param actual who gets that
     */
    protected QueryTask(
            ConnectionContext context,
            PlannedStatement query,
            SegmentMapper<T> mapper,
            CoreSubscriber<? super T> actual) {
        this(QueryResult.alone(context, query), context, mapper, actual);
    }

    QueryTask(
            QueryResult result, ConnectionContext context, SegmentMapper<T> mapper, CoreSubscriber<? super T> actual) {
        super(context);
        this.result = result;
        this.context = context;
        this.mapper = mapper;
        this.actual = actual;
    }

    // ---- from the subscriber

    @Override
    protected void submitTask() {
        this.submitted = this.context.transactions().marks().submitted();
        Session session = this.context.session();
        if (this.result.isEmitting()) {
            session.submitNext(this);
        } else {
            session.submit(this);
        }
    }

    /** A query begins no transaction that was not asked for, and ends none. */
    @Override
    protected boolean mayChangeTransaction() {
        return false;
    }

    @Override
    public void cancel() {
        if (cancelTask()) {
            close();
        }
    }

    // ---- from the session

    @Override
    protected Step nextStep() {
        if (!this.begun && !isCancelled()) {
            Step first = begin();
            if (first != null) {
                return first;
            }
        }
        close();
        return Step.Rest.DONE;
    }

    /** {@return what to do first, or null if there is nothing but the end} */
    private @Nullable Step begin() {
        try {
            if (!isAdmitted()) {
                return Step.Rest.HOLD;
            }
            turn();
        } catch (RuntimeException refused) {
            this.begun = true;
            signalError(refused);
            return null;
        }
        this.begun = true;
        Transactions transactions = this.context.transactions();
        if (transactions.marks().isPast(this.result.mark(), this.submitted)) {
            signalError(new IllegalStateException("The result's transaction has ended"));
            return null;
        }
        if (transactions.state() == TransactionState.LOST) {
            signalError(Failures.lostTransaction(this.result.execution().sql()));
            return null;
        }
        StatementLog.log(this.result.execution());
        return new Command(
                transactions.prelude(this.result.kind()),
                List.of(this.result.execution()),
                Rows.DEMANDED,
                transactions.timeouts(),
                true);
    }

    /** It is this query's turn. A failure is signalled, and nothing run. */
    protected void turn() {}

    @Override
    public void onColumns(Columns columns) {
        RowShape shape = RowShape.of(columns, this.context.settings().codecs());
        this.row = new DriverRow(shape, null);
        transactionMayHaveBegun();
        described(shape);
    }

    /** The query has been started, and these are its columns. */
    protected void described(RowShape shape) {}

    /** The transaction's BEGIN has run when the first row is there, and the consumer may use it from then on. */
    private void transactionMayHaveBegun() {
        if (this.context.transactions().state() == TransactionState.PENDING) {
            this.context.transactions().commandEnded(false);
        }
    }

    @Override
    public void onRow(RowReader reader) {
        DriverRow current = this.row;
        if (current == null) {
            throw new IllegalStateException("A row without columns");
        }
        T value;
        current.moveTo(reader);
        try {
            value = this.mapper.row(current);
        } catch (Throwable failure) {
            cancelTask();
            signalError(operatorError(failure));
            return;
        } finally {
            current.moveTo(null);
        }
        if (value != null) {
            this.actual.onNext(value);
        } else {
            // It was passed over, and does not count against what the subscriber asked for.
            addDemand(1);
        }
    }

    @Override
    public void onSuccess() {
        this.context.transactions().commandSucceeded(false);
        if (!this.answered && !isCancelled()) {
            this.answered = true;
            this.actual.onComplete();
        }
    }

    @Override
    public void onFailure(EngineFailure failure) {
        this.context.transactions().commandEnded(false);
        if (this.answered || isCancelled()) {
            return;
        }
        RuntimeException exception = Failures.exception(failure);
        if (exception instanceof R2dbcException error && !signals(error)) {
            emitMessage(error);
        } else {
            signalError(exception);
        }
    }

    /** {@return what the subscriber's hooks make of a failure} What Reactor calls fatal would be thrown, and not told. */
    private Throwable operatorError(Throwable failure) {
        try {
            return Operators.onOperatorError(failure, this.actual.currentContext());
        } catch (Throwable fatal) {
            return fatal;
        }
    }

    private boolean signals(R2dbcException error) {
        try {
            return this.mapper.signals(error);
        } catch (RuntimeException failure) {
            return true;
        }
    }

    private void emitMessage(R2dbcException error) {
        T value;
        try {
            value = this.mapper.message(error);
        } catch (Throwable failure) {
            signalError(operatorError(failure));
            return;
        }
        // A row was wanted when the engine failed, so that there is demand for this.
        if (value != null) {
            this.actual.onNext(value);
        }
        if (!this.answered && !isCancelled()) {
            this.answered = true;
            this.actual.onComplete();
        }
    }

    private void signalError(Throwable error) {
        if (!this.answered) {
            this.answered = true;
            this.actual.onError(error);
        }
    }

    @Override
    protected Context subscriberContext() {
        return this.actual.currentContext();
    }

    @Override
    protected void abandoned(EngineFailure failure) {
        if (!isCancelled()) {
            signalError(
                    Failures.exception(failure.withSql(this.result.execution().sql())));
        }
        close();
    }

    /** Nothing more comes of this task; whoever waits for its end can go on. */
    void close() {
        if (!this.ended) {
            this.ended = true;
            this.result.ended();
        }
    }

    boolean isEnded() {
        return this.ended;
    }
}
