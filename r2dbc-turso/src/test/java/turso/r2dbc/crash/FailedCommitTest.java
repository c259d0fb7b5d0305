package turso.r2dbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.packaging.ForkedJvm;

/** A shared commit that fails is nobody's. */
@EnabledOnOs(OS.LINUX)
class FailedCommitTest {

    private static final String COMMITTED = "1, 1 there";

    private static final String INPUT_OUTPUT_ERROR = "error 10, 0 there";

    @TempDir
    Path directory;

    @Test
    void everybodyIsTold() throws Exception {
        List<String> told = ForkedJvm.runWithin(
                LimitedProcess.LIMIT_BYTES,
                this.directory,
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                LimitedProcess.class.getName(),
                this.directory.resolve("limited.db").toString());
        // The first of them may have been committed before the others, if they took long.
        assertThat(told).hasSize(LimitedProcess.WRITERS).contains(INPUT_OUTPUT_ERROR);
        assertThat(told).allMatch(it -> it.equals(COMMITTED) || it.equals(INPUT_OUTPUT_ERROR));
    }
}
