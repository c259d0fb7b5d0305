package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicLong;

/** What one session counts. Written on its worker, read from any thread, which may see a number a moment late. */
final class SessionNumbers {

    /** A number with one writer at a time, which costs it no more than a field. */
    static final class Number {

        private final AtomicLong value = new AtomicLong();

        void add(long amount) {
            this.value.setOpaque(this.value.getPlain() + amount);
        }

        void set(long amount) {
            this.value.setOpaque(amount);
        }

        long get() {
            return this.value.getOpaque();
        }
    }

    final Number cacheHits = new Number();

    final Number cacheMisses = new Number();

    final Number lockWaits = new Number();

    final Number lockWaitNanos = new Number();

    final Number lockTimeouts = new Number();

    final Number groupedWrites = new Number();

    final Number openCursors = new Number();
}
