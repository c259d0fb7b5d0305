package turso.r2dbc.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The programs run, at a size that says nothing. */
class ProgramTest {

    private final PrintStream before = System.out;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @BeforeEach
    void capture() {
        System.setOut(new PrintStream(this.output, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(this.before);
    }

    private String printed() {
        return this.output.toString(StandardCharsets.UTF_8);
    }

    @Test
    void hazard() throws Exception {
        Hazard.main(new String[] {"connections=3", "threads=3", "busyMillis=1000"});
        assertThat(printed()).contains("wrapper ").containsPattern("driver +3 of 3 committed");
    }

    @Test
    void writers() throws Exception {
        Writers.main(new String[] {"clients=4", "rounds=1", "millis=100"});
        assertThat(printed()).contains("times as many transactions").containsPattern("driver +p50 [0-9.]+ +p99");
    }

    @Test
    void sharedCommits() throws Exception {
        SharedCommits.main(new String[] {"clients=4", "rounds=1", "millis=100"});
        assertThat(printed())
                .containsPattern("FULL +4 writers +groupCommit")
                .containsPattern("NORMAL +4 writers +driver");
    }

    @Test
    void cancelLatency() throws Exception {
        CancelLatency.main(new String[] {"cancels=3"});
        assertThat(printed()).containsPattern("driver +p50").contains("per client 3 to 3");
    }

    /** The forked programs print elsewhere; that none failed is to be seen here. */
    @Test
    void slowConsumer() throws Exception {
        SlowConsumer.main(new String[] {"rows=1000"});
        assertThat(printed()).contains("1000 rows").doesNotContain("exit status");
    }
}
