package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How long the first row takes in a new JVM: loading classes, unpacking and loading the native library, opening a file and
 * reading a row. The start of the JVM itself does not count.
 *
 * @param impl reads the row
 */
record StartUp(ItemReader.Implementation impl) implements Measurement {

    private static final int ITEMS = 1_000;

    private static final int KEY = 500;

    private static final int LIMIT_SECONDS = 60;

    @Override
    public void run(Effort effort, Findings findings) throws IOException, SQLException, InterruptedException {
        this.impl.filled(Setting.at("wal"), ITEMS).close();
        for (int i = 0; i < effort.iterations(); i++) {
            findings.times().add(fork());
        }
    }

    private double fork() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FirstRow.class.getName(),
                        this.impl.name()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream output = process.getInputStream()) {
            String nanos = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("No first row with " + this.impl);
            }
            return Double.parseDouble(nanos.strip());
        } finally {
            process.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return "StartUp impl=" + this.impl;
    }

    /** What runs in a JVM of its own. */
    static final class FirstRow {

        private FirstRow() {}

        /** Prints how many nanoseconds passed. The argument says who reads the row. */
        public static void main(String[] arguments) throws Exception {
            Blackhole blackhole = new Blackhole(
                    "Today's password is swordfish. I understand instantiating Blackholes directly is dangerous.");
            long start = System.nanoTime();
            ItemSink sink = new ItemSink(blackhole);
            ItemReader.Implementation impl = ItemReader.Implementation.valueOf(arguments[0]);
            try (ItemDatabase database = impl.filled(Setting.at("wal"), ITEMS);
                    ItemReader reader = impl.open(database, true, 1)) {
                reader.readEach(new int[] {KEY}, 1, sink);
                long end = System.nanoTime();
                sink.expect(1, KEY);
                System.out.println(end - start);
            }
        }
    }
}
