package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.packaging.ForkedJvm;

/** With the first connection of a process it is found out what sqlite-jdbc can do, whatever its file is like. */
class FirstOpeningTest {

    /** Where the locks of a write-ahead log are in its index, behind which is the one that all users share. */
    private static final int LOCKS = 120;

    private static final int NUMBER_OF_LOCKS = 8;

    private static final int INDEX_BYTES = 32_768;

    @TempDir
    Path directory;

    private List<String> open(String url) throws Exception {
        return ForkedJvm.run(
                this.directory,
                "-Dorg.slf4j.simpleLogger.logFile=System.out",
                "-cp",
                System.getProperty("java.class.path"),
                OpeningProgram.class.getName(),
                url);
    }

    private Path log(String name) throws SQLException {
        Path file = this.directory.resolve(name);
        try (Connection jdbc = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            OpenDatabase.run(jdbc, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)");
        }
        return file;
    }

    @Test
    void aDamagedFileIsNotTakenForAnUnknownVersion() throws Exception {
        Path file = Files.writeString(this.directory.resolve("damaged.db"), "no database".repeat(100));

        assertThat(open("r2dbc:turso:file://" + file))
                .singleElement()
                .asString()
                .startsWith("refused: ")
                .contains("file is not a database");
    }

    /** Then SQLite keeps the index of the log in memory, but only if nothing has read the file before. */
    @Test
    void theFirstThingOfAFileIsItsLockingMode() throws Exception {
        Path file = log("exclusive.db");

        assertThat(open("r2dbc:turso:file://" + file + "?pragma.locking_mode=EXCLUSIVE"))
                .singleElement()
                .asString()
                .startsWith("opened: ");

        assertThat(Path.of(file + "-wal")).exists();
        assertThat(Path.of(file + "-shm")).doesNotExist();
    }

    /** As by a process that repairs what a killed one has left. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aLockIsNotTakenForAnUnknownVersion() throws Exception {
        Path file = log("locked.db");
        Path indexFile = Files.write(Path.of(file + "-shm"), new byte[INDEX_BYTES]);
        try (FileChannel index = FileChannel.open(indexFile, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock used = index.lock(LOCKS + NUMBER_OF_LOCKS, 1, true);
                FileLock repaired = index.lock(LOCKS, NUMBER_OF_LOCKS, false)) {
            assertThat(used.isValid() && repaired.isValid()).isTrue();
            List<String> lines = open("r2dbc:turso:file://" + file + "?lockWaitTimeout=100ms");
            assertThat(lines).singleElement().asString().startsWith("refused: ").contains("lockWaitTimeout");
        }
    }
}
