package turso.r2dbc.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionFactory;

/**
 * Streams a table that is larger than the heap to a consumer that takes ten rows at a time and pauses now and then, and
 * prints what that costs in memory. It runs in a JVM of its own with 48 MB of heap; so does the anchor, which collects
 * the rows in a list as drivers do that read a result whole, and which is expected to run out of memory.
 */
public final class SlowConsumer {

    private static final String HEAP = "-Xmx48m";

    private static final int TAKEN_AT_ONCE = 10;

    private static final int ROWS_BETWEEN_PAUSES = 500;

    private static final Duration PAUSE = Duration.ofMillis(1);

    private static final int ROWS_BEFORE_MEASURING = 20_000;

    private static final Duration LIMIT = Duration.ofSeconds(50);

    private SlowConsumer() {}

    /**
     * Runs both.
     *
     * @param arguments {@code rows=1000000}
     */
    public static void main(String[] arguments) throws IOException, SQLException, InterruptedException {
        int rows = new Settings(arguments).number("rows", 1_000_000);
        SqliteDatabase.toRead(Setting.at("wal"), rows).close();
        System.out.println(rows + " rows, ten at a time, with " + HEAP);
        for (Kind kind : Kind.values()) {
            int status = fork(kind, rows);
            if (status != 0) {
                System.out.printf("%-8s ran out of memory, or failed: exit status %d%n", kind, status);
            }
        }
    }

    /** How rows are consumed. */
    enum Kind {
        LIST,
        STREAM
    }

    private static int fork(Kind kind, int rows) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(HEAP, "-XX:+ExitOnOutOfMemoryError", "-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Program.class.getName(), kind.name(), String.valueOf(rows)));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor();
        } finally {
            process.destroyForcibly();
        }
    }

    /** What runs in the small heap. */
    static final class Program {

        private long rows;

        private long usedBefore;

        private long mostUsed;

        /** Arguments: the kind, and how many rows there are. */
        public static void main(String[] arguments) throws IOException, SQLException {
            Kind kind = Kind.valueOf(arguments[0]);
            ItemDatabase database = SqliteDatabase.toRead(Setting.at("wal"), Integer.parseInt(arguments[1]));
            TursoConnectionFactory factory = (TursoConnectionFactory) database.factory();
            Program program = new Program();
            long start = System.nanoTime();
            Mono.usingWhen(
                            factory.create(),
                            connection -> {
                                Flux<String> notes = connection
                                        .createStatement(ItemDatabase.SELECT_ALL)
                                        .execute()
                                        .concatMap(result -> result.map(row -> row.get("note", String.class)));
                                return kind == Kind.LIST ? notes.collectList().then() : program.consume(notes);
                            },
                            connection -> connection.close())
                    .block(LIMIT);
            System.out.printf(
                    Locale.ROOT,
                    "%-8s %d rows in %d ms; the live heap grew by %.1f MB%n",
                    kind,
                    program.rows,
                    Duration.ofNanos(System.nanoTime() - start).toMillis(),
                    Math.max(0, program.mostUsed - program.usedBefore) / 1e6);
        }

        private Mono<Void> consume(Flux<String> notes) {
            return notes.limitRate(TAKEN_AT_ONCE)
                    .concatMap(this::taken, TAKEN_AT_ONCE)
                    .then();
        }

        private Mono<String> taken(String note) {
            this.rows++;
            if (this.rows % ROWS_BEFORE_MEASURING == 0) {
                measure();
            }
            return this.rows % ROWS_BETWEEN_PAUSES == 0 ? Mono.just(note).delayElement(PAUSE) : Mono.just(note);
        }

        private void measure() {
            System.gc();
            long used =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            if (this.usedBefore == 0) {
                this.usedBefore = used;
            }
            this.mostUsed = Math.max(this.mostUsed, used);
        }
    }
}
