package turso.r2dbc.examples.client;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The SQL of this application. */
@Repository
class PostStore {

    /** A lock that was not free, or a transaction that SQLite has ended: the whole transaction may succeed in a moment. */
    private static final Retry WHOLE_TRANSACTION = Retry.backoff(3, Duration.ofMillis(20))
            .filter(TransientDataAccessException.class::isInstance)
            .onRetryExhaustedThrow((retry, signal) -> signal.failure());

    private final DatabaseClient client;

    private final TransactionalOperator transaction;

    PostStore(DatabaseClient client, TransactionalOperator transaction) {
        this.client = client;
        this.transaction = transaction;
    }

    /** Saves all posts, or none. They are emitted together, after the commit: before it, nothing is certain. */
    Mono<List<Post>> save(List<Post> posts) {
        return Flux.fromIterable(posts)
                .concatMap(this::insert)
                .collectList()
                .as(this.transaction::transactional)
                .retryWhen(WHOLE_TRANSACTION);
    }

    private Mono<Post> insert(Post post) {
        return this.client
                .sql("INSERT INTO post (title, content, created) VALUES (:title, :content, :created) RETURNING *")
                .bind("title", post.title())
                .bind("content", post.content())
                .bind("created", Instant.now())
                .map(Post::from)
                .one();
    }

    Mono<Post> find(long id) {
        return this.client
                .sql("SELECT * FROM post WHERE id = :id")
                .bind("id", id)
                .map(Post::from)
                .one();
    }

    /** A page by key: no row is read that is not shown. */
    Flux<Post> after(long id, int size) {
        return this.client
                .sql("SELECT * FROM post WHERE id > :id ORDER BY id LIMIT :size")
                .bind("id", id)
                .bind("size", size)
                .map(Post::from)
                .all();
    }

    /** All posts, row by row as they are asked for, however many there are. */
    Flux<Post> all() {
        return this.client.sql("SELECT * FROM post ORDER BY id").map(Post::from).all();
    }
}
