package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.packaging.ForkedJvm;

/** Rows are produced as they are asked for: a million of them pass through a heap that could not hold them. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StreamingMemoryTest {

    private static final int ROWS = 1_000_000;

    private static final int LENGTH = 100;

    @TempDir
    Path directory;

    @Test
    void aMillionRowsStreamThroughASmallHeap() throws Exception {
        assertThat(ForkedJvm.run(
                        this.directory,
                        "-Xmx48m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StreamingProgram.class.getName(),
                        "r2dbc:turso:file://"
                                + this.directory.resolve("rows.db").toUri().getRawPath(),
                        Integer.toString(ROWS)))
                .containsExactly(ROWS + " " + (long) ROWS * LENGTH);
    }
}
