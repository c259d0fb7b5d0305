package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Locale;
import java.util.stream.Stream;
import org.sqlite.SQLiteJDBCLoader;

/** Where the benchmarks run. */
final class Machine {

    private static final Path LINUX_PROCESSORS = Path.of("/proc/cpuinfo");

    private static final String MODEL = "model name";

    private Machine() {}

    /** The machine, the software, the date, and how thorough the run is. */
    static String describe(Effort effort) throws IOException {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d processors, %s %s, JDK %s, sqlite-jdbc %s; %s pass, rounds of all cases: %d, rows: %d.",
                LocalDate.now(),
                processor(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version().feature(),
                SQLiteJDBCLoader.getVersion(),
                effort.everything() ? "full" : "short",
                effort.rounds(),
                effort.rows());
    }

    private static String processor() throws IOException {
        if (!Files.exists(LINUX_PROCESSORS)) {
            return "unknown processor";
        }
        try (Stream<String> lines = Files.lines(LINUX_PROCESSORS)) {
            return lines.filter(line -> line.startsWith(MODEL))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown processor");
        }
    }
}
