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
class WriteLaneTest {

    private final WriteLane lane = new WriteLane();

    private final List<String> granted = new ArrayList<>();

    private final class Named implements WriteLane.Writer {

        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public void laneGranted() {
            assertThat(WriteLaneTest.this.lane.isHeldBy(this)).isTrue();
            WriteLaneTest.this.granted.add(this.name);
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
        assertThat(this.lane.enter(this.a)).isTrue();
        assertThat(this.lane.isHeldBy(this.a)).isTrue();
        assertThat(this.granted).isEmpty();
    }

    @Test
    void holderMayEnterAgain() {
        this.lane.enter(this.a);
        assertThat(this.lane.enter(this.a)).isTrue();
        this.lane.leave(this.a);
        assertThat(this.lane.isHeldBy(this.a)).isFalse();
        assertThat(this.lane.enter(this.b)).isTrue();
    }

    @Test
    void othersWaitInOrder() {
        this.lane.enter(this.a);
        assertThat(this.lane.enter(this.b)).isFalse();
        assertThat(this.lane.enter(this.c)).isFalse();
        assertThat(this.granted).isEmpty();

        this.lane.leave(this.a);
        assertThat(this.granted).containsExactly("b");
        assertThat(this.lane.isHeldBy(this.c)).isFalse();

        this.lane.leave(this.b);
        assertThat(this.granted).containsExactly("b", "c");
        this.lane.leave(this.c);
        assertThat(this.lane.enter(this.a)).isTrue();
    }

    @Test
    void whoCancelsWhileWaitingIsPassedOver() {
        this.lane.enter(this.a);
        this.lane.enter(this.b);
        this.lane.enter(this.c);

        this.lane.leave(this.b);
        assertThat(this.lane.isHeldBy(this.a)).isTrue();

        this.lane.leave(this.a);
        assertThat(this.granted).containsExactly("c");
    }

    @Test
    void whoReturnsStandsAtTheEnd() {
        this.lane.enter(this.a);
        this.lane.enter(this.b);
        this.lane.leave(this.a);
        assertThat(this.lane.enter(this.a)).isFalse();
        this.lane.enter(this.c);

        this.lane.leave(this.b);
        this.lane.leave(this.a);

        assertThat(this.granted).containsExactly("b", "a", "c");
    }

    @Test
    void leavingWithoutHavingEnteredDoesNothing() {
        this.lane.leave(this.a);
        this.lane.enter(this.b);
        this.lane.leave(this.a);
        assertThat(this.lane.isHeldBy(this.b)).isTrue();
        this.lane.leave(this.b);
        this.lane.leave(this.b);
        assertThat(this.lane.enter(this.a)).isTrue();
    }

    @Test
    void holderIsDescribedWithItsAgeAndStatement() {
        assertThat(this.lane.describeHolder()).isEqualTo("nobody in this process");
        this.lane.enter(this.a);
        assertThat(this.lane.describeHolder()).matches("a connection of this process for \\d+ ms, .*UPDATE a");
    }

    /** Whoever is called back while leaving may enter and leave again within the call. */
    @Test
    void grantMayLeaveAtOnce() {
        AtomicInteger grants = new AtomicInteger();
        List<WriteLane.Writer> writers = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            writers.add(new WriteLane.Writer() {
                @Override
                public void laneGranted() {
                    grants.incrementAndGet();
                    WriteLaneTest.this.lane.leave(this);
                }

                @Override
                public String describe() {
                    return "";
                }
            });
        }
        this.lane.enter(this.a);
        writers.forEach(this.lane::enter);

        this.lane.leave(this.a);

        assertThat(grants).hasValue(100);
        assertThat(this.lane.enter(this.b)).isTrue();
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
        assertThat(this.lane.describeHolder()).isEqualTo("nobody in this process");
    }

    private final class Racer implements WriteLane.Writer {

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
            if (WriteLaneTest.this.lane.enter(this)) {
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
            WriteLaneTest.this.lane.leave(this);
            if (this.left > 0) {
                this.executor.execute(this::enter);
            } else {
                this.done.countDown();
            }
        }

        @Override
        public String describe() {
            return "";
        }
    }
}
