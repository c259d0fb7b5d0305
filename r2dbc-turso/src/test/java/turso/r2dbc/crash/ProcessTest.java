package turso.r2dbc.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What other processes write, and what is left when one is killed ({@code kill -9}) in the middle of it. The system
 * properties {@code crash.rounds} and {@code crash.seed} set how often that happens, and when.
 *
 * <p>A killed process loses what it has in memory; what a power cut does to a disk is not tested.
 */
class ProcessTest {

    private static final int ROUNDS = Integer.getInteger("crash.rounds", 6);

    private static final long SEED = Long.getLong("crash.seed", 99);

    /** So many that some must have hit a commit, and some a checkpoint. */
    private static final int MANY_ROUNDS = 100;

    private static final int MOST_TRANSACTIONS = 200;

    private static final long LONGEST_TRANSACTION_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    /** Every transaction adds about as many pages to the log as SQLite's checkpoint waits for here. */
    private static final String OPTIONS_FOR_GROUPS = "groupCommit=true&";

    private static final List<String> OPTIONS =
            List.of("pragma.wal_autocheckpoint=4", "walLimit=1", "pragma.wal_autocheckpoint=8&synchronous=NORMAL");

    @TempDir
    Path directory;

    private Path file = Path.of("unset");

    @BeforeEach
    void createTables() throws SQLException {
        this.file = this.directory.resolve("processes.db");
        try (Connection jdbc = connect();
                Statement statement = jdbc.createStatement()) {
            statement.execute("pragma journal_mode = wal");
            statement.execute("create table t (number integer, row integer, filling text, primary key (number, row))");
            statement.execute("create table counter (n integer)");
            statement.execute("insert into counter values (0)");
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + this.file);
    }

    private long queryLong(String sql) throws SQLException {
        try (Connection jdbc = connect();
                Statement statement = jdbc.createStatement();
                ResultSet results = statement.executeQuery(sql)) {
            assertThat(results.next()).isTrue();
            return results.getLong(1);
        }
    }

    private Process start(long first, long count, String options) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WritingProcess.class.getName(),
                        "r2dbc:turso:file://" + this.file + options,
                        Long.toString(first),
                        Long.toString(count))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static BufferedReader output(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void aKilledProcessLosesNothingItAcknowledgedAndLeavesNoPartOfATransaction() throws Exception {
        assertThat(killOverAndOver("")).isZero();
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES)
    void norDoesOneWhoseWritesShareCommits() throws Exception {
        try (Connection jdbc = connect();
                Statement statement = jdbc.createStatement()) {
            statement.execute("create trigger counting after insert on t when new.row = 0"
                    + " begin update counter set n = n + 1; end");
        }
        assertThat(killOverAndOver(OPTIONS_FOR_GROUPS)).isPositive();
    }

    /** {@return how many writes have shared a commit} */
    private long killOverAndOver(String options) throws Exception {
        Random random = new Random(SEED);
        List<Long> acknowledged = new ArrayList<>();
        long grouped = 0;
        int withinCommit = 0;
        int withinCheckpoint = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Process process = start(1_000_000L * (round + 1), 0, "?" + options + OPTIONS.get(round % OPTIONS.size()));
            grouped += killAtRandomMoment(process, random, acknowledged);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            Wreck wreck = Wreck.of(this.file);
            withinCommit += wreck.withinCommit() ? 1 : 0;
            withinCheckpoint += wreck.withinCheckpoint() ? 1 : 0;
            verify(acknowledged);
        }
        System.out.printf(
                "crash: seed %d, %d kills, %d of them within a commit, %d within a checkpoint;"
                        + " %d transactions acknowledged, %d of them in groups%n",
                SEED, ROUNDS, withinCommit, withinCheckpoint, acknowledged.size(), grouped);
        assertThat(acknowledged).hasSizeGreaterThan(ROUNDS);
        if (ROUNDS >= MANY_ROUNDS) {
            assertThat(withinCommit).isPositive();
            assertThat(withinCheckpoint).isPositive();
        }
        return grouped;
    }

    /** {@return how many writes have shared a commit} */
    private static long killAtRandomMoment(Process process, Random random, List<Long> acknowledged) throws IOException {
        long grouped = 0;
        int after = 1 + random.nextInt(MOST_TRANSACTIONS);
        try (BufferedReader output = output(process)) {
            String line;
            int seen = 0;
            while ((line = output.readLine()) != null) {
                String[] numbers = line.split(" ");
                acknowledged.add(Long.parseLong(numbers[0]));
                grouped = Math.max(grouped, Long.parseLong(numbers[1]));
                seen++;
                if (seen == after) {
                    LockSupport.parkNanos(random.nextLong(LONGEST_TRANSACTION_NANOS));
                    // The handle, because the process would close its output too, with acknowledgements still in it.
                    process.toHandle().destroyForcibly();
                }
            }
        }
        return grouped;
    }

    private void verify(List<Long> acknowledged) throws SQLException {
        assertThat(queryLong("select count(*) from (select number from t group by number having count(*) <> "
                        + WritingProcess.ROWS_PER_TRANSACTION + ")"))
                .as("transactions of which only a part is there")
                .isZero();
        assertThat(queryLong("select count(*) = 3 * (select n from counter) from t"))
                .isOne();
        try (Connection jdbc = connect();
                Statement statement = jdbc.createStatement()) {
            try (ResultSet check = statement.executeQuery("pragma integrity_check")) {
                assertThat(check.next()).isTrue();
                assertThat(check.getString(1)).isEqualTo("ok");
            }
            List<Long> missing = new ArrayList<>(acknowledged);
            try (ResultSet rows = statement.executeQuery("select distinct number from t")) {
                List<Long> there = new ArrayList<>();
                while (rows.next()) {
                    there.add(rows.getLong(1));
                }
                missing.removeAll(new java.util.HashSet<>(there));
            }
            assertThat(missing).as("acknowledged, but lost").isEmpty();
        }
    }

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void twoProcessesWritingOneFileLoseNoUpdate() throws Exception {
        long each = 150;
        List<Process> processes = List.of(
                start(1_000_000, each, "?synchronous=OFF&lockWaitTimeout=60s"),
                start(2_000_000, each, "?synchronous=OFF&lockWaitTimeout=60s"));
        int acknowledged = 0;
        for (Process process : processes) {
            try (BufferedReader output = output(process)) {
                while (output.readLine() != null) {
                    acknowledged++;
                }
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        }
        assertThat(acknowledged).isEqualTo(2 * each);
        assertThat(queryLong("select n from counter")).isEqualTo(2 * each);
        assertThat(queryLong("select count(*) from t")).isEqualTo(2 * each * WritingProcess.ROWS_PER_TRANSACTION);
    }
}
