package turso.r2dbc.sqlite;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the connections of this process use one database: first come, first served, one writer at a time.
 * Where the engine cannot read and write at once, readers take part too, any number of them at a time.
 *
 * <p>SQLite admits one writer and makes the others poll, which starves some of them and holds their threads. Whoever is
 * about to write asks here first, and is called back when it is its turn; no thread waits.
 *
 * <p>A member is a connection. It is in the lane once, however many statements it has open, so that it never waits for
 * itself.
 */
final class Lane {

    /** A connection that uses the database or wants to. */
    interface Member {

        /** It is this member's turn. Called by whoever made room; must only pass the message on. */
        void laneGranted();

        /**
         * Somebody waits to write, and this member's reading is in the way. From any thread; must only pass the message
         * on, or {@linkplain #endRest() let go}.
         */
        void makeWay();

        /** Lets go of what the member reads, if nobody does so at the moment. From any thread. @return whether it did */
        default boolean endRest() {
            return false;
        }

        /** {@return for how many connections the member stands} From any thread. */
        default int size() {
            return 1;
        }

        /** {@return what the member is doing, for the error of one who waited in vain} From any thread. */
        String describe();
    }

    /** What a member is in the lane for. */
    enum Use {
        /** Reading, beside others who read. */
        SHARED,
        /** Writing, alone. */
        EXCLUSIVE
    }

    private record Waiter(Member member, Use use) {}

    /** Guards the fields below; held for a few instructions, never while calling out. */
    private final Object lock = new Object();

    private final Deque<Waiter> waiting = new ArrayDeque<>();

    /** Who reads. A list, since there are few of them, and most leave as soon as they have come. */
    private final List<Member> readers = new ArrayList<>();

    /** Who writes; it may be a reader besides. */
    private @Nullable Member writer;

    private long writingSince;

    /** The first in the queue for whom the readers have been asked to make way. */
    private @Nullable Waiter askedFor;

    private long askedAt;

    /** Takes the lane if it is free. @return false if it is not; nothing follows then */
    boolean tryEnter(Member member, Use use) {
        synchronized (this.lock) {
            return isHeld(member, use) || enterFree(member, use, this.readers.contains(member));
        }
    }

    /** Has those let go who only may be going to read. @return whether some have */
    boolean endRests(Member asking) {
        List<Member> others;
        synchronized (this.lock) {
            others = new ArrayList<>(this.readers);
        }
        boolean ended = false;
        for (Member other : others) {
            ended |= other != asking && other.endRest();
        }
        return ended;
    }

    private boolean enterFree(Member member, Use use, boolean reading) {
        if (!reading && !this.waiting.isEmpty() || !isFree(member, use)) {
            return false;
        }
        hold(member, use);
        return true;
    }

    /** Asks for the lane. @return true if it is granted now; otherwise {@link Member#laneGranted()} will follow */
    boolean enter(Member member, Use use) {
        synchronized (this.lock) {
            boolean reading = this.readers.contains(member);
            if (isHeld(member, use) || enterFree(member, use, reading)) {
                return true;
            }
            Waiter waiter = new Waiter(member, use);
            if (reading) {
                // Nobody who wants to write gets past a reader, so that this one must not stand behind them.
                this.waiting.addFirst(waiter);
            } else {
                this.waiting.addLast(waiter);
            }
        }
        askReaders();
        return false;
    }

    private boolean isFree(Member member, Use use) {
        if (this.writer != null) {
            return false;
        }
        return use == Use.SHARED || this.readers.isEmpty() || this.readers.size() == 1 && this.readers.contains(member);
    }

    private void hold(Member member, Use use) {
        if (use == Use.EXCLUSIVE) {
            this.writer = member;
            this.writingSince = System.nanoTime();
        } else {
            this.readers.add(member);
        }
    }

    /** {@return whether the member may use the database so; who may write may read} */
    boolean isHeldBy(Member member, Use use) {
        synchronized (this.lock) {
            return isHeld(member, use);
        }
    }

    private boolean isHeld(Member member, Use use) {
        return this.writer == member || use == Use.SHARED && this.readers.contains(member);
    }

