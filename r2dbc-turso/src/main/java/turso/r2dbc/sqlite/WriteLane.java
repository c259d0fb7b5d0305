package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the connections of this process write to one database: first come, first served, one at a time.
 *
 * <p>SQLite admits one writer and makes the others poll, which starves some of them and holds their threads. Whoever is
 * about to write asks here first, and is called back when it is its turn; no thread waits.
 */
final class WriteLane {

    /** A connection that writes or wants to. */
    interface Writer {

        /** It is this writer's turn. Called by whoever left the lane; must only pass the message on. */
        void laneGranted();

        /** {@return what the writer is doing, for the error of one who waited in vain} From any thread. */
        String describe();
    }

    /** Guards the fields below; held for a few instructions, never while calling out. */
    private final Object lock = new Object();

    private final Deque<Writer> waiting = new ArrayDeque<>();

    private @Nullable Writer holder;

    private long heldSince;

    /** Asks for the lane. @return true if it is granted now; otherwise {@link Writer#laneGranted()} will follow */
    boolean enter(Writer writer) {
        synchronized (this.lock) {
            if (this.holder == null) {
                hold(writer);
                return true;
            }
            if (this.holder == writer) {
                return true;
            }
            this.waiting.addLast(writer);
            return false;
        }
    }

    /** Leaves the lane, or the queue for it. Does nothing for who is in neither. */
    void leave(Writer writer) {
        Writer next;
        synchronized (this.lock) {
            if (this.holder != writer) {
                this.waiting.remove(writer);
                return;
            }
            this.holder = null;
            next = this.waiting.pollFirst();
            if (next != null) {
                hold(next);
            }
        }
        if (next != null) {
            next.laneGranted();
        }
    }

    private void hold(Writer writer) {
        this.holder = writer;
        this.heldSince = System.nanoTime();
    }

    /** {@return whether the writer holds the lane} */
    boolean isHeldBy(Writer writer) {
        synchronized (this.lock) {
            return this.holder == writer;
        }
    }

    /** {@return who holds the lane, since when and with what, in words} */
    String describeHolder() {
        Writer writer;
        long since;
        synchronized (this.lock) {
            writer = this.holder;
            since = this.heldSince;
        }
        if (writer == null) {
            return "nobody in this process";
        }
        long millis = (System.nanoTime() - since) / 1_000_000;
        return "a connection of this process for " + millis + " ms, last statement: " + writer.describe();
    }
}
