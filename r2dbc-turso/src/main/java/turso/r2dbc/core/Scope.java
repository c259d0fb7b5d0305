package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of the application that has the connection for itself while it is open: a transaction scope. Confined to the
 * session's worker, but for what is final.
 */
public final class Scope {

    private enum State {
        NEW,
        OPEN,
        ENDED
    }

    private final @Nullable Scope outer;

    private State state = State.NEW;

    private final List<Runnable> endings = new ArrayList<>();

    /**
     * Makes a scope that is not open yet.
     *
     * @param outer the scope on whose connection it is asked for; null for the connection itself
     */
    public Scope(@Nullable Scope outer) {
        this.outer = outer;
    }

    /** {@return how many scopes there are around it} */
    public int depth() {
        return this.outer == null ? 0 : this.outer.depth() + 1;
    }

    @Nullable
    Scope outer() {
        return this.outer;
    }

    /** {@return whether it has the connection, or somebody within it} */
    public boolean isOpen() {
        return this.state == State.OPEN;
    }

    /** {@return whether it is over, or was given up before it began} */
    public boolean hasEnded() {
        return this.state == State.ENDED;
    }

    void opened() {
        this.state = State.OPEN;
    }

    void ended() {
        if (this.state != State.ENDED) {
            this.state = State.ENDED;
            this.endings.forEach(Runnable::run);
        }
    }

    /** Has something done when it ends. */
    public void atEnd(Runnable ending) {
        this.endings.add(ending);
    }

    /** {@return whether this scope is inside of another} @param scope null for the connection itself */
    boolean isWithin(@Nullable Scope scope) {
        for (Scope around = this.outer; around != null; around = around.outer) {
            if (around == scope) {
                return true;
            }
        }
        return scope == null;
    }
}
