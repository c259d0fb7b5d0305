package turso.r2dbc.core;

import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import turso.r2dbc.session.Session;

/**
 * Who has the connection: everybody, or the innermost open {@link Scope}. What comes from elsewhere meanwhile is held back,
 * in its order, until the scope has ended; for at most the lock wait timeout, and at most so many at a time.
 *
 * <p>Confined to the session's worker.
 */
public final class Ownership {

    private final Session session;

    private final Transactions transactions;

    private final int maxWaiting;

    private @Nullable Scope owner;

    private int waiting;

    Ownership(Session session, Transactions transactions, int maxWaiting) {
        this.session = session;
        this.transactions = transactions;
        this.maxWaiting = maxWaiting;
    }

    /** One task's waiting. */
    static final class Wait {

        private final long deadline;

        private final Disposable timer;

        private Wait(long deadline, Disposable timer) {
            this.deadline = deadline;
            this.timer = timer;
        }

        private boolean isOver() {
            return System.nanoTime() - this.deadline >= 0;
        }
    }

    /**
     * {@return whether the task may run now; otherwise it has to be held back, and asks again}
     *
     * @throws RuntimeException if it never may, which is the error to signal
     */
    boolean admits(ConnectionTask task) {
        Scope scope = task.scope();
        if (scope != null && scope.hasEnded()) {
            throw Failures.closed(
                    "The transaction of this connection has ended: it is usable only inside of the function"
                            + " it was given to");
        }
        if (scope == this.owner) {
            leave(task);
            return true;
        }
        refuseWaitingForItself(task);
        enter(task);
        return false;
    }

    /** Work inside a scope that uses another handle of the connection would wait for the end of the scope it is part of. */
    private static void refuseWaitingForItself(ConnectionTask task) {
        Scope inside =
                task.subscriberContext().<Scope>getOrDefault(task.context().ownership(), null);
        if (inside != null && inside.isOpen() && inside.isWithin(task.scope())) {
            throw new IllegalStateException(
                    "This would wait for the transaction it is part of: inside of transaction(...),"
                            + " work on the connection the function was given");
        }
    }

    private void enter(ConnectionTask task) {
        Wait known = task.scopeWait();
        if (known != null) {
            if (known.isOver()) {
                throw Failures.scopeTimeout(this.transactions.timeouts().lockWait());
            }
            return;
        }
        if (task.bounded() && this.waiting >= this.maxWaiting) {
            throw Failures.tooManyWaiting(this.maxWaiting);
        }
        this.waiting++;
        long limit = this.transactions.timeouts().lockWait();
        task.scopeWait(new Wait(System.nanoTime() + limit, this.session.wakeLater(task, limit)));
    }

    /** The task does not wait any more. */
    void leave(ConnectionTask task) {
        Wait wait = task.scopeWait();
        if (wait != null) {
            wait.timer.dispose();
            task.scopeWait(null);
            this.waiting--;
        }
    }

    /** Gives the connection to a scope, which is on the connection of the one that has it. */
    public void open(Scope scope) {
        scope.opened();
        this.owner = scope;
    }

    /** Takes the connection away from a scope, and from those within it; others go on. */
    public void end(Scope scope) {
        boolean hadIt = this.owner == scope || this.owner != null && this.owner.isWithin(scope);
        while (this.owner != null && hadIt) {
            Scope ending = this.owner;
            ending.ended();
            this.owner = ending.outer();
            hadIt = ending != scope;
        }
        scope.ended();
        this.session.letIn();
    }

    /** Takes the connection away from everybody. */
    void endAll() {
        while (this.owner != null) {
            this.owner.ended();
            this.owner = this.owner.outer();
        }
    }
}
