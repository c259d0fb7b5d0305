package turso.r2dbc.examples.posts;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.data.domain.Pageable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Reads through a cache, and writes in transactions that are tried again where that may help. */
@Service
class PostService {

    private static final int CACHED_POSTS = 1_000;

    /**
     * A lock that was not free, or a transaction that SQLite has ended: the whole transaction may succeed when it runs
     * again. Around the transaction, never within it.
     */
    private static final Retry WHOLE_TRANSACTION = Retry.backoff(3, Duration.ofMillis(20))
            .filter(TransientDataAccessException.class::isInstance)
            .onRetryExhaustedThrow((retry, signal) -> signal.failure());

    private final PostRepository posts;

    private final TransactionalOperator transaction;

    private final Map<Long, Post> cache = new ConcurrentHashMap<>();

    PostService(PostRepository posts, TransactionalOperator transaction) {
        this.posts = posts;
        this.transaction = transaction;
    }

    Mono<Post> find(long id) {
        return Mono.fromSupplier(() -> this.cache.get(id))
                .switchIfEmpty(this.posts.findById(id).doOnNext(this::remember));
    }

    private void remember(Post post) {
        if (this.cache.size() >= CACHED_POSTS) {
            this.cache.clear();
        }
        this.cache.put(post.id(), post);
    }

    Flux<Post> list(String part, Pageable page) {
        return part.isEmpty()
                ? this.posts.findAllByOrderById(page)
                : this.posts.findByTitleContainingOrderById(part, page);
    }

    Flux<Post> all() {
        return this.posts.findAll();
    }

    /** Saves one post or several: all of them, or none. */
    Mono<List<Post>> save(List<Post.Draft> drafts) {
        return Flux.fromIterable(drafts)
                .map(Post.Draft::toPost)
                .concatMap(this.posts::save)
                .collectList()
                .as(this.transaction::transactional)
                .doOnSuccess(saved -> this.cache.clear())
                .retryWhen(WHOLE_TRANSACTION);
    }
}
