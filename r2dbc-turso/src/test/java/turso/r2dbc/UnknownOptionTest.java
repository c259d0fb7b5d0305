package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactoryOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.test.util.TestLogger;

/** C-3: unknown options are no error; they are warned of. */
class UnknownOptionTest {

    private final TestLogger logger = new TestLogger(false);

    @ParameterizedTest
    @CsvSource({
        "journalmode, journalMode",
        "JournalMode, journalMode",
        "journal_mode, journalMode",
        "busy_timeout, lockWaitTimeout",
        "foreign_keys, foreignKeys",
        "lockTimeout, lockWaitTimeout",
        "readOnyl, readOnly",
        "pragam.cache_size, pragma.cache_size",
        "Pragma.cache_size, pragma.cache_size",
        "usr, user",
        "max-threads, maxThreads",
    })
    void nearestOptionIsNamed(String name, String meant) {
        read("r2dbc:turso:mem:///?" + name + "=secret");
        assertThat(this.logger.getErrContent())
                .contains("WARN")
                .contains("Unknown option '" + name + "' is ignored; did you mean '" + meant + "'?")
                .doesNotContain("secret");
    }

    @Test
    void withoutANearOneAllAreNamed() {
        read("r2dbc:turso:mem:///?authToken=secret");
        assertThat(this.logger.getErrContent())
                .contains("Unknown option 'authToken' is ignored; known are journalMode, synchronous, ")
                .contains("loadExtensions")
                .contains("pragma.NAME")
                .doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "acquireRetry",
                "backgroundEvictionInterval",
                "initialSize",
                "maxAcquireTime",
                "maxCreateConnectionTime",
                "maxIdleTime",
                "maxLifeTime",
                "maxSize",
                "maxValidationTime",
                "minIdle",
                "poolName",
                "postAllocate",
                "preRelease",
                "proxyListener",
                "registerJmx",
                "validationDepth",
                "validationQuery"
            })
    void optionsOfThePoolAndTheProxyPassWithoutWarning(String name) {
        read("r2dbc:turso:mem:///?" + name + "=1");
        assertThat(this.logger.getErrContent()).isEmpty();
        assertThat(this.logger.getOutContent()).contains("'" + name + "' is left to r2dbc-pool");
    }

    @Test
    void credentialsAreIgnoredAndNeverPrinted() {
        TursoConnectionConfiguration configuration = read("r2dbc:turso:file://alice:sesame@./a.db");
        assertThat(this.logger.getErrContent()).isEmpty();
        assertThat(this.logger.getOutContent())
                .contains("Option 'user' is ignored")
                .contains("Option 'password' is ignored")
                .doesNotContain("alice", "sesame");
        assertThat(configuration.toString()).doesNotContain("alice", "sesame");
    }

    @Test
    void knownOptionsAreSilent() {
        read("r2dbc:turso:file:///a.db?journalMode=wal&pragma.cache_size=5&connectTimeout=5s&ssl=false");
        assertThat(this.logger.getErrContent()).isEmpty();
        assertThat(this.logger.getOutContent()).isEmpty();
    }

    private TursoConnectionConfiguration read(String url) {
        return TursoConnectionConfiguration.from(ConnectionFactoryOptions.parse(url), this.logger);
    }
}
