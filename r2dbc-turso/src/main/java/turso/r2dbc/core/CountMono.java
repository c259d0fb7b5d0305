package turso.r2dbc.core;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;

/**
 * The count of a result that is there already. Operators that flatten take it by {@link #call()}, without subscribing: a
 * statement with many sets of values has as many counts.
 */
final class CountMono extends Mono<Long> implements Callable<@Nullable Long> {

    private final StoredResult result;

    CountMono(StoredResult result) {
        this.result = result;
    }

    @Override
    public @Nullable Long call() {
        this.result.requireFirst();
        return this.result.count();
    }

    @Override
    public void subscribe(CoreSubscriber<? super Long> actual) {
        Long count;
        try {
            count = call();
        } catch (IllegalStateException consumed) {
            Operators.error(actual, consumed);
            return;
        }
        if (count == null) {
            Operators.complete(actual);
        } else {
            actual.onSubscribe(Operators.scalarSubscription(actual, count));
        }
    }
}
