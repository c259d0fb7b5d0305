package turso.r2dbc.session;

import reactor.core.publisher.Mono;

/** Opens sessions of one database. */
public interface SessionFactory {

    /**
     * {@return a cold publisher of a new session} Its cancellation closes a session that arrives too late. It fails with
     * {@link OpenException}.
     */
    Mono<Session> open();

    /** {@return numbers of this factory and of what it uses; the same object each time} */
    SessionMetrics metrics();

    /** {@return completes when what the factory itself holds is released; sessions it opened stay open} */
    Mono<Void> close();
}
