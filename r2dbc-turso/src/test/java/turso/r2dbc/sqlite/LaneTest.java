package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** First come, first served, one at a time, and nobody is forgotten. */
class LaneTest {

    private final Lane lane = new Lane();

    private final List<String> granted = new ArrayList<>();

    private final List<String> asked = new ArrayList<>();

    private final class Named implements Lane.Member {

        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void laneGranted() {
            assertThat(LaneTest.this.lane.isHeldBy(this, Lane.Use.SHARED)).isTrue();
            LaneTest.this.granted.add(this.name);
        }

        @Override
        public void makeWay() {
            LaneTest.this.asked.add(this.name);
        }

        @Override
        public String describe() {
            return "UPDATE " + this.name;
        }
    }

    private final Named a = new Named("a");

    private final Named b = new Named("b");

    private final Named c = new Named("c");

    @Test
    void freeLaneIsGrantedAtOnceWithoutACall() {
        assertThat(this.lane.enter(this.a, Lane.Use.EXCLUSIVE)).isTrue();
        assertThat(this.lane.isHeldBy(this.a, Lane.Use.EXCLUSIVE)).isTrue();
        assertThat(this.granted).isEmpty();
    }

    @Test
    void holderMayEnterAgain() {
        this.lane.enter(this.a, Lane.Use.EXCLUSIVE);
        assertThat(this.lane.enter(this.a, Lane.Use.EXCLUSIVE)).isTrue();
        this.lane.leave(this.a);
        assertThat(this.lane.isHeldBy(this.a, Lane.Use.EXCLUSIVE)).isFalse();
        assertThat(this.lane.enter(this.b, Lane.Use.EXCLUSIVE)).isTrue();
    }

    @Test
    void othersWaitInOrder() {
        this.lane.enter(this.a, Lane.Use.EXCLUSIVE);
        assertThat(this.lane.enter(this.b, Lane.Use.EXCLUSIVE)).isFalse();
        assertThat(this.lane.enter(this.c, Lane.Use.EXCLUSIVE)).isFalse();
        assertThat(this.granted).isEmpty();

        this.lane.leave(this.a);
        assertThat(this.granted).containsExactly("b");
        assertThat(this.lane.isHeldBy(this.c, Lane.Use.EXCLUSIVE)).isFalse();

        this.lane.leave(this.b);
        assertThat(this.granted).containsExactly("b", "c");
        this.lane.leave(this.c);
        assertThat(this.lane.enter(this.a, Lane.Use.EXCLUSIVE)).isTrue();
    }

    @Test
    void whoCancelsWhileWaitingIsPassedOver() {
        this.lane.enter(this.a, Lane.Use.EXCLUSIVE);
        this.lane.enter(this.b, Lane.Use.EXCLUSIVE);
        this.lane.enter(this.c, Lane.Use.EXCLUSIVE);

        this.lane.leave(this.b);
        assertThat(this.lane.isHeldBy(this.a, Lane.Use.EXCLUSIVE)).isTrue();

        this.lane.leave(this.a);
        assertThat(this.granted).containsExactly("c");
    }

    @Test
    void whoReturnsStandsAtTheEnd() {
        this.lane.enter(this.a, Lane.Use.EXCLUSIVE);
        this.lane.enter(this.b, Lane.Use.EXCLUSIVE);
        this.lane.leave(this.a);
        assertThat(this.lane.enter(this.a, Lane.Use.EXCLUSIVE)).isFalse();
        this.lane.enter(this.c, Lane.Use.EXCLUSIVE);

        this.lane.leave(this.b);
        this.lane.leave(this.a);

        assertThat(this.granted).containsExactly("b", "a", "c");
    }

    @Test
    void leavingWithoutHavingEnteredDoesNothing() {
        this.lane.leave(this.a);
        this.lane.enter(this.b, Lane.Use.EXCLUSIVE);
        this.lane.leave(this.a);
        assertThat(this.lane.isHeldBy(this.b, Lane.Use.EXCLUSIVE)).isTrue();
        this.lane.leave(this.b);
        this.lane.leave(this.b);
        assertThat(this.lane.enter(this.a, Lane.Use.EXCLUSIVE)).isTrue();
    }

