package turso.r2dbc.sqlite;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import turso.r2dbc.session.OpenException;
import turso.r2dbc.session.Session;

/**
 * Opens a session when one is requested. A session that is there only after the subscriber cancelled is closed (R2DBC
 * specification, connections: creation must be cancellable).
 */
final class OpenMono extends Mono<Session> {

    private final Consumer<Sink> open;

    OpenMono(Consumer<Sink> open) {
        this.open = open;
    }

    @Override
    public void subscribe(CoreSubscriber<? super Session> actual) {
        actual.onSubscribe(new Sink(actual, this.open));
    }

    /** One opening's way back to its subscriber. */
    static final class Sink implements Subscription {

        private enum State {
            IDLE,
            OPENING,
            ANSWERED,
            CANCELLED
        }

        private final CoreSubscriber<? super Session> actual;

        private final Consumer<Sink> open;

        private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);

        Sink(CoreSubscriber<? super Session> actual, Consumer<Sink> open) {
            this.actual = actual;
            this.open = open;
        }

        @Override
        public void request(long n) {
            if (Operators.validate(n) && this.state.compareAndSet(State.IDLE, State.OPENING)) {
                this.open.accept(this);
            }
        }

        @Override
        public void cancel() {
            this.state.updateAndGet(now -> now == State.ANSWERED ? now : State.CANCELLED);
        }

        boolean isCancelled() {
            return this.state.get() == State.CANCELLED;
        }

        void open(Session session) {
            if (this.state.compareAndSet(State.OPENING, State.ANSWERED)) {
                this.actual.onNext(session);
                this.actual.onComplete();
            } else {
                session.close().subscribe();
            }
        }

        void fail(OpenException failure) {
            if (this.state.compareAndSet(State.OPENING, State.ANSWERED)) {
                this.actual.onError(failure);
            }
        }
    }
}
