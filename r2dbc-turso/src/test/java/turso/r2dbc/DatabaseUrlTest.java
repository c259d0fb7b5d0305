package turso.r2dbc;

import static io.r2dbc.spi.ConnectionFactoryOptions.DATABASE;
import static io.r2dbc.spi.ConnectionFactoryOptions.DRIVER;
import static io.r2dbc.spi.ConnectionFactoryOptions.HOST;
import static io.r2dbc.spi.ConnectionFactoryOptions.PORT;
import static io.r2dbc.spi.ConnectionFactoryOptions.PROTOCOL;
import static io.r2dbc.spi.ConnectionFactoryOptions.SSL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** C-6: every shape of URL, through the SPI's own parser. */
class DatabaseUrlTest {

    @ParameterizedTest
    @CsvSource({
        "r2dbc:turso:file:///absolute/app.db, /absolute/app.db",
        "r2dbc:turso:file:////absolute/app.db, /absolute/app.db",
        "r2dbc:turso:file://localhost/absolute/app.db, /absolute/app.db",
        "r2dbc:turso:file:///app.db, /app.db",
        "r2dbc:turso:file:///.hidden/app.db, /.hidden/app.db",
        "r2dbc:turso:file:///a%20b%23c%25d%3Fe.db, /a b#c%d?e.db",
        "r2dbc:turso:file:///a+b.db, /a+b.db",
        "r2dbc:turso:file:///a/../b.db, /a/../b.db",
        "r2dbc:turso:file:///a/./b.db, /a/b.db",
        "r2dbc:turso:file:///a.db?readOnly=true, /a.db",
        "r2dbc:turso:file:///a.db?ssl=false, /a.db",
        "r2dbc:turso:file://user:secret@/a.db, /a.db",
        "r2dbc:turso:///absolute/app.db, /absolute/app.db",
        "r2dbc:sqlite:file:///absolute/app.db, /absolute/app.db",
        "r2dbc:sqlite:///absolute/app.db, /absolute/app.db",
        "r2dbc:libsql:file:///absolute/app.db, /absolute/app.db",
        "r2dbc:libsql:///absolute/app.db, /absolute/app.db",
    })
    void absoluteFile(String url, String path) {
        assertThat(location(url)).isEqualTo(new DatabaseLocation.File(Path.of(path)));
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:turso:file://./relative.db, relative.db",
        "r2dbc:turso:file:///./relative.db, relative.db",
        "r2dbc:turso:file://relative.db, relative.db",
        "r2dbc:turso:file://my_file.db, my_file.db",
        "r2dbc:turso:file://a%20b.db, a b.db",
        "r2dbc:turso:file://dir/relative.db, dir/relative.db",
        "r2dbc:turso:file://my_dir/relative.db, my_dir/relative.db",
        "r2dbc:turso:file://dir/sub/relative.db, dir/sub/relative.db",
        "r2dbc:turso:file://./dir/relative.db, dir/relative.db",
        "r2dbc:turso:file://../relative.db, ../relative.db",
        "r2dbc:turso:file:///../relative.db, ../relative.db",
        "r2dbc:turso:file://localhost, localhost",
        "r2dbc:turso:file://user:secret@./relative.db, relative.db",
        "r2dbc:turso://./relative.db, relative.db",
        "r2dbc:turso://../relative.db, ../relative.db",
        "r2dbc:turso:///./relative.db, relative.db",
        "r2dbc:sqlite://relative.db, relative.db",
        "r2dbc:sqlite:file://relative.db, relative.db",
    })
    void relativeFile(String url, String path) {
        Path expected = Path.of("").toAbsolutePath().resolve(path);
        assertThat(location(url)).isEqualTo(new DatabaseLocation.File(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"r2dbc:turso:file:///%C3%A9t%C3%A9/%E6%BC%A2.db", "r2dbc:turso:file:///été/漢.db"})
    void otherAlphabetsPassEncodedAndPlain(String url) {
        Object database = ConnectionFactoryOptions.parse(url).getRequiredValue(DATABASE);
        assertThat(FilePaths.fromUrl("", (String) database, false)).isEqualTo("/été/漢.db");
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:turso:mem:///name, name",
        "r2dbc:turso:mem://name, name",
        "r2dbc:turso:mem:///Orders-2.test_1, Orders-2.test_1",
        "r2dbc:sqlite:mem:///name, name",
        "r2dbc:libsql:mem:///name, name",
    })
    void namedMemoryIsShared(String url, String name) {
        assertThat(location(url)).isEqualTo(new DatabaseLocation.Memory(name, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:turso:mem:///",
                "r2dbc:turso:mem:///?readOnly=false",
                "r2dbc:turso:file:///:memory:",
                "r2dbc:turso:file://:memory:",
                "r2dbc:turso:///:memory:",
                "r2dbc:sqlite://:memory:"
            })
    void memoryWithoutNameIsPrivate(String url) {
        assertThat(location(url))
                .isInstanceOfSatisfying(
                        DatabaseLocation.Memory.class,
                        memory -> assertThat(memory.isPrivate()).isTrue())
                .isNotEqualTo(location(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:turso:mem:///a/b",
                "r2dbc:turso:mem:///.private-1",
                "r2dbc:turso:mem:///a%20b",
                "r2dbc:turso:mem:///a%3Fvfs=unix",
                "r2dbc:turso:mem:///%C3%A9",
                "r2dbc:turso:mem:///-a"
            })
    void memoryNameNeedsNoEscaping(String url) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location(url))
                .withMessageContaining("name of a memory database")
                .withMessageContaining("'" + ConnectionFactoryOptions.parse(url).getValue(DATABASE) + "'");
    }

    @Test
    void memoryNameHasABound() {
        assertThat(location("r2dbc:turso:mem:///" + "a".repeat(127))).isInstanceOf(DatabaseLocation.Memory.class);
        assertThatIllegalArgumentException().isThrownBy(() -> location("r2dbc:turso:mem:///" + "a".repeat(128)));
    }

    @Test
    void memoryHasOneName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location("r2dbc:turso:mem://host/name"))
                .withMessageContaining("r2dbc:turso:mem:///name");
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:turso:libsql://db-org.turso.io, libsql",
        "r2dbc:turso:https://db-org.turso.io, https",
        "r2dbc:turso:http://127.0.0.1:8080, http",
        "r2dbc:turso:wss://db-org.turso.io, wss",
        "r2dbc:turso:ws://127.0.0.1:8080, ws",
        "r2dbcs:turso:libsql://db-org.turso.io, libsql",
        "r2dbcs:turso:file:///a.db, file",
        "r2dbc:turso:file:///a.db?ssl=true, file",
        "r2dbcs:turso:mem:///a, mem",
        "r2dbcs:turso://db-org.turso.io, libsql",
        "r2dbc:libsql://db-org.turso.io, libsql",
    })
    void remoteDatabaseIsNotInThisVersion(String url, String protocol) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location(url))
                .withMessageContaining("not in this version")
                .withMessageContaining("'" + protocol + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:turso:sqlite:///a.db, sqlite",
        "r2dbc:turso:FILE:///a.db, FILE",
        "r2dbc:turso:file:x:///a.db, file:x",
        "r2dbc:turso:tcp://host/a, tcp",
    })
    void unknownProtocolListsTheKnownOnes(String url, String protocol) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location(url))
                .withMessageStartingWith("Protocol '%s' is unknown; accepted are 'file'", protocol)
                .withMessageContaining("'mem'");
    }

    @Test
    void hostWithoutProtocolMayBeAServerAndIsNotTakenForAFile() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location("r2dbc:turso://db-org.turso.io"))
                .withMessageContaining("r2dbc:turso:file://db-org.turso.io")
                .withMessageContaining("r2dbc:turso:libsql://db-org.turso.io");
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:turso:file://a.db:80, a.db:80",
        "r2dbc:turso:file://my_file.db:80, my_file.db:80",
        "r2dbc:turso:file://localhost:80/a.db, localhost:80",
        "r2dbc:turso:mem://name:80, name:80",
    })
    void portIsRefused(String url, String shown) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location(url))
                .withMessageStartingWith("Option 'port'")
                .withMessageContaining("'" + shown + "'");
    }

    @Test
    void fileMustBeNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location("r2dbc:turso:file:///"))
                .withMessageStartingWith("Option 'database' is missing");
    }

    @ParameterizedTest
    @CsvSource({
        "r2dbc:turso:file:///a/, /a",
        "r2dbc:turso:file:////, /",
        "r2dbc:turso:file:///a/.., /a/..",
        "r2dbc:turso:file://./dir/, dir",
        "r2dbc:turso:file://., ''",
    })
    void directoryIsRefusedWithThePathAsResolved(String url, String path) {
        Path directory = Path.of(path).toAbsolutePath();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location(url))
                .withMessageContaining(
                        directory.getFileName() == null
                                ? "'/'"
                                : directory.getFileName().toString())
                .withMessageContaining("names a directory");
    }

    @ParameterizedTest
    @CsvSource({
        "file, /tmp/a.db, /tmp/a.db",
        "file, tmp/a.db, /tmp/a.db",
        "file, ./a.db, a.db",
        "'', /tmp/a.db, /tmp/a.db",
        "'', tmp/a.db, /tmp/a.db",
        "'', ./a.db, a.db",
    })
    void databaseOfAProgramFollowsTheRuleOfUrls(String protocol, String database, String path) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.builder()
                .option(DRIVER, "turso")
                .option(PROTOCOL, protocol)
                .option(DATABASE, database)
                .build();
        Path expected = Path.of("").toAbsolutePath().resolve(path);
        assertThat(TursoConnectionConfiguration.from(options).location())
                .isEqualTo(new DatabaseLocation.File(expected));
    }

    @Test
    void databaseOfAProgramNeedsNoProtocol() {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.builder()
                .option(DRIVER, "turso")
                .option(DATABASE, "/tmp/a.db")
                .build();
        assertThat(TursoConnectionConfiguration.from(options).location())
                .isEqualTo(new DatabaseLocation.File(Path.of("/tmp/a.db")));
    }

    /** Spring Boot passes everything it read from properties as text. */
    @Test
    void portAndSslAreReadFromTextToo() {
        ConnectionFactoryOptions file = ConnectionFactoryOptions.parse("r2dbc:turso:file:///a.db");
        assertThat(TursoConnectionConfiguration.from(with(file, SSL, "off")).location())
                .isEqualTo(new DatabaseLocation.File(Path.of("/a.db")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TursoConnectionConfiguration.from(with(file, SSL, "true")))
                .withMessageContaining("not in this version");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TursoConnectionConfiguration.from(with(file, PORT, "80")))
                .withMessageStartingWith("Option 'port'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TursoConnectionConfiguration.from(with(file, SSL, "maybe")))
                .withMessage("Option 'ssl': 'maybe' is not one of true, false, on, off");
    }

    @Test
    void placeOfTheWrongTypeIsRefused() {
        ConnectionFactoryOptions file = ConnectionFactoryOptions.parse("r2dbc:turso:file:///a.db");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TursoConnectionConfiguration.from(with(file, HOST, Path.of("a"))))
                .withMessageMatching("Option 'host': an object of .* is not a text");
    }

    @SuppressWarnings("unchecked")
    private static ConnectionFactoryOptions with(ConnectionFactoryOptions options, Option<?> option, Object value) {
        return options.mutate().option((Option<Object>) option, value).build();
    }

    private static DatabaseLocation location(String url) {
        return TursoConnectionConfiguration.from(ConnectionFactoryOptions.parse(url))
                .location();
    }
}
