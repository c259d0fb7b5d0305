package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import turso.r2dbc.errors.OpenDatabase;

/** What the operating system says this process still holds. */
public final class Leftovers {

    private static final Path HANDLES = Path.of("/proc/self/fd");

    private Leftovers() {}

    /** {@return whether this system tells} */
    public static boolean canBeCounted() {
        return Files.isDirectory(HANDLES);
    }

    /** {@return the files below a directory that this process has open, once for each handle} */
    public static List<String> openFiles(Path directory) {
        String prefix = real(directory) + "/";
        try (Stream<Path> handles = Files.list(HANDLES)) {
            return handles.map(Leftovers::target)
                    .filter(target -> target.startsWith(prefix))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String real(Path directory) {
        try {
            return directory.toRealPath().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String target(Path handle) {
        try {
            return Files.readSymbolicLink(handle).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /** Asserts that no file below a directory is open. */
    public static void assertNoOpenFiles(Path directory) {
        if (canBeCounted()) {
            assertThat(openFiles(directory)).isEmpty();
        }
    }

    /** {@return whether no file below a directory is open, as far as this system tells} */
    public static boolean hasNoOpenFiles(Path directory) {
        return !canBeCounted() || openFiles(directory).isEmpty();
    }

    /** Waits until no file below a directory is open; for releases that nobody signals. */
    public static void awaitNoOpenFiles(Path directory) {
        OpenDatabase.until(() -> hasNoOpenFiles(directory));
    }

    /** {@return the driver's threads, but for those that serve all factories and come and go} */
    public static Set<Thread> workers() {
        return workers("turso-(?!checkpoint-|read-mark-).*");
    }

    /** {@return the driver's threads that belong to one factory} */
    public static Set<Thread> ownWorkers() {
        return workers("turso-\\d+-\\d+");
    }

    private static Set<Thread> workers(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().matches(name))
                .collect(Collectors.toSet());
    }

    /**
     * Asserts that the threads of factories that were not there before end soon, much sooner than idle ones would. Those
     * that all factories share may come at any time.
     */
    public static void assertEnded(Set<Thread> before) throws InterruptedException {
        Set<Thread> left = ownWorkers();
        left.removeAll(before);
        for (Thread thread : left) {
            thread.join(Duration.ofSeconds(5).toMillis());
            assertThat(thread.isAlive()).as("%s is alive", thread.getName()).isFalse();
        }
    }
}
