package turso.r2dbc.examples.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.reactive.server.WebTestClient;

/** The service over HTTP, on a real file. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ClientTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int CONTENT = 4_000;

    @TempDir
    private static Path directory;

    @LocalServerPort
    private int port;

    @Autowired
    private DatabaseClient database;

    private WebTestClient web;

    @DynamicPropertySource
    static void properties(DynamicPropertyRegistry registry) {
        registry.add(
                "spring.r2dbc.url",
                () -> "r2dbc:turso:file://"
                        + directory.resolve("posts.db").toUri().getRawPath());
        registry.add("spring.r2dbc.properties.lockWaitTimeout", () -> "200ms");
        registry.add("posts.export", () -> directory.resolve("posts.csv").toString());
    }

    @BeforeEach
    void setUp() {
        this.web = WebTestClient.bindToServer()
                .baseUrl("http://localhost:" + this.port)
                .responseTimeout(LIMIT)
                .build();
        this.database.sql("DELETE FROM post").then().block(LIMIT);
    }

    private WebTestClient.ResponseSpec post(Object body) {
        return this.web
                .post()
                .uri("/posts")
                .contentType(MediaType.APPLICATION_JSON)
                .bodyValue(body)
                .exchange();
    }

    private static Map<String, String> draft(String title) {
        return Map.of("title", title, "content", "Content of \"" + title + "\"");
    }

    private List<Post> list(String path) {
        return this.web
                .get()
                .uri(path)
                .exchange()
                .expectStatus()
                .isOk()
                .expectBodyList(Post.class)
                .returnResult()
                .getResponseBody();
    }

    @Test
    void postIsCreatedAndFound() {
        Post created = post(draft("Hello"))
                .expectStatus()
                .isCreated()
                .expectBodyList(Post.class)
                .hasSize(1)
                .returnResult()
                .getResponseBody()
                .get(0);

        assertThat(list("/posts/" + created.id())).containsExactly(created);
        this.web
                .get()
                .uri("/posts/{id}", created.id() + 1)
                .exchange()
                .expectStatus()
                .isNotFound();
    }

    @Test
    void postWithoutContentIsRefused() {
        post(Map.of("title", "Hello")).expectStatus().isBadRequest();
    }

    @Test
    void listIsSavedWholeOrNotAtAll() {
        post(List.of(draft("1"), draft("2"), draft("1"))).expectStatus().isEqualTo(409);
        assertThat(list("/posts")).isEmpty();

        post(List.of(draft("1"), draft("2"), draft("3"))).expectStatus().isCreated();
        List<Post> all = list("/posts");
        assertThat(all).extracting(Post::title).containsExactly("1", "2", "3");
        assertThat(list("/posts?after=" + all.get(1).id()))
                .extracting(Post::title)
                .containsExactly("3");
    }

    @Test
    void streamHasEveryPost() {
        List<Map<String, String>> drafts =
                IntStream.range(0, 300).mapToObj(i -> draft("Post " + i)).toList();
        post(drafts).expectStatus().isCreated();

        assertThat(this.web
                        .get()
                        .uri("/posts/stream")
                        .accept(MediaType.TEXT_EVENT_STREAM)
                        .exchange()
                        .returnResult(Post.class)
                        .getResponseBody()
                        .collectList()
                        .block(LIMIT))
                .hasSize(300);
    }

    /** Another process holds the lock for longer than the service waits. */
    @Test
    void busyDatabaseIsUnavailableForAWhile() throws SQLException {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("posts.db"));
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            post(draft("Late")).expectStatus().isEqualTo(503).expectHeader().valueEquals("Retry-After", "1");
            statement.execute("ROLLBACK");
        }
        post(draft("Late")).expectStatus().isCreated();
    }

    /** Posts that together are three times the heap of this JVM pass through it. */
    @Test
    void exportTakesNoMoreMemoryForMorePosts() throws IOException {
        long posts = 3 * Runtime.getRuntime().maxMemory() / CONTENT;
        this.database
                .sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :posts)"
                        + " INSERT INTO post (title, content, created)"
                        + " SELECT 'Post \"' || i || '\"', printf('%.*c', :content, 'x'), CURRENT_TIMESTAMP FROM n")
                .bind("posts", posts)
                .bind("content", CONTENT)
                .then()
                .block(LIMIT);

        this.web
                .post()
                .uri("/posts/export")
                .exchange()
                .expectStatus()
                .isOk()
                .expectBody(Long.class)
                .isEqualTo(posts);
        try (Stream<String> lines = Files.lines(directory.resolve("posts.csv"))) {
            assertThat(lines.filter(line -> line.contains(",\"Post \"\"") && line.length() > CONTENT)
                            .count())
                    .isEqualTo(posts);
        }
    }
}
