package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.test.web.reactive.server.WebTestClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What Spring Boot makes of a URL and properties: pool, health, metrics, scripts, shutdown. */
class BootTest {

    private static final int POOL = 10;

    /** For an application that is meant to fail. */
    private static final String SILENCE = "logging.level.org.springframework=off";

    private final Path file = SpringTest.temporaryDirectory().resolve("boot.db");

    private ConfigurableApplicationContext run(WebApplicationType type, String... properties) {
        List<String> arguments = new ArrayList<>();
        if (Stream.of(properties).noneMatch(property -> property.startsWith("spring.r2dbc.url="))) {
            arguments.add("--spring.r2dbc.url=" + SpringTest.url(this.file, ""));
        }
        for (String property : properties) {
            arguments.add("--" + property);
        }
        return new SpringApplicationBuilder(Application.class).web(type).run(arguments.toArray(String[]::new));
    }

    private ConfigurableApplicationContext run(String... properties) {
        return run(WebApplicationType.NONE, properties);
    }

    private static <T> T value(ConfigurableApplicationContext context, String sql, Class<T> type) {
        return SpringTest.await(
                context.getBean(DatabaseClient.class).sql(sql).mapValue(type).one());
    }

    /** The pool of ten connections that Spring Boot makes by default sees one database, also in memory. */
    @ParameterizedTest
    @ValueSource(strings = {"file", "memory"})
    void poolOfManyConnectionsIsOneDatabase(String kind) {
        String url = kind.equals("file") ? SpringTest.url(this.file, "") : "r2dbc:turso:mem:///boot-pool";
        try (ConfigurableApplicationContext context = run("spring.r2dbc.url=" + url)) {
            ConnectionPool pool = (ConnectionPool) context.getBean(ConnectionFactory.class);
            List<Connection> all = SpringTest.await(Flux.range(0, POOL).flatMap(i -> pool.create()));
            assertThat(pool.getMetrics().orElseThrow().acquiredSize()).isEqualTo(POOL);
            SpringTest.await(Flux.fromIterable(all).flatMap(Connection::close));

            DatabaseClient client = context.getBean(DatabaseClient.class);
            SpringTest.await(Flux.range(0, 100)
                    .flatMap(i -> client.sql("INSERT INTO log VALUES (:line)")
                            .bind("line", i)
                            .fetch()
                            .rowsUpdated()
                            .then(client.sql("SELECT count(*) FROM log").fetch().one())));
            assertThat(value(context, "SELECT count(*) FROM log", Long.class)).isEqualTo(100);
        }
    }

    @Test
    void healthAndMetrics() {
        try (ConfigurableApplicationContext context = run(
                WebApplicationType.REACTIVE,
                "server.port=0",
                "management.endpoints.web.exposure.include=health,metrics",
                "management.endpoint.health.show-details=always")) {
            value(context, "SELECT count(*) FROM person", Long.class);
            WebTestClient web = WebTestClient.bindToServer()
                    .baseUrl("http://localhost:" + context.getEnvironment().getProperty("local.server.port"))
                    .responseTimeout(SpringTest.LIMIT)
                    .build();

            web.get()
                    .uri("/actuator/health")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.components.r2dbc.status")
                    .isEqualTo("UP")
                    .jsonPath("$.components.r2dbc.details.database")
                    .isEqualTo("Turso");
            web.get()
                    .uri("/actuator/metrics/r2dbc.pool.max.allocated")
                    .exchange()
                    .expectBody()
                    .jsonPath("$.measurements[0].value")
                    .isEqualTo(POOL);
            // Observation by r2dbc-proxy, with threads as a tag: there must not be many of them.
            web.get()
                    .uri("/actuator/metrics/r2dbc.query")
                    .exchange()
                    .expectStatus()
                    .isOk()
                    .expectBody()
                    .jsonPath("$.availableTags[?(@.tag=='r2dbc.connection')].values[0]")
                    .isEqualTo("Turso");
        }
    }

    @Test
    void everyOptionMayBeAProperty() {
        try (ConfigurableApplicationContext context = run(
                "spring.r2dbc.properties.synchronous=normal",
                "spring.r2dbc.properties.foreignKeys=off",
                "spring.r2dbc.properties.statementTimeout=9s",
                "spring.r2dbc.properties.likeEscape=!",
                "spring.r2dbc.properties.initSql=CREATE TEMP TABLE mine (a)",
                "spring.r2dbc.properties[pragma.cache_size]=-321")) {
            assertThat(value(context, "PRAGMA synchronous", Long.class)).isEqualTo(1);
            assertThat(value(context, "PRAGMA foreign_keys", Long.class)).isZero();
            assertThat(value(context, "PRAGMA cache_size", Long.class)).isEqualTo(-321);
            assertThat(value(context, "SELECT count(*) FROM mine", Long.class)).isZero();
            assertThat(SpringTest.await(context.getBean(DatabaseClient.class)
                            .sql("SELECT '50%' LIKE :pattern")
                            .bind("pattern", "50!%")
                            .mapValue(Boolean.class)
                            .one()))
                    .isTrue();
        }
    }

    /** A token for a server goes where Spring Boot keeps secrets. */
    @Test
    void passwordIsNeverShown() {
        assertThatThrownBy(() -> run(
                        "spring.r2dbc.username=someone",
                        "spring.r2dbc.password=very-secret",
                        "spring.r2dbc.properties.maxThreads=none",
                        SILENCE))
                .hasStackTraceContaining("maxThreads")
                .satisfies(failure -> {
                    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                        assertThat(cause.toString()).doesNotContain("very-secret");
                    }
                });
        try (ConfigurableApplicationContext context = run("spring.r2dbc.password=very-secret")) {
            assertThat(context.getBean(ConnectionFactory.class).toString()).doesNotContain("very-secret");
            assertThat(value(context, "SELECT 1", Long.class)).isEqualTo(1);
        }
    }

    /** Without the property the script is silently not run, since Spring Boot knows H2 as "embedded" and nothing else. */
    @Test
    void scriptsAreRunIfTheirModeIsAlways() {
        try (ConfigurableApplicationContext context = run("spring.sql.init.mode=embedded")) {
            assertThat(value(context, "SELECT count(*) FROM sqlite_schema", Long.class))
                    .isZero();
        }
        try (ConfigurableApplicationContext context = run()) {
            assertThat(value(context, "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'", Long.class))
                    .isEqualTo(1);
        }
    }

    /** Spring splits scripts at semicolons, of which a trigger has its own. */
    @Test
    void scriptsWithTriggersNeedASeparatorOfTheirOwn() {
        assertThatThrownBy(() -> run("spring.sql.init.separator=;", SILENCE))
                .hasStackTraceContaining("incomplete input");
    }

    /** The last connection has cleaned up when the context is closed: the log beside the file is gone. */
    @Test
    void shutdownLetsGoOfTheFile() {
        Path log = this.file.resolveSibling("boot.db-wal");
        try (ConfigurableApplicationContext context = run()) {
            SpringTest.await(context.getBean(DatabaseClient.class)
                    .sql("INSERT INTO log VALUES ('a')")
                    .then());
            assertThat(log).exists();
        }

        SpringTest.await(Mono.fromCallable(() -> Files.exists(log))
                .repeat()
                .takeUntil(exists -> !exists)
                .then());
        assertThat(this.file).exists();
    }
}
