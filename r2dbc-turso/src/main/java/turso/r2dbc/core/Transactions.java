package turso.r2dbc.core;

import io.r2dbc.spi.IsolationLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.session.Command.Timeouts;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.Session;
import turso.r2dbc.sql.StatementKind;

/**
 * The transaction of one connection: what the application asked for, and what the engine has made of it
 * ({@link TransactionState}). The one state machine of both doors; {@link TransactionControl} is what changes it on request.
 *
 * <p>Confined to the session's worker, but for the few values that are published for getters.
 */
public final class Transactions {

    private final Session session;

    private final ConnectionSettings settings;

    private final TimeLimits limits;

    private final SavepointNames savepoints = new SavepointNames();

    private final QueryOnly queryOnly = new QueryOnly();

    private TransactionState state = TransactionState.AUTO_COMMIT;

    /** Who begins transactions, at the moment. */
    private Autocommit autocommit;

    /** Whether somebody asked for the pending transaction; false for the one that always follows ({@code OFF}). */
    private boolean requested;

    private final TransactionMarks marks = new TransactionMarks();

    private @Nullable TransactionMode mode;

    private boolean readOnly;

    private volatile boolean published = true;

    /** Whether the transaction was asked for by somebody who may never end it, and no statement has begun it yet. */
    private volatile boolean unused;

    /** Begins that were subscribed to, and have not happened yet. */
    private final AtomicInteger begins = new AtomicInteger();

    private volatile IsolationLevel isolationLevel = IsolationLevel.SERIALIZABLE;

    Transactions(Session session, ConnectionSettings settings) {
        this.session = session;
        this.settings = settings;
        this.limits = new TimeLimits(settings);
        this.autocommit = settings.autocommit();
        leave();
    }

    // ---- published

    boolean isAutoCommit() {
        return this.published;
    }

    /** {@return whether a transaction was asked for that has run nothing, and that nothing ends by itself} */
    boolean isUnused() {
        return this.unused;
    }

    /** {@return whether a begin is on its way to the worker} */
    boolean isBeginning() {
        return this.begins.get() > 0;
    }

    /** A begin is on its way, until {@link #arrived()}. From any thread. */
    void sent() {
        this.begins.incrementAndGet();
    }

    /** A begin has happened, or never will. */
    void arrived() {
        this.begins.decrementAndGet();
    }

    IsolationLevel isolationLevel() {
        return this.isolationLevel;
    }

    void isolationLevel(IsolationLevel level) {
        this.isolationLevel = level;
    }

    // ---- for statements

    /** {@return where the connection stands} */
    public TransactionState state() {
        return this.state;
    }

    /** {@return what tells one transaction from another} */
    TransactionMarks marks() {
        return this.marks;
    }

    /** {@return how long a statement may wait and run} */
    public Timeouts timeouts() {
        return this.limits.timeouts();
    }

    /** {@return whether a write outside a transaction begins one that stays open} */
    public boolean isLegacy() {
        return this.autocommit == Autocommit.LEGACY;
    }

    /** {@return what must run before a statement that begins no transaction by itself} */
    public List<Execution> prelude(StatementKind kind) {
        return prelude(kind, false);
    }

    /** {@return what must run before a statement} */
    public List<Execution> prelude(PlannedStatement statement) {
        return prelude(statement.kind(), statement.opensTransaction());
    }

    private List<Execution> prelude(StatementKind kind, boolean opensTransaction) {
        this.queryOnly.newCommand();
        boolean implicit = opensTransaction && isLegacy() && this.state == TransactionState.AUTO_COMMIT;
        if (implicit || this.state == TransactionState.PENDING) {
            return beginning(kind, implicit ? this.settings.isolation() : beginMode());
        }
        if (this.state == TransactionState.AUTO_COMMIT && this.queryOnly.isImposed()) {
            return List.of(this.queryOnly.restore());
        }
        return List.of();
    }

    /** {@return what must run before statements that are a transaction by themselves, which is committed with them} */
    public List<Execution> preludeOfItsOwn(TransactionMode begin) {
        this.queryOnly.newCommand();
        Execution first = TransactionSql.begin(begin);
        return this.queryOnly.isImposed() ? List.of(this.queryOnly.restore(), first) : List.of(first);
    }

    private List<Execution> beginning(StatementKind kind, Enum<?> begin) {
        List<Execution> prelude = new ArrayList<>();
        if (this.queryOnly.isImposed()) {
            prelude.add(this.queryOnly.restore());
        }
        if (!begins(kind)) {
            prelude.add(TransactionSql.begin(begin));
        }
        if (this.readOnly) {
            prelude.add(this.queryOnly.impose());
        }
        for (String savepoint : this.savepoints.pending()) {
            prelude.add(TransactionSql.savepoint(savepoint));
        }
        return prelude;
    }

