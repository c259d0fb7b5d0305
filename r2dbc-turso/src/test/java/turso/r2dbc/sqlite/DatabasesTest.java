package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is shared by the users of one database, and by nobody else. */
class DatabasesTest {

    @TempDir
    Path directory;

    private Path file(String name) throws IOException {
        return Files.createFile(this.directory.resolve(name));
    }

    @Test
    void oneFileIsOneDatabaseUntilItsLastUserLeaves() throws Exception {
        Path file = file("a.db");
        Database first = Databases.joinFile(file);
        Database second = Databases.joinFile(this.directory.resolve("./a.db"));
        assertThat(second).isSameAs(first);
        assertThat(second.lane()).isSameAs(first.lane());

        Databases.leave(first);
        assertThat(Databases.joinFile(file)).isSameAs(first);
        Databases.leave(first);
        Databases.leave(first);

        Database later = Databases.joinFile(file);
        assertThat(later).isNotSameAs(first);
        Databases.leave(later);
    }

    @Test
    void differentFilesAreDifferentDatabases() throws Exception {
        Database first = Databases.joinFile(file("a.db"));
        Database second = Databases.joinFile(file("b.db"));
        assertThat(second).isNotSameAs(first);
        Databases.leave(first);
        Databases.leave(second);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows asks for a privilege to make symbolic links")
    void linksAreTheFileTheyPointTo() throws Exception {
        Path file = file("a.db");
        Path symbolic = Files.createSymbolicLink(this.directory.resolve("symbolic.db"), file);
        Path hard = Files.createLink(this.directory.resolve("hard.db"), file);
        Database direct = Databases.joinFile(file);
        assertThat(Databases.joinFile(symbolic)).isSameAs(direct);
        assertThat(Databases.joinFile(hard)).isSameAs(direct);
        Databases.leave(direct);
        Databases.leave(direct);
        Databases.leave(direct);
    }

    @Test
    void memoryDatabasesAreKnownByTheirNames() throws Exception {
        String name = UUID.randomUUID().toString();
        Database first = Databases.joinMemory(name);
        assertThat(Databases.joinMemory(name)).isSameAs(first);
        Database other = Databases.joinMemory(name + "x");
        assertThat(other).isNotSameAs(first);
        Databases.leave(other);
        Databases.leave(first);
        Databases.leave(first);
    }

    @Test
    void anchorIsSetOnceAndClosedWithTheLastUser() throws Exception {
        String name = UUID.randomUUID().toString();
        Database database = Databases.joinMemory(name);
        assertThat(Databases.needsAnchor(database)).isTrue();
        Engine anchor = JdbcEngine.open().engine();
        Engine tooLate = JdbcEngine.open().engine();

        assertThat(Databases.anchor(database, anchor)).isTrue();
        assertThat(Databases.needsAnchor(database)).isFalse();
        assertThat(Databases.anchor(database, tooLate)).isFalse();

        Databases.joinMemory(name);
        Databases.leave(database);
        assertThat(anchor.isClosed()).isFalse();
        Databases.leave(database);
        assertThat(anchor.isClosed()).isTrue();
        tooLate.close();
    }

    @Test
    void schemaVersionGrowsWithEveryChange() throws Exception {
        Database database = Databases.joinMemory(UUID.randomUUID().toString());
        long before = database.schemaVersion();
        database.schemaChanged();
        database.schemaChanged();
        assertThat(database.schemaVersion()).isEqualTo(before + 2);
        Databases.leave(database);
    }
}
