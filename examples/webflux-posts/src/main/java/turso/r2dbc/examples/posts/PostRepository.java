package turso.r2dbc.examples.posts;

import org.springframework.data.domain.Pageable;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.publisher.Flux;

interface PostRepository extends ReactiveCrudRepository<Post, Long> {

    Flux<Post> findAllByOrderById(Pageable page);

    Flux<Post> findByTitleContainingOrderById(String part, Pageable page);
}
