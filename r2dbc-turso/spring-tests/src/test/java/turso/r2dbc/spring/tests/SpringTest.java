package turso.r2dbc.spring.tests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A test of the application on a database file, which all of them share; each finds its tables empty. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
abstract class SpringTest {

    /** The bound of every wait. */
    static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Path DIRECTORY = temporaryDirectory();

    @Autowired
    DatabaseClient client;

    static Path temporaryDirectory() {
        try {
            Path directory = Files.createTempDirectory(Path.of("target"), "spring-");
            return directory.toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String url(Path file, String options) {
        return "r2dbc:turso:file://" + file.toUri().getRawPath() + options;
    }

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry registry) {
        registry.add("spring.r2dbc.url", () -> sharedUrl("?lockWaitTimeout=2s"));
    }

    /** {@return the URL of the database of all these tests} */
    static String sharedUrl(String options) {
        return url(DIRECTORY.resolve("shared.db"), options);
    }

    @BeforeEach
    void emptyTables() {
        for (String table : List.of("label", "document", "person", "id_only", "everything", "log")) {
            execute("DELETE FROM " + table);
        }
    }

    void execute(String sql) {
        await(this.client.sql(sql).fetch().rowsUpdated());
    }

    <T> T value(String sql, Class<T> type) {
        return await(this.client.sql(sql).mapValue(type).one());
    }

    static <T> T await(Mono<T> mono) {
        return mono.block(LIMIT);
    }

    static <T> List<T> await(Flux<T> flux) {
        return flux.collectList().block(LIMIT);
    }
}
