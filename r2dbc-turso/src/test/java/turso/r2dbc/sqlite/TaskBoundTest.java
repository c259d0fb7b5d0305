package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The bound of waiting tasks. */
class TaskBoundTest {

    @Test
    void admitsUpToTheLimitAndAgainAfterARelease() {
        TaskBound bound = new TaskBound(2);
        assertThat(bound.limit()).isEqualTo(2);
        assertThat(bound.admit()).isTrue();
        assertThat(bound.admit()).isTrue();
        assertThat(bound.admit()).isFalse();
        assertThat(bound.admit()).isFalse();

        bound.release();

        assertThat(bound.admit()).isTrue();
        assertThat(bound.admit()).isFalse();
    }

    @Test
    void neverMoreThanTheLimitUnderStressAndNothingIsLost() throws InterruptedException {
        int limit = 3;
        TaskBound bound = new TaskBound(limit);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        int threads = 4;
        CountDownLatch done = new CountDownLatch(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            for (int t = 0; t < threads; t++) {
                executor.execute(() -> {
                    for (int i = 0; i < 50_000; i++) {
                        if (bound.admit()) {
                            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                            inside.decrementAndGet();
                            bound.release();
                        }
                    }
                    done.countDown();
                });
            }
            assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            executor.shutdownNow();
        }
        assertThat(most.get()).isBetween(1, limit);
        for (int i = 0; i < limit; i++) {
            assertThat(bound.admit()).isTrue();
        }
        assertThat(bound.admit()).isFalse();
    }
}
