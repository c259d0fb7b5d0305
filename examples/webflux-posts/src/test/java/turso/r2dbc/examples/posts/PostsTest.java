package turso.r2dbc.examples.posts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;
import reactor.core.publisher.Flux;
import reactor.util.retry.Retry;

/** The service over HTTP, on a real file. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class PostsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int CLIENTS = 64;

    private static final int POSTS = 256;

    private static final String CONTENT_LENGTH = "content-length: ";

    @TempDir
    private static Path directory;

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private WebTestClient web;

    @DynamicPropertySource
    static void url(DynamicPropertyRegistry registry) {
        registry.add(
                "spring.r2dbc.url", () -> "r2dbc:turso:file://" + file().toUri().getRawPath());
    }

    private static Path file() {
        return directory.resolve("posts.db");
    }

    @BeforeEach
    void setUp() {
        this.web = WebTestClient.bindToServer()
                .baseUrl(baseUrl())
                .responseTimeout(LIMIT)
                .build();
        this.database.sql("DELETE FROM post").then().block(LIMIT);
    }

    private String baseUrl() {
        return "http://localhost:" + this.port;
    }

    private WebTestClient.ResponseSpec post(String path, Object body) {
        return this.web
                .post()
                .uri(path)
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private WebTestClient.ResponseSpec get(String path, Object... values) {
        return this.web.get().uri(path, values).exchange();
    }

    private static Map<String, String> draft(String title) {
        return Map.of("title", title, "content", "Content of " + title);
    }

    private List<Post> list(String path, Object... values) {
        return get(path, values)
                .expectStatus()
                .isOk()
                .expectBodyList(Post.class)
                .returnResult()
                .getResponseBody();
    }

    @Test
    void postIsCreatedAndFound() {
        Post created = post("/posts", draft("Hello"))
                .expectStatus()
                .isCreated()
                .expectHeader()
                .exists("Location")
                .expectBody(Post.class)
                .returnResult()
                .getResponseBody();

        assertThat(created).isNotNull();
        for (int times = 0; times < 2; times++) {
            get("/posts/{id}", created.id())
                    .expectStatus()
                    .isOk()
                    .expectBody(Post.class)
                    .isEqualTo(created);
        }
        get("/posts/{id}", created.id() + 1).expectStatus().isNotFound();
    }

    /** One connection, whose second request has come before the first is answered, and is answered at once itself. */
    @Test
    void requestBehindOneThatTheCacheAnswersIsAnswered() throws IOException {
        post("/posts/batch", List.of(draft("Stored"), draft("Cached")))
                .expectStatus()
                .isCreated();
        List<Post> posts = list("/posts");
        String stored = request(posts.get(0));
        String cached = request(posts.get(1));
        try (Socket connection = new Socket("localhost", this.port)) {
            connection.setSoTimeout((int) LIMIT.toMillis());
            OutputStream requests = connection.getOutputStream();
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));

            requests.write(cached.getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(answers)).contains("Cached");
            requests.write((stored + cached).getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(answers)).contains("Stored");
            assertThat(answer(answers)).contains("Cached");
            requests.write(stored.getBytes(StandardCharsets.US_ASCII));
            assertThat(answer(answers)).contains("Stored");
        }
    }

    private static String request(Post post) {
        return "GET /posts/" + post.id() + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
    }

    /** {@return the body of the next answer} */
    private static String answer(BufferedReader answers) throws IOException {
        int length = 0;
        for (String line = answers.readLine(); !line.isEmpty(); line = answers.readLine()) {
            String header = line.toLowerCase(Locale.ROOT);
            if (header.startsWith(CONTENT_LENGTH)) {
                length = Integer.parseInt(header.substring(CONTENT_LENGTH.length()));
            }
        }
        char[] body = new char[length];
        for (int read = 0; read < length; ) {
            read += answers.read(body, read, length - read);
        }
        return new String(body);
    }

    @Test
    void invalidPostIsAProblem() {
        post("/posts", Map.of("title", " ", "content", "x"))
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void titleThatExistsIsAConflict() {
        post("/posts", draft("Hello")).expectStatus().isCreated();

        post("/posts", draft("Hello"))
                .expectStatus()
                .isEqualTo(409)
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void batchIsAllOrNothing() {
        post("/posts/batch", List.of(draft("1"), draft("2"), draft("1")))
                .expectStatus()
                .isEqualTo(409);
        assertThat(list("/posts")).isEmpty();

        post("/posts/batch", List.of(draft("1"), draft("2"))).expectStatus().isCreated();
        assertThat(list("/posts")).extracting(Post::title).containsExactly("1", "2");
        post("/posts/batch", List.of()).expectStatus().isBadRequest();
        post("/posts/batch", List.of(draft(""))).expectStatus().isBadRequest();
    }

    @Test
    void listHasPagesAndASearchForAnyText() {
        List<Map<String, String>> drafts =
                IntStream.range(0, 5).mapToObj(i -> draft("Post " + i)).toList();
        post("/posts/batch", drafts).expectStatus().isCreated();
        post("/posts", draft("100% sure")).expectStatus().isCreated();

        assertThat(list("/posts?page=1&size=2")).extracting(Post::title).containsExactly("Post 2", "Post 3");
        assertThat(list("/posts?title={title}", "0%")).extracting(Post::title).containsExactly("100% sure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"page=-1", "page=x", "size=0", "size=101"})
    void pageThatCannotBeIsAProblem(String parameter) {
        get("/posts?" + parameter)
                .expectStatus()
                .isBadRequest()
                .expectHeader()
                .contentType(MediaType.APPLICATION_PROBLEM_JSON);
    }

    @Test
    void streamHasEveryPost() {
        List<Map<String, String>> drafts =
                IntStream.range(0, 300).mapToObj(i -> draft("Post " + i)).toList();
        post("/posts/batch", drafts).expectStatus().isCreated();

        List<Post> events = this.web
                .get()
                .uri("/posts/stream")
                .accept(MediaType.TEXT_EVENT_STREAM)
                .exchange()
                .returnResult(Post.class)
                .getResponseBody()
                .collectList()
                .block(LIMIT);

        assertThat(events).hasSize(300);
    }

    /** Another process holds the lock for longer than the service waits. */
    @Test
    void busyDatabaseIsUnavailableForAWhile() throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            post("/posts", draft("Late"))
                    .expectStatus()
                    .isEqualTo(503)
                    .expectHeader()
                    .valueEquals("Retry-After", "1");
            statement.execute("ROLLBACK");
        }
        post("/posts", draft("Late")).expectStatus().isCreated();
    }

    @Test
    void manyClientsLoseNothing() {
        WebClient client = WebClient.create(baseUrl());
        // What Retry-After asks for; on a machine that has other things to do, a lock may be late.
        Retry later = Retry.backoff(10, Duration.ofMillis(100))
                .filter(WebClientResponseException.ServiceUnavailable.class::isInstance);

        Set<Long> ids = Flux.range(0, POSTS)
                .flatMap(
                        i -> client.post()
                                .uri("/posts")
                                .contentType(MediaType.APPLICATION_JSON)
                                .bodyValue(draft("Post " + i))
                                .retrieve()
                                .bodyToMono(Post.class)
                                .retryWhen(later)
                                .flatMap(created -> client.get()
                                        .uri("/posts/{id}", created.id())
                                        .retrieve()
                                        .bodyToMono(Post.class)
                                        .filter(created::equals))
                                .map(Post::id),
                        CLIENTS)
                .collect(java.util.stream.Collectors.toSet())
                .block(LIMIT);

        assertThat(ids).hasSize(POSTS);
        assertThat(this.database
                        .sql("SELECT count(*) FROM post")
                        .mapValue(Long.class)
                        .one()
                        .block(LIMIT))
                .isEqualTo(POSTS);
    }
}
