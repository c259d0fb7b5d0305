package turso.r2dbc.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program in a JVM of its own. */
public final class ForkedJvm {

    private static final long LONGEST_RUN_SECONDS = 90;

    private ForkedJvm() {}

    /**
     * Runs a program to its end, which must be a good one.
     *
     * @param directory its working directory
     * @param arguments what stands behind {@code java}
     * @return the lines it printed, without those of its error stream
     */
    public static List<String> run(Path directory, String... arguments) throws IOException, InterruptedException {
        return run(directory, List.of(), arguments);
    }

    /** Does that in a process whose files cannot grow beyond a limit; on Linux. @param bytes the limit */
    public static List<String> runWithin(int bytes, Path directory, String... arguments)
            throws IOException, InterruptedException {
        String limited = "ulimit -f " + bytes / 1024 + " && exec \"$0\" \"$@\"";
        return run(directory, List.of("bash", "-c", limited), arguments);
    }

    private static List<String> run(Path directory, List<String> before, String... arguments)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Path errors = Files.createTempFile(directory, "errors", ".txt");
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            boolean ended = process.waitFor(LONGEST_RUN_SECONDS, TimeUnit.SECONDS);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError((ended ? "Exit status " + process.exitValue() : "It does not end") + "\n"
                        + Files.readString(output) + Files.readString(errors));
            }
            return Files.readAllLines(output);
        } finally {
            process.destroyForcibly();
        }
    }
}