    @Test
    void holderIsDescribedWithItsAgeAndStatement() {
        assertThat(this.lane.describeHolder(this.b)).isEqualTo("nobody in this process");
        this.lane.enter(this.a, Lane.Use.EXCLUSIVE);
        assertThat(this.lane.describeHolder(this.b)).matches("a connection of this process for \\d+ ms, .*UPDATE a");
    }

    // ---- readers

    private boolean read(Named member) {
        return this.lane.enter(member, Lane.Use.SHARED);
    }

    private boolean write(Named member) {
        return this.lane.enter(member, Lane.Use.EXCLUSIVE);
    }

    @Test
    void readersReadTogetherAndTheWriterWaitsForAllOfThem() {
        assertThat(read(this.a)).isTrue();
        assertThat(read(this.b)).isTrue();
        assertThat(write(this.c)).isFalse();
        assertThat(this.lane.holders()).isEqualTo(2);
        assertThat(this.lane.waiting()).isEqualTo(1);

        this.lane.stopReading(this.a);
        assertThat(this.granted).isEmpty();
        this.lane.stopReading(this.b);
        assertThat(this.granted).containsExactly("c");
        assertThat(this.lane.holders()).isEqualTo(1);
    }

    @Test
    void readersWaitForTheWriterAndEnterTogether() {
        write(this.a);
        assertThat(read(this.b)).isFalse();
        assertThat(read(this.c)).isFalse();

        this.lane.stopWriting(this.a, false);

        assertThat(this.granted).containsExactly("b", "c");
    }

    @Test
    void newReadersStandBehindAWaitingWriter() {
        read(this.a);
        write(this.b);
        assertThat(read(this.c)).isFalse();

        this.lane.stopReading(this.a);
        assertThat(this.granted).containsExactly("b");
        this.lane.stopWriting(this.b, false);
        assertThat(this.granted).containsExactly("b", "c");
    }

    @Test
    void whoReadsAlreadyNeedNotStandBehindAWaitingWriter() {
        read(this.a);
        write(this.b);
        assertThat(read(this.a)).isTrue();
    }

    @Test
    void readerBecomesTheWriterOnceItIsAlone() {
        read(this.a);
        assertThat(write(this.a)).isTrue();
        this.lane.stopWriting(this.a, true);
        read(this.b);
        assertThat(write(this.a)).isFalse();

        this.lane.stopReading(this.b);
        assertThat(this.granted).containsExactly("a");
        assertThat(this.lane.isHeldBy(this.a, Lane.Use.EXCLUSIVE)).isTrue();
        assertThat(this.lane.holders()).isEqualTo(1);
    }

    /** The other way round, each would wait for the other. */
    @Test
    void readerThatWantsToWriteGoesBeforeWritersThatWaitForIt() {
        read(this.a);
        write(this.b);
        assertThat(write(this.a)).isTrue();
        this.lane.leave(this.a);
        assertThat(this.granted).containsExactly("b");
    }

    @Test
    void writerThatGoesOnReadingLetsReadersIn() {
        write(this.a);
        read(this.b);
        this.lane.stopWriting(this.a, true);
        assertThat(this.granted).containsExactly("b");
        assertThat(write(this.c)).isFalse();

        this.lane.stopReading(this.b);
        this.lane.stopReading(this.a);
        assertThat(this.granted).containsExactly("b", "c");
    }

    @Test
    void writerThatGivesUpLetsTheReadersBehindItIn() {
        read(this.a);
        write(this.b);
        read(this.c);

        this.lane.giveUp(this.b);

        assertThat(this.granted).containsExactly("c");
        assertThat(this.lane.isHeldBy(this.a, Lane.Use.SHARED)).isTrue();
    }