    private static boolean begins(StatementKind kind) {
        return switch (kind) {
            case BEGIN, BEGIN_IMMEDIATE, BEGIN_EXCLUSIVE -> true;
            default -> false;
        };
    }

    private TransactionMode beginMode() {
        if (this.mode != null) {
            return this.mode;
        }
        return this.readOnly || !this.requested ? TransactionMode.DEFERRED : this.settings.transactionMode();
    }

    /** Takes note of what a command that has run whole has left behind; see {@link #commandEnded}. */
    public void commandSucceeded(boolean ended) {
        this.queryOnly.commandSucceeded();
        commandEnded(ended);
    }

    /**
     * Takes note of what a command has left behind.
     *
     * @param ended whether a statement of it ended the transaction on purpose
     */
    public void commandEnded(boolean ended) {
        boolean open = this.session.isTransactionOpen();
        switch (this.state) {
            case AUTO_COMMIT -> {
                if (open) {
                    enter(TransactionState.ACTIVE);
                }
            }
            case PENDING -> {
                if (open) {
                    this.savepoints.begun();
                    enter(TransactionState.ACTIVE);
                } else if (ended) {
                    leave();
                }
            }
            case ACTIVE -> {
                if (!open) {
                    if (ended) {
                        leave();
                    } else {
                        enter(TransactionState.LOST);
                    }
                }
            }
            case LOST -> {}
        }
    }

    /**
     * Refuses a statement that was meant for a transaction the engine has ended. Its own COMMIT is refused too, and
     * its own ROLLBACK has nothing left to do; both return to auto-commit.
     *
     * @return whether there is nothing to run
     */
    public boolean isDoneOrRefused(PlannedStatement statement) {
        if (this.state != TransactionState.LOST) {
            // Frameworks say in SQL, too, what the definition has said already.
            return this.readOnly && statement.isReadOnlyDeclaration();
        }
        StatementKind kind = statement.kind();
        if (kind == StatementKind.ROLLBACK || kind == StatementKind.COMMIT) {
            leave();
        }
        if (kind == StatementKind.ROLLBACK) {
            return true;
        }
        throw Failures.lostTransaction(statement.execution().sql());
    }

    void refuseIfLost(String sql) {
        if (this.state == TransactionState.LOST) {
            throw Failures.lostTransaction(sql);
        }
    }

    // ---- for TransactionControl

    TimeLimits limits() {
        return this.limits;
    }

    SavepointNames savepoints() {
        return this.savepoints;
    }

    QueryOnly queryOnly() {
        return this.queryOnly;
    }

    /** {@return whether there is a transaction that was asked for, or has begun} */
    public boolean isOpen() {
        return switch (this.state) {
            case AUTO_COMMIT -> false;
            case PENDING -> this.requested;
            case ACTIVE, LOST -> true;
        };
    }

    /** {@return whether a transaction is open, or would be with the next statement} Not so one that is lost. */
    public boolean isInTransaction() {
        return switch (this.state) {
            case PENDING, ACTIVE -> true;
            case AUTO_COMMIT, LOST -> false;
        };
    }

    /**
     * A transaction is asked for; it begins with the next statement.
     *
     * @param begin how, or null for what the connection's settings say
     */
    void request(@Nullable TransactionMode begin, boolean refuseWrites) {
        this.mode = begin;
        this.readOnly = refuseWrites;
        request();
    }

    /** A transaction is asked for, with the attributes it may have already. */
    void request() {
        this.requested = true;
        enter(TransactionState.PENDING);
        this.unused = true;
    }

    /** A transaction is asked for by what will end it, whatever happens. */
    void requestForScope(TransactionMode begin) {
        request(begin, false);
        this.unused = false;
        this.marks.coveredByScope();
    }

    private void enter(TransactionState next) {
        if (this.state == TransactionState.AUTO_COMMIT) {
            this.marks.entered();
        }
        this.state = next;
        this.published = false;
        this.unused = false;
    }

    /** The transaction is over. */
    void leave() {
        this.state = TransactionState.AUTO_COMMIT;
        this.marks.left();
        this.published = true;
        this.unused = false;
        this.requested = false;
        this.savepoints.clear();
        this.mode = null;
        this.readOnly = false;
        this.limits.transactionLockWait(null);
        if (this.autocommit == Autocommit.OFF) {
            enter(TransactionState.PENDING);
        }
    }

    /** {@return who begins transactions} */
    Autocommit autocommit() {
        return this.autocommit;
    }

    /** Changes who begins transactions, from the next one on. */
    void autocommit(Autocommit next) {
        this.autocommit = next;
        if (!isOpen()) {
            leave();
        }
    }
}
