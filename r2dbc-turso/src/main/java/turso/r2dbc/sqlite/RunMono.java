package turso.r2dbc.sqlite;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/** Runs something on a worker and completes. It runs to its end even if the subscriber cancels. */
final class RunMono extends Mono<Void> {

    private final Workers workers;

    private final Runnable action;

    RunMono(Workers workers, Runnable action) {
        this.workers = workers;
        this.action = action;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Void> actual) {
        actual.onSubscribe(Operators.emptySubscription());
        this.workers.execute(() -> {
            try {
                this.action.run();
            } catch (RuntimeException e) {
                actual.onError(e);
                return;
            }
            actual.onComplete();
        });
    }
}
