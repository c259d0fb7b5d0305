package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.scheduler.Schedulers;
import turso.r2dbc.api.TursoCodec;

class TursoConnectionConfigurationTest {

    @Test
    void filePathIsAnOrdinaryPath() {
        Path expected = Path.of("tmp/a b#c.db").toAbsolutePath();
        assertThat(builder().file("tmp/a b#c.db").build().location()).isEqualTo(new DatabaseLocation.File(expected));
        assertThat(builder().file(Path.of("tmp/a b#c.db")).build().location())
                .isEqualTo(new DatabaseLocation.File(expected));
        assertThat(builder().file(expected.toString()).build().location())
                .isEqualTo(new DatabaseLocation.File(expected));
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {":memory:", "a/", "."})
    void textThatNamesNoFileIsRefused(String path) {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().file(path));
    }

    @Test
    void nullArgumentsAreIllegal() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().file((Path) null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().memory(null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().pragma(null, "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().pragma("cache_size", null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().journalMode(null));
        assertThatIllegalArgumentException().isThrownBy(() -> builder().codecs(null));
    }

    @Test
    void databaseMustBeChosen() {
        assertThatIllegalArgumentException().isThrownBy(() -> builder().build()).withMessageContaining("No database");
    }

    @Test
    void lastDatabaseCounts() {
        assertThat(builder().file("a.db").memory("m").build().location())
                .isEqualTo(new DatabaseLocation.Memory("m", false));
    }

    @Test
    void nobodyCanNameAPrivateDatabase() {
        DatabaseLocation.Memory memory = DatabaseLocation.Memory.newPrivate();
        assertThatIllegalArgumentException().isThrownBy(() -> builder().memory(memory.name()));
    }

    @Test
    void threadsOfAnotherSchedulerCannotBeCounted() {
        TursoConnectionConfiguration.Builder builder =
                builder().memory().scheduler(Schedulers.immediate()).maxQueuedTasks(5);
        assertThat(builder.build().maxQueuedTasks()).isEqualTo(5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.maxThreads(2).build())
                .withMessageStartingWith("Option 'maxThreads'");
    }

    @Test
    void configurationDoesNotChangeWithItsBuilder() {
        List<TursoCodec<?>> codecs = new ArrayList<>();
        TursoConnectionConfiguration.Builder builder =
                builder().memory("a").maxThreads(2).pragma("cache_size", "5").codecs(codecs);
        TursoConnectionConfiguration configuration = builder.build();
        codecs.add(OptionsTest.codec());
        builder.memory("b").maxThreads(3).pragma("cache_size", "6");
        assertThat(configuration.location()).isEqualTo(new DatabaseLocation.Memory("a", false));
        assertThat(configuration.maxThreads()).isEqualTo(2);
        assertThat(configuration.pragmas()).containsEntry("cache_size", "5");
        assertThat(configuration.codecs()).isEmpty();
        assertThatThrownBy(() -> configuration.pragmas().clear()).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> configuration.codecs().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void toStringShowsPlaceAndSettingsWithoutSecrets() {
        String text = builder()
                .memory("orders")
                .maxThreads(2)
                .readOnly(true)
                .initSql("ATTACH 'a.db' AS a KEY 'sesame'")
                .pragma("hexkey", "'5e5a4e'")
                .build()
                .toString();
        assertThat(text)
                .isEqualTo("TursoConnectionConfiguration{location=Memory[name=orders, isPrivate=false],"
                        + " options={readOnly=true, initSql=REDACTED, maxThreads=2}, pragmas=[hexkey]}");
    }

    private static TursoConnectionConfiguration.Builder builder() {
        return TursoConnectionConfiguration.builder();
    }
}
