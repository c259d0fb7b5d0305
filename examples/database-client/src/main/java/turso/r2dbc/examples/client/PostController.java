package turso.r2dbc.examples.client;

import java.util.List;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessException;
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
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The face of the service. */
@RestController
@RequestMapping("/posts")
class PostController {

    private static final int PAGE = 20;

    private static final String SECONDS_TO_WAIT = "1";

    private final PostStore posts;

    private final PostExport export;

    PostController(PostStore posts, PostExport export) {
        this.posts = posts;
        this.export = export;
    }

    /** One post, or a list of which all are saved or none. */
    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    Mono<List<Post>> create(@RequestBody Flux<Post> drafts) {
        // The body is read before the transaction begins: a slow client must not hold the write lock.
        return drafts.collectList().flatMap(this.posts::save);
    }

    @GetMapping("/{id}")
    Mono<Post> find(@PathVariable long id) {
        return this.posts.find(id).switchIfEmpty(Mono.error(() -> new ResponseStatusException(HttpStatus.NOT_FOUND)));
    }

    @GetMapping
    Flux<Post> list(@RequestParam(defaultValue = "0") long after) {
        return this.posts.after(after, PAGE);
    }

    @GetMapping(path = "/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<Post> stream() {
        return this.posts.all();
    }

    @PostMapping("/export")
    Mono<Long> export() {
        return this.export.run();
    }

    @ExceptionHandler
    ProblemDetail conflict(DataIntegrityViolationException violated) {
        return ProblemDetail.forStatusAndDetail(HttpStatus.CONFLICT, "A post like this exists already");
    }

    @ExceptionHandler
    ResponseEntity<ProblemDetail> unavailable(TransientDataAccessException busy) {
        return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
                .header(HttpHeaders.RETRY_AFTER, SECONDS_TO_WAIT)
                .body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, "The database is busy"));
    }
}
