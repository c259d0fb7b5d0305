package turso.r2dbc.codec;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The content of a large object: handed out once, as one piece, or dropped.
 *
 * <p>SQLite has no incremental reading through sqlite-jdbc, so the whole value is in memory; it is let go as soon as it
 * has been handed out. One piece, because the usual way of collecting it, {@code reduce(ByteBuffer::put)}, fails with
 * more.
 */
final class OneShot<T> {

    private final AtomicReference<@Nullable T> content;

    OneShot(T content) {
        this.content = new AtomicReference<>(content);
    }

    /** {@return the content for the first subscriber, an {@link IllegalStateException} for every other} */
    Mono<T> stream() {
        return Mono.defer(() -> {
            T taken = this.content.getAndSet(null);
            return taken == null
                    ? Mono.error(new IllegalStateException("The large object was already consumed or discarded"))
                    : Mono.just(taken);
        });
    }

    /** {@return completes once the content is let go; harmless if there is none any more} */
    Mono<Void> discard() {
        return Mono.fromRunnable(() -> this.content.set(null));
    }
}
