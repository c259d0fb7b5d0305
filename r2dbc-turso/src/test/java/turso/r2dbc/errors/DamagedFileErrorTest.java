package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.TursoConnection;

/** Files that are no databases, or no longer. */
class DamagedFileErrorTest {

    private static final int CORRUPT = 11;

    private static final int NOT_A_DATABASE = 26;

    private static final int PAGE = 4096;

    private static final String MALFORMED = "database disk image is malformed";

    private static final String SELECT = "SELECT sum(length(a)) FROM t";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void createTables() throws SQLException {
        this.file = this.directory.resolve("a.db");
        try (Connection foreign = foreign(this.file)) {
            run(
                    foreign,
                    "PRAGMA page_size = " + PAGE,
                    "CREATE TABLE healthy (a)",
                    "INSERT INTO healthy VALUES (1)",
                    "CREATE TABLE t (a)",
                    "WITH RECURSIVE c (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200)"
                            + " INSERT INTO t SELECT hex(randomblob(500)) FROM c");
        }
    }

    private OpenDatabase database() {
        return OpenDatabase.file(this.file, options -> options.journalMode(JournalMode.DELETE));
    }

    private void overwrite(long position, int length) throws IOException {
        byte[] garbage = new byte[length];
        Arrays.fill(garbage, (byte) 0xA5);
        try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(garbage), position);
        }
    }

    @Test
    void garbageIsXX001WhenOpening() throws IOException {
        Files.write(
                this.file,
                "This is a letter, and nothing a database engine could read. "
                        .repeat(100)
                        .getBytes());
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            ErrorRow.DAMAGED.verify(
                    database.openFailure(), NOT_A_DATABASE, null, this.file.toString(), "file is not a database");
        }
    }

    @Test
    void damagedHeaderIsXX001WhenOpening() throws IOException {
        overwrite(0, 16);
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            ErrorRow.DAMAGED.verify(
                    database.openFailure(), NOT_A_DATABASE, null, this.file.toString(), "file is not a database");
        }
    }

    @Test
    void damagedSchemaIsXX001WhenOpening() throws IOException {
        overwrite(100, PAGE - 100);
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            ErrorRow.DAMAGED.verify(database.openFailure(), CORRUPT, null, this.file.toString(), MALFORMED);
        }
    }

    @Test
    void damagedPagesAreXX001AndOtherTablesStayReadable() throws IOException {
        overwrite(3 * PAGE, (int) Files.size(this.file) - 3 * PAGE);
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();

            ErrorRow.DAMAGED.verify(failure(connection, SELECT), CORRUPT, SELECT, MALFORMED);

            assertThat(column(connection, "SELECT a FROM healthy")).containsExactly(1L);
            String insert = "INSERT INTO t VALUES (1)";
            ErrorRow.DAMAGED.verify(failure(connection, insert), CORRUPT, insert, MALFORMED);
            assertThat(column(connection, "SELECT a FROM healthy")).containsExactly(1L);
        }
    }

    @Test
    void truncatedFileIsXX001WhenOpening() throws IOException {
        try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.WRITE)) {
            channel.truncate(5 * PAGE);
        }
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            ErrorRow.DAMAGED.verify(database.openFailure(), CORRUPT, null, this.file.toString(), MALFORMED);
        }
    }

    @Test
    void damageWhileRowsFlowDeliversTheRowsBefore() throws IOException {
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.pragma("cache_size", "1"))) {
            TursoConnection connection = database.open();
            run(connection, "PRAGMA mmap_size = 0");
            overwrite(Files.size(this.file) - 2 * PAGE, 2 * PAGE);
            long[] rows = new long[1];

            Throwable error = failure(connection
                    .createStatement("SELECT a FROM t")
                    .execute()
                    .concatMap(result -> result.map(row -> rows[0]++))
                    .then());

            ErrorRow.DAMAGED.verify(error, CORRUPT, "SELECT a FROM t", MALFORMED);
            assertThat(rows[0]).isBetween(50L, 199L);
            assertThat(column(connection, "SELECT a FROM healthy")).containsExactly(1L);
        }
    }

    @Test
    void truncationWhileOpenIsXX001() throws IOException {
        try (OpenDatabase database = database()) {
            TursoConnection connection = database.open();
            assertThat(value(connection, "SELECT count(*) FROM t")).isEqualTo(200L);
            run(connection, "PRAGMA cache_size = 1");
            try (FileChannel channel = FileChannel.open(this.file, StandardOpenOption.WRITE)) {
                channel.truncate(5 * PAGE);
            }

            ErrorRow.DAMAGED.verify(failure(connection, SELECT), CORRUPT, SELECT, MALFORMED);

            assertThat(value(connection, "SELECT 1")).isEqualTo(1L);
        }
    }

    @Test
    void integrityCheckTellsOfDamageWithoutFailing() throws IOException {
        overwrite(Files.size(this.file) - PAGE, PAGE);
        try (OpenDatabase database = database()) {
            assertThat((String) value(database.open(), "PRAGMA integrity_check(1)"))
                    .contains("page");
        }
    }
}
