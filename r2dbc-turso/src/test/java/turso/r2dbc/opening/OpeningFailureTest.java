package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.TursoClosedException;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;

/** Databases that cannot be opened: the error tells why and where, and nothing is left of the attempt. */
class OpeningFailureTest {

    private static final int ERROR = 1;

    private static final int CORRUPT = 11;

    private static final int CANNOT_OPEN = 14;

    private static final int NOT_A_DATABASE = 26;

    @TempDir
    Path directory;

    private Path file;

    private Set<Thread> threadsBefore = Set.of();

    @BeforeEach
    void chooseFile() {
        this.file = this.directory.resolve("a.db");
        this.threadsBefore = Leftovers.workers();
    }

    /** Tries three times, on threads of its own, and looks for what is left. */
    private void assertFails(UnaryOperator<Builder> options, ErrorRow row, int code, String... words)
            throws InterruptedException {
        try (OpenDatabase database = OpenDatabase.file(this.file, it -> options.apply(it.maxThreads(2)))) {
            for (int attempt = 0; attempt < 3; attempt++) {
                Throwable error = database.openFailure();

                row.verify(error, code, null, "Cannot open the database file " + this.file);
                row.verify(error, code, null, words);
                Leftovers.assertNoOpenFiles(this.directory);
            }
        }
        Leftovers.assertEnded(this.threadsBefore);
    }

    private void assertOpens() {
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            TursoConnection connection = database.open();
            run(connection, "CREATE TABLE IF NOT EXISTS t (a)", "INSERT INTO t VALUES (1)");
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
        Leftovers.assertNoOpenFiles(this.directory);
    }

    @Test
    void missingDirectoryIsNamedAndNotCreated() throws Exception {
        Path missing = this.directory.resolve("missing");
        this.file = missing.resolve("a.db");

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "The directory " + missing + " does not exist");

