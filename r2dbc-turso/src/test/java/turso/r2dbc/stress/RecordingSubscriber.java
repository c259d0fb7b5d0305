package turso.r2dbc.stress;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.SignalType;

/** Takes note of everything a publisher signals, and of what it must not signal. */
final class RecordingSubscriber<T> extends BaseSubscriber<T> {

    private final String name;

    private final long firstRequest;

    private final AtomicLong requested = new AtomicLong();

    private final AtomicLong received = new AtomicLong();

    private final AtomicInteger terminations = new AtomicInteger();

    private final CountDownLatch ended = new CountDownLatch(1);

    private volatile boolean wasCancelled;

    private volatile boolean completed;

    private volatile @Nullable Throwable error;

    private volatile @Nullable String violation;

    RecordingSubscriber(String name, long firstRequest) {
        this.name = name;
        this.firstRequest = firstRequest;
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        requestMore(this.firstRequest);
    }

    void requestMore(long n) {
        if (n > 0) {
            this.requested.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            request(n);
        }
    }

    @Override
    protected void hookOnNext(T value) {
        // One that is under way when the subscriber cancels may still arrive (Reactive Streams, rule 2.8).
        if (this.terminations.get() > 0 && !this.wasCancelled) {
            this.violation = "a value after the end";
        }
        if (this.received.incrementAndGet() > this.requested.get()) {
            this.violation = "more values than requested";
        }
    }

    @Override
    protected void hookOnComplete() {
        this.completed = true;
    }

    @Override
    protected void hookOnError(Throwable throwable) {
        this.error = throwable;
    }

    @Override
    protected void hookOnCancel() {
        this.wasCancelled = true;
    }

    @Override
    protected void hookFinally(SignalType type) {
        if (this.terminations.incrementAndGet() > 1) {
            this.violation = "a second end";
        }
        this.ended.countDown();
    }

    /** Waits for the end, asking for everything that is left. */
    void awaitEnd() throws InterruptedException {
        requestMore(Long.MAX_VALUE);
        if (!this.ended.await(20, TimeUnit.SECONDS)) {
            throw new AssertionError(this.name + " never ended; received " + this.received + " of " + this.requested);
        }
        if (this.violation != null) {
            throw new AssertionError(this.name + ": " + this.violation);
        }
    }

    boolean succeeded() {
        return this.completed;
    }

    /** {@return whether something has come that tells of success, whatever became of the rest} */
    boolean isAcknowledged() {
        return this.completed || this.received.get() > 0;
    }

    /** {@return how much has come} */
    long received() {
        return this.received.get();
    }

    boolean isCancelledByUs() {
        return this.wasCancelled;
    }

    @Nullable
    Throwable error() {
        return this.error;
    }

    @Override
    public String toString() {
        return this.name
                + (this.completed ? " completed" : this.wasCancelled ? " cancelled" : " failed: " + this.error);
    }
}