    @Test
    void givingUpKeepsWhatIsHeld() {
        read(this.a);
        read(this.b);
        write(this.a);

        this.lane.giveUp(this.a);

        assertThat(this.lane.isHeldBy(this.a, Lane.Use.SHARED)).isTrue();
        this.lane.stopReading(this.b);
        assertThat(this.granted).isEmpty();
    }

    @Test
    void readersAreAskedOnceToMakeWayForTheFirstWhoWantsToWrite() {
        read(this.a);
        read(this.b);
        write(this.a);
        assertThat(this.asked).containsExactly("b");
        write(this.c);
        assertThat(this.asked).containsExactly("b");

        this.lane.leave(this.a);
        assertThat(this.asked).containsExactly("b", "b");
        this.lane.leave(this.b);
        assertThat(this.granted).containsExactly("c");
        read(this.a);
        assertThat(this.asked).hasSize(2);
    }

    @Test
    void readerInTheWayIsDescribedAndNotTheOneThatAsks() {
        read(this.b);
        assertThat(this.lane.describeHolder(this.b)).isEqualTo("nobody in this process");
        read(this.a);
        assertThat(this.lane.describeHolder(this.b)).matches("a connection of this process, .*UPDATE a");
        write(this.c);
        assertThat(this.lane.describeHolder(this.b))
                .matches("a connection of this process for at least [0-9]{1,5} ms, .*UPDATE a");
    }

    // ---- races

    /** Whoever is called back while leaving may enter and leave again within the call. */
    @Test
    void grantMayLeaveAtOnce() {
        AtomicInteger grants = new AtomicInteger();
        List<Lane.Member> writers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writers.add(new Lane.Member() {
                @Override
                public void laneGranted() {
                    grants.incrementAndGet();
                    LaneTest.this.lane.leave(this);
                }

                @Override
                public void makeWay() {}

                @Override
                public String describe() {
                    return "";
                }
            });
        }
        this.lane.enter(this.a, Lane.Use.EXCLUSIVE);
        writers.forEach(writer -> this.lane.enter(writer, Lane.Use.EXCLUSIVE));

        this.lane.leave(this.a);

        assertThat(grants).hasValue(100);
        assertThat(this.lane.enter(this.b, Lane.Use.EXCLUSIVE)).isTrue();
    }

    /** Many threads, whose writers enter, sometimes give up, and leave. */
    @Test
    void neverTwoAtOnceAndNobodyWaitsForEver() throws InterruptedException {
        int writers = 8;
        int rounds = 5_000;
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger twoAtOnce = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(writers);
        ExecutorService executor = Executors.newFixedThreadPool(4);
        try {
            for (int i = 0; i < writers; i++) {
                executor.execute(new Racer(executor, rounds, inside, twoAtOnce, done)::enter);
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            executor.shutdownNow();
        }
        assertThat(twoAtOnce).hasValue(0);
        assertThat(this.lane.describeHolder(this.b)).isEqualTo("nobody in this process");
    }

    private final class Racer implements Lane.Member {

        private final Executor executor;

        private final AtomicInteger inside;

        private final AtomicInteger twoAtOnce;

        private final CountDownLatch done;

        private int left;

        Racer(Executor executor, int rounds, AtomicInteger inside, AtomicInteger twoAtOnce, CountDownLatch done) {
            this.executor = executor;
            this.left = rounds;
            this.inside = inside;
            this.twoAtOnce = twoAtOnce;
            this.done = done;
        }

        void enter() {
            if (LaneTest.this.lane.enter(this, Lane.Use.EXCLUSIVE)) {
                write();
            }
        }

        @Override
        public void laneGranted() {
            this.executor.execute(this::write);
        }

        private void write() {
            if (this.inside.incrementAndGet() > 1) {
                this.twoAtOnce.incrementAndGet();
            }
            this.left--;
            this.inside.decrementAndGet();
            LaneTest.this.lane.leave(this);
            if (this.left > 0) {
                this.executor.execute(this::enter);
            } else {
                this.done.countDown();
            }
        }

        @Override
        public void makeWay() {}

        @Override
        public String describe() {
            return "";
        }
    }
}
