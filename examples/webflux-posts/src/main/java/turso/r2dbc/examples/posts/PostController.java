package turso.r2dbc.examples.posts;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.net.URI;
import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.data.domain.PageRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The face of the service. */
@RestController
@RequestMapping("/posts")
class PostController {

    private static final int LARGEST_PAGE = 100;

    private static final int LARGEST_BATCH = 1_000;

    private static final String SECONDS_TO_WAIT = "1";

    private final PostService posts;

    PostController(PostService posts) {
        this.posts = posts;
    }

    @PostMapping
    Mono<ResponseEntity<Post>> create(@Valid @RequestBody Post.Draft draft) {
        return this.posts
                .save(List.of(draft))
                .map(saved -> saved.get(0))
                .map(post -> ResponseEntity.created(URI.create("/posts/" + post.id()))
                        .body(post));
    }

    @PostMapping("/batch")
    @ResponseStatus(HttpStatus.CREATED)
    Mono<List<Post>> createAll(@RequestBody @NotEmpty @Size(max = LARGEST_BATCH) List<Post.@Valid Draft> drafts) {
        return this.posts.save(drafts);
    }

    @GetMapping("/{id}")
    Mono<ResponseEntity<Post>> find(@PathVariable long id) {
        return this.posts
                .find(id)
                .map(ResponseEntity::ok)
                .defaultIfEmpty(ResponseEntity.notFound().build());
    }

    @GetMapping
    Flux<Post> list(
            @RequestParam(defaultValue = "") String title,
            @RequestParam(defaultValue = "0") @Min(0) int page,
            @RequestParam(defaultValue = "20") @Min(1) @Max(LARGEST_PAGE) int size) {
        return this.posts.list(title, PageRequest.of(page, size));
    }

    /** Rows leave the database as fast as the client takes them. */
    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<Post> stream() {
        return this.posts.all();
    }

    @ExceptionHandler
    ProblemDetail conflict(DataIntegrityViolationException violated) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "A post like this exists already");
    }

    /** A lock that was not free in time, or a transaction that SQLite has ended: later it may work. */
    @ExceptionHandler
    ResponseEntity<ProblemDetail> unavailable(TransientDataAccessException busy) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, SECONDS_TO_WAIT)
                .body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "The database is busy"));
    }
}
