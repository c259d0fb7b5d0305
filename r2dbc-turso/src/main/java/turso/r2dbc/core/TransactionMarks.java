package turso.r2dbc.core;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Tells which transaction something belongs to that is handed out before it is its turn: the result of a query, which must
 * not run outside the transaction it was asked for in.
 *
 * <p>What may begin or end a transaction is counted when it is submitted and when it is over. If nothing is on its way, the
 * transaction of the moment is the one. Otherwise the one that will be there after all of that is not known yet; but unless
 * more was submitted since, it is still the one when whatever comes next has its turn.
 *
 * <p>Marks are made from any thread; transactions are entered and left on the session's worker.
 */
final class TransactionMarks {

    /** The place of something in the order of transactions: a transaction, of which there is one such object, or a moment. */
    static final class Mark {

        /** Outside every transaction, or in whatever transaction there will be. */
        static final Mark NONE = ofTransaction();

        private final boolean known;

        private final long submitted;

        private final long left;

        private Mark(boolean known, long submitted, long left) {
            this.known = known;
            this.submitted = submitted;
            this.left = left;
        }

        private static Mark ofTransaction() {
            return new Mark(true, 0, 0);
        }

        private static Mark ofMoment(long submitted, long left) {
            return new Mark(false, submitted, left);
        }
    }

    private final AtomicLong submitted = new AtomicLong();

    private final AtomicLong over = new AtomicLong();

    /** How many transactions have ended; only the worker counts. */
    private volatile long left;

    private volatile Mark current = Mark.NONE;

    /** Something that may begin or end a transaction is about to be submitted. From any thread. */
    void submitting() {
        this.submitted.incrementAndGet();
    }

    /** It has come to its end. */
    void isOver() {
        this.over.incrementAndGet();
    }

    /** A transaction has begun, or was asked for. */
    void entered() {
        this.current = Mark.ofTransaction();
    }

    /**
     * The transaction is one of a scope. Who works within the scope cannot outlive it, and whoever else comes waits for its end,
     * so that nothing else can come to belong to it.
     */
    void coveredByScope() {
        this.current = Mark.NONE;
    }

    /** The transaction, if there is one, has ended for the application too. */
    void left() {
        if (this.current != Mark.NONE) {
            this.left++;
            this.current = Mark.NONE;
        }
    }

    /** {@return the mark of the transaction that is there now} On the worker. */
    Mark here() {
        return this.current;
    }

    /** {@return the mark of what is submitted now} From any thread. */
    Mark now() {
        long over = this.over.get();
        long submitted = this.submitted.get();
        // What is submitted from here on comes from elsewhere, and at the same time.
        return over == submitted ? this.current : Mark.ofMoment(submitted, this.left);
    }

    /** {@return what {@link #isPast} compares with} To be asked when what bears a mark is submitted. From any thread. */
    long submitted() {
        return this.submitted.get();
    }

    /**
     * {@return whether the mark's transaction has ended} On the worker.
     *
     * @param submitted what {@link #submitted()} was when its bearer was submitted
     */
    boolean isPast(Mark mark, long submitted) {
        if (mark.known) {
            return mark != Mark.NONE && mark != this.current;
        }
        return submitted != mark.submitted && this.left != mark.left;
    }
}
