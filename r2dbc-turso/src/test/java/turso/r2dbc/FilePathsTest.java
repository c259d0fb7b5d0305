package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.File;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FilePathsTest {

    @ParameterizedTest
    @CsvSource({
        "'', a/b.db, /a/b.db",
        "'', /a/b.db, /a/b.db",
        "'', ./b.db, ./b.db",
        "'', ../b.db, ../b.db",
        "'', .hidden/b.db, /.hidden/b.db",
        "'', ..b.db, /..b.db",
        "'', C:/a.db, /C:/a.db",
        "'', .\\a.db, /.\\a.db",
        "b.db, '', b.db",
        "., b.db, ./b.db",
        ".., a/b.db, ../a/b.db",
        "a, b.db, a/b.db",
        "C, a/b.db, C/a/b.db",
        "localhost, a/b.db, /a/b.db",
        "localhost, '', localhost",
    })
    void urlPathOnUnix(String host, String database, String path) {
        assertThat(FilePaths.fromUrl(host, database, false)).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource({
        "'', C:/data/a.db, C:/data/a.db",
        "'', c:\\data\\a.db, c:\\data\\a.db",
        "'', /C:/data/a.db, /C:/data/a.db",
        "'', data/a.db, /data/a.db",
        "'', \\data\\a.db, \\data\\a.db",
        "'', //server/share/a.db, //server/share/a.db",
        "'', \\\\server\\share\\a.db, \\\\server\\share\\a.db",
        "'', ./a.db, ./a.db",
        "'', .\\a.db, .\\a.db",
        "'', ..\\a.db, ..\\a.db",
        "'', C:a.db, /C:a.db",
        "C, data/a.db, C:/data/a.db",
        "C, '', C",
        "data, a.db, data/a.db",
        "., a.db, ./a.db",
    })
    void urlPathOnWindows(String host, String database, String path) {
        assertThat(FilePaths.fromUrl(host, database, true)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.db", "./a.db", "././a.db", "./dir/.././dir/a.db", "../a.db", ".a", "..a", "a b#%?.db"})
    void pathBecomesAbsoluteWithoutDotsAndKeepsDoubleDots(String text) {
        Path path = FilePaths.parse(text);
        assertThat(path).isAbsolute();
        assertThat(path.normalize()).isEqualTo(Path.of(text).toAbsolutePath().normalize());
        assertThat(path.toString().split("[/\\\\]")).doesNotContain(".");
        assertThat(path.toString().contains("/../")).isEqualTo(text.contains("../"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "a/", "./", "/a/b/", ".", "..", "a/.", "a/..", ""})
    void directoryIsRefusedWithThePathAsResolved(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FilePaths.parse(text))
                .withMessage(
                        "'%s' names a directory, not a database file",
                        Path.of(text).toAbsolutePath());
    }

    @Test
    void separatorTellsTheSystem() {
        assertThat(FilePaths.isWindows()).isEqualTo(File.separatorChar == '\\');
    }

    @Test
    void textThatIsNoPathIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FilePaths.parse("a\u0000b"))
                .withMessageContaining("is not a path of this system");
    }

    @Test
    void nullPathIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new DatabaseLocation.File(null));
    }

    @Test
    void pathOfAnotherFileSystemIsRefused(@TempDir Path directory) throws Exception {
        URI archive = URI.create("jar:" + directory.resolve("a.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("create", "true"))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> FilePaths.absolute(zip.getPath("/a.db")))
                    .withMessageContaining("default file system");
        }
    }
}
