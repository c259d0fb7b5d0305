package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Paths as URIs in which nothing but the path is left to be understood.
 *
 * @see <a href="https://www.sqlite.org/uri.html">Uniform Resource Identifiers</a>
 */
class FileUriTest {

    @ParameterizedTest
    @CsvSource({
        "/a/b.db, file:///a/b.db",
        "/a b.db, file:///a%20b.db",
        "/a?mode=memory, file:///a%3Fmode%3Dmemory",
        "/a#b, file:///a%23b",
        "/50%, file:///50%25",
        "/a&b;c=d+e, file:///a%26b%3Bc%3Dd%2Be",
        "/[x]{y}, file:///%5Bx%5D%7By%7D",
        "/back\\slash, file:///back%5Cslash",
        "/ü漢, file:///%C3%BC%E6%BC%A2",
        "/a-b_c.d~e:f, file:///a-b_c.d~e:f"
    })
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows does not have such paths")
    void everythingSpecialIsEscaped(String path, String uri) {
        assertThat(FileUri.of(Path.of(path))).isEqualTo(uri);
    }

    @Test
    void relativePathBecomesAbsolute() {
        assertThat(FileUri.of(Path.of("a.db"))).startsWith("file:///").endsWith("/a.db");
    }

    @Test
    void fileThatMustExistIsNotMade(@TempDir Path directory) {
        Path missing = directory.resolve("a b.db");

        assertThatThrownBy(() -> Connector.connect(FileUri.ofExisting(missing))).isInstanceOf(EngineError.class);

        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void memoryDatabasesAreOfTheirOwnFileSystem() {
        assertThat(FileUri.ofMemory("a.b_c-1")).isEqualTo("file:/a.b_c-1?vfs=memdb");
    }
}