    /** Leaves the queue for the lane, and it keeps what it holds of the lane itself. */
    void giveUp(Member member) {
        synchronized (this.lock) {
            this.waiting.removeIf(waiter -> waiter.member() == member);
        }
        admit();
    }

    /** Ends writing. @param reading whether the member goes on reading */
    void stopWriting(Member member, boolean reading) {
        synchronized (this.lock) {
            if (this.writer != member) {
                return;
            }
            this.writer = null;
            if (!reading) {
                this.readers.remove(member);
            } else if (!this.readers.contains(member)) {
                this.readers.add(member);
            }
            if (this.waiting.isEmpty()) {
                return;
            }
        }
        admit();
    }

    /** Ends reading. */
    void stopReading(Member member) {
        synchronized (this.lock) {
            this.readers.remove(member);
            if (this.waiting.isEmpty()) {
                return;
            }
        }
        admit();
    }

    /** Leaves the lane and the queue for it. Does nothing for who is in neither. */
    void leave(Member member) {
        synchronized (this.lock) {
            this.waiting.removeIf(waiter -> waiter.member() == member);
            this.readers.remove(member);
            if (this.writer == member) {
                this.writer = null;
            }
        }
        admit();
    }

    /** Ends reading, and leaves it to the caller to {@link #admit()}. */
    void removeReader(Member member) {
        synchronized (this.lock) {
            this.readers.remove(member);
        }
    }

    /** Calls back everybody whose turn has come. */
    void admit() {
        Member next;
        while ((next = admitFirst()) != null) {
            next.laneGranted();
        }
        askReaders();
    }

    /** Asks those who read to make way for the first in the queue, once. */
    private void askReaders() {
        List<Member> inTheWay;
        synchronized (this.lock) {
            Waiter first = this.waiting.peekFirst();
            if (first == null || first == this.askedFor || first.use() == Use.SHARED || this.writer != null) {
                return;
            }
            this.askedFor = first;
            this.askedAt = System.nanoTime();
            inTheWay = new ArrayList<>(this.readers);
            inTheWay.remove(first.member());
        }
        inTheWay.forEach(Member::makeWay);
    }

    private @Nullable Member admitFirst() {
        synchronized (this.lock) {
            Waiter first = this.waiting.peekFirst();
            if (first == null || !isFree(first.member(), first.use())) {
                return null;
            }
            this.waiting.pollFirst();
            this.askedFor = null;
            hold(first.member(), first.use());
            return first.member();
        }
    }

    /** {@return whether whoever wants to write now would have to wait} */
    boolean isWanted() {
        synchronized (this.lock) {
            return this.writer != null || !this.waiting.isEmpty();
        }
    }

    /** {@return whether nobody waits behind a member that waits, or waits while it has its turn} */
    boolean isNobodyBehind(Member member) {
        synchronized (this.lock) {
            Waiter last = this.waiting.peekLast();
            return last == null || last.member() == member;
        }
    }

    /** {@return how many wait} */
    int waiting() {
        synchronized (this.lock) {
            int waiting = 0;
            for (Waiter waiter : this.waiting) {
                waiting += waiter.member().size();
            }
            return waiting;
        }
    }

    /** {@return how many use the database now} */
    int holders() {
        synchronized (this.lock) {
            return this.readers.size() + (this.writer == null || this.readers.contains(this.writer) ? 0 : 1);
        }
    }

    /**
     * {@return who else holds the lane, for how long and with what, in words} Of readers that is known since somebody has
     * waited for them.
     */
    String describeHolder(Member asking) {
        Member member;
        String duration;
        synchronized (this.lock) {
            member = this.writer;
            if (member != null) {
                duration = " for " + millisSince(this.writingSince);
            } else {
                duration = this.askedFor == null ? "" : " for at least " + millisSince(this.askedAt);
            }
            for (Member reader : this.readers) {
                if (member == null && reader != asking) {
                    member = reader;
                }
            }
        }
        if (member == null) {
            return "nobody in this process";
        }
        return "a connection of this process" + duration + ", last statement: " + member.describe();
    }

    private static String millisSince(long moment) {
        return (System.nanoTime() - moment) / 1_000_000 + " ms";
    }
}
