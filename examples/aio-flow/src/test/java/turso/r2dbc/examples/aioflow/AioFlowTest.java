package turso.r2dbc.examples.aioflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Each sample prints what its document says. */
class AioFlowTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final List<Sample> SAMPLES = List.of(
            new Sample("connect", AioFlow::connect),
            new Sample("cursor", AioFlow::cursor, "[[1, alice], [2, bob]]"),
            new Sample("shortcut", AioFlow::shortcut, "[[1, alice], [2, bob]]"),
            new Sample("parameters", AioFlow::parameters, "[[1, Widget, 9.99]]"),
            new Sample("executeMany", AioFlow::executeMany, "2"),
            new Sample(
                    "fetch",
                    AioFlow::fetch,
                    "[1, start]",
                    "[[2, middle], [3, end]]",
                    "[1, start]",
                    "[2, middle]",
                    "[3, end]"),
            new Sample("columnNames", AioFlow::columnNames, "[id, msg]"),
            new Sample("transfer", AioFlow::transfer, "Transfer complete"),
            new Sample("transferInOneScope", AioFlow::transferInOneScope, "[[900], [600]]"),
            new Sample("scope", AioFlow::scope, "[42]"),
            new Sample("aio", AioFlow::aio, "Users: 2", "[1, alice]"),
            new Sample("errors", AioFlow::errors, "Constraint violation: UNIQUE constraint failed: users.id"),
            new Sample("posts", AioFlow::posts, "1: Hello, Turso!", "2: Second post"),
            new Sample("routes", AioFlow::routes, "{id=1}", "[1, Hello, World]", "None"));

    @TempDir
    Path directory;

    private final List<String> printed = new ArrayList<>();

    private AioFlow flow = new AioFlow(Path.of("unused"), printed -> {});

    private interface Work {
        Mono<Void> of(AioFlow flow);
    }

    private record Sample(String name, Work work, List<String> lines) {
        Sample(String name, Work work, String... lines) {
            this(name, work, List.of(lines));
        }
    }

    @BeforeEach
    void prepare() {
        this.flow =
                new AioFlow(this.directory.resolve("my-database.db"), line -> this.printed.add(String.valueOf(line)));
    }

    static Stream<Arguments> samples() {
        return SAMPLES.stream().map(sample -> Arguments.of(sample.name(), sample));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("samples")
    void samplePrintsWhatItsCommentsSay(String name, Sample sample) {
        sample.work().of(this.flow).block(LIMIT);
        assertThat(this.printed).containsExactlyElementsOf(sample.lines());
    }

    @Test
    void allOfThemRunOneAfterAnotherAndAgain() {
        List<String> all =
                SAMPLES.stream().flatMap(sample -> sample.lines().stream()).toList();
        for (int run = 0; run < 2; run++) {
            this.printed.clear();
            this.flow.run().block(LIMIT);
            assertThat(this.printed).containsExactlyElementsOf(all);
        }
        assertThat(this.directory.resolve("my-database.db")).isRegularFile();
    }
}
