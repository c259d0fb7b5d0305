package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.ConnectionFactoryProvider;
import io.r2dbc.spi.Option;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** C-1, C-2, C-8: how R2DBC finds the driver. */
class DiscoveryTest {

    private final ConnectionFactoryProvider provider = new TursoConnectionFactoryProvider();

    @Test
    void serviceLoaderFindsTheProvider() {
        assertThat(ServiceLoader.load(ConnectionFactoryProvider.class))
                .hasAtLeastOneElementOfType(TursoConnectionFactoryProvider.class);
        assertThat(this.provider.getDriver()).isEqualTo("turso");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:turso:file:///a.db",
                "r2dbc:sqlite:file:///a.db",
                "r2dbc:libsql:file:///a.db",
                "r2dbc:turso:mem:///",
                "r2dbc:turso:unheardof:///a"
            })
    void driverNameAloneDecides(String url) {
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url);
        assertThat(this.provider.supports(options)).isTrue();
        assertThat(ConnectionFactories.supports(options)).isTrue();
    }

    @Test
    @SuppressWarnings("unchecked")
    void otherDriversAreLeftAlone() {
        ConnectionFactoryOptions none = ConnectionFactoryOptions.builder().build();
        Option<?> driver = ConnectionFactoryOptions.DRIVER;
        assertThat(this.provider.supports(none)).isFalse();
        assertThat(this.provider.supports(ConnectionFactoryOptions.parse("r2dbc:h2:mem:///x")))
                .isFalse();
        assertThat(this.provider.supports(ConnectionFactoryOptions.parse("r2dbc:Turso:mem:///x")))
                .isFalse();
        assertThat(this.provider.supports(
                        none.mutate().option((Option<Object>) driver, 1).build()))
                .isFalse();
    }

    @Test
    void nullOptionsAreIllegal() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.provider.supports(null));
        assertThatIllegalArgumentException().isThrownBy(() -> this.provider.create(null));
    }

    @Test
    void factoryIsMadeWithoutTouchingTheDatabase() {
        String url = "r2dbc:turso:file:///no/such/directory/a.db";
        assertThat(ConnectionFactories.get(url)).isInstanceOf(TursoConnectionFactory.class);
        assertThat(ConnectionFactories.get(url).getMetadata().getName()).isEqualTo("Turso");
    }

    @Test
    void wrongValueFailsWhenTheFactoryIsMade() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionFactories.get("r2dbc:turso:file:///a.db?journalMode=WALL"))
                .withMessage("Option 'journalMode': 'WALL' is not one of WAL, DELETE, TRUNCATE, PERSIST, MEMORY, OFF");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionFactories.get("r2dbc:turso:libsql://db-org.turso.io?authToken=sesame"))
                .withMessageContaining("not in this version")
                .withMessageNotContaining("sesame");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "r2dbc:pool:turso:file:///a.db?maxSize=3&validationDepth=REMOTE&readOnly=true",
                "r2dbc:pool:turso:mem:///name?initialSize=0",
                "r2dbc:pool:turso:///a.db",
                "r2dbc:pool:sqlite:file://./a.db"
            })
    void poolFindsTheDriverBehindIt(String url) {
        ConnectionPool pool = (ConnectionPool) ConnectionFactories.get(url);
        assertThat(pool.unwrap()).isInstanceOf(TursoConnectionFactory.class);
        assertThat(pool.getMetadata().getName()).isEqualTo("Turso");
        pool.dispose();
    }

    @ParameterizedTest
    @ValueSource(strings = {"r2dbc:proxy:turso:file:///a.db", "r2dbc:pool:proxy:turso:mem:///name"})
    void proxyFindsTheDriverBehindIt(String url) {
        assertThat(ConnectionFactories.get(url).getMetadata().getName()).isEqualTo("Turso");
    }

    @Test
    void wrongValueIsReportedThroughThePoolToo() {
        assertThatThrownBy(() -> ConnectionFactories.get("r2dbc:pool:turso:file:///a.db?lockWaitTimeout=5"))
                .hasMessage("Option 'lockWaitTimeout': '5' has no unit: write 5s or 5ms");
    }
}