        assertThat(missing).doesNotExist();
        Files.createDirectory(missing);
        assertOpens();
    }

    @Test
    void directoryThatIsAFile() throws Exception {
        Path plain = Files.createFile(this.directory.resolve("plain"));
        this.file = plain.resolve("a.db");

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "The directory " + plain + " does not exist");
    }

    @Test
    void pathThatIsADirectory() throws Exception {
        Files.createDirectory(this.file);

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "It is a directory");

        Files.delete(this.file);
        assertOpens();
    }

    @Test
    void readOnlyOfAMissingFileDoesNotCreateIt() throws Exception {
        assertFails(
                it -> it.readOnly(true),
                ErrorRow.CANNOT_OPEN,
                CANNOT_OPEN,
                "The file does not exist, and is to be opened read-only");

        assertThat(this.file).doesNotExist();
        assertOpens();
    }

    @Test
    void fileThatIsNoDatabaseStaysAsItIs() throws Exception {
        String text = "Dear reader, this is not a database. ".repeat(200);
        Files.writeString(this.file, text);

        assertFails(it -> it, ErrorRow.DAMAGED, NOT_A_DATABASE, "file is not a database");

        assertThat(this.file).hasContent(text);
    }

    @Test
    void fileCutOffWithinItsHeader() throws Exception {
        createTable();
        Files.write(this.file, java.util.Arrays.copyOf(Files.readAllBytes(this.file), 60));

        assertFails(it -> it, ErrorRow.DAMAGED, CORRUPT, "database disk image is malformed");
    }

    @Test
    void fileCutOffBehindItsFirstPage() throws Exception {
        createTable();
        Files.write(this.file, java.util.Arrays.copyOf(Files.readAllBytes(this.file), 4096));

        assertFails(it -> it, ErrorRow.DAMAGED, CORRUPT, "database disk image is malformed");
    }

    private void createTable() throws SQLException {
        try (Connection foreign = foreign(this.file)) {
            run(foreign, "CREATE TABLE t (a)", "INSERT INTO t VALUES (randomblob(100000))");
        }
    }

    @Test
    void emptyFileIsAnEmptyDatabase() throws IOException {
        Files.createFile(this.file);

        assertOpens();
    }

    @Test
    void nameTooLongForTheSystem() throws Exception {
        this.file = this.directory.resolve("x".repeat(300));

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "unable to open database file");
    }

    /** SQLite takes paths of up to 512 bytes. */
    @Test
    void pathTooLongForTheEngine() throws Exception {
        Path deep = this.directory;
        while (deep.toString().length() < 520) {
            deep = deep.resolve("d".repeat(100));
        }
        Files.createDirectories(deep);
        this.file = deep.resolve("a.db");

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "unable to open database file");
    }

    @Test
    void errorInInitSqlTellsTheStatementsNumberAndNotItsText() throws Exception {
        String script = "CREATE TABLE t (a); -- one\nINSERT INTO t VALUES (';'); SELECT * FROM sesame";

        assertFails(
                it -> it.initSql("CREATE TEMP TABLE u (a); " + script.replace("CREATE", "CREATE TEMP")),
                ErrorRow.NO_SUCH_TABLE,
                ERROR,
                "in statement 4 of option initSql",
                "no such table: sesame");
    }

    @Test
    void secretsOfInitSqlAreNotTold() {
        String secret = "open sesame";
        try (OpenDatabase database = OpenDatabase.file(
                this.file, it -> it.initSql("ATTACH '/missing directory/b.db' AS b KEY '" + secret + "'"))) {
            Throwable error = database.openFailure();

            ErrorRow.CANNOT_OPEN.verify(error, CANNOT_OPEN, null, "in statement 1 of option initSql");
            for (Throwable each = error; each != null; each = each.getCause()) {
                assertThat(each.toString()).doesNotContain(secret);
            }
        }
        Leftovers.assertNoOpenFiles(this.directory);
    }

    @Test
    void constraintViolatedByInitSql() throws Exception {
        assertFails(
                it -> it.initSql("CREATE TEMP TABLE u (a UNIQUE); INSERT INTO u VALUES (1), (1)"),
                ErrorRow.UNIQUE,
                2067,
                "in statement 2 of option initSql",
                "UNIQUE constraint failed: u.a");
    }

    /** Every later statement would seem to commit by itself, and be lost. */
    @Test
    void initSqlThatLeavesATransactionOpen() throws Exception {
        assertFails(
                it -> it.initSql("BEGIN IMMEDIATE; CREATE TABLE t (a)"),
                ErrorRow.TRANSACTION_STATE,
                ERROR,
                "cannot leave open the transaction that initSql begins");

        assertOpens();
    }

    @Test
    void initSqlThatLeavesATransactionOpenInMemory() {
        try (OpenDatabase database = OpenDatabase.memory(it -> it.initSql("SAVEPOINT s; CREATE TABLE t (a)"))) {
            ErrorRow.TRANSACTION_STATE.verify(
                    database.openFailure(), ERROR, null, "Cannot open the memory database", "initSql");
        }
    }

    @Test
    void oneFactoryOpensOnceTheReasonIsGone() throws IOException {
        Files.createDirectory(this.file);
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            ErrorRow.CANNOT_OPEN.verify(database.openFailure(), CANNOT_OPEN, null, "It is a directory");
            Files.delete(this.file);

            run(database.open(), "CREATE TABLE t (a)");
        }
        Leftovers.assertNoOpenFiles(this.directory);
    }

    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "Windows has permissions of another kind")
    void unreadableFile() throws Exception {
        createTable();
        Files.setPosixFilePermissions(this.file, PosixFilePermissions.fromString("---------"));
        assumeThat(Files.isReadable(this.file))
                .as("permissions stop whoever runs this: not root")
                .isFalse();

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "The file cannot be read");
    }

    @Test
    @EnabledOnOs(
            value = {OS.LINUX, OS.MAC},
            disabledReason = "Windows has permissions of another kind")
    void newFileInADirectoryThatCannotBeWritten() throws Exception {
        Path closed = Files.createDirectory(this.directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        assumeThat(Files.isWritable(closed))
                .as("permissions stop whoever runs this: not root")
                .isFalse();
        this.file = closed.resolve("a.db");

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "unable to open database file");
    }

    /** Not even root can make a file there. */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "Only Linux has /proc")
    void newFileWhereNobodyCanMakeOne() throws Exception {
        this.file = Path.of("/proc/a.db");

        assertFails(it -> it, ErrorRow.CANNOT_OPEN, CANNOT_OPEN, "unable to open database file");
    }

    @Test
    void closedFactoryRefuses() {
        OpenDatabase database = OpenDatabase.file(this.file);
        database.close();

        assertThat(database.openFailure())
                .isExactlyInstanceOf(TursoClosedException.class)
                .hasMessageContaining("The connection factory is closed");
        assertThat(this.file).doesNotExist();
    }
}
