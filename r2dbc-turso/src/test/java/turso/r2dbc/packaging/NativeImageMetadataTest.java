package turso.r2dbc.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactoryProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.TursoConnectionFactoryProvider;
import turso.r2dbc.api.TursoCodec;

/** The metadata for GraalVM can be read, and what it names exists. (No native image is built here.) */
class NativeImageMetadataTest {

    private static final String METADATA =
            "META-INF/native-image/io.github.r2dbc-turso/r2dbc-turso/reachability-metadata.json";

    @Test
    void everyConstructorNamedExists() throws IOException, ReflectiveOperationException {
        for (Object entry : list(metadata().get("reflection"))) {
            Class<?> type = Class.forName((String) map(entry).get("type"));
            for (Object method : list(map(entry).get("methods"))) {
                assertThat(method).isEqualTo(Map.of("name", "<init>", "parameterTypes", List.of()));
                assertThat(type.getConstructor()).isNotNull();
            }
        }
    }

    @Test
    void everyServiceFileNamedIsOneOfAServiceTheDriverProvidesOrUses() throws IOException {
        assertThat(list(metadata().get("resources")))
                .extracting(entry -> map(entry).get("glob"))
                .containsExactlyInAnyOrder(
                        "META-INF/services/" + ConnectionFactoryProvider.class.getName(),
                        "META-INF/services/" + TursoCodec.class.getName());
    }

    @Test
    void providersOfTheServiceFileAreThoseOfTheMetadata() throws IOException {
        List<Object> provided = ServiceLoader.load(ConnectionFactoryProvider.class).stream()
                .map(candidate -> candidate.type().getName())
                .filter(name -> name.startsWith("turso."))
                .map(Object.class::cast)
                .toList();

        assertThat(list(metadata().get("reflection")))
                .extracting(entry -> map(entry).get("type"))
                .containsExactlyElementsOf(provided)
                .containsExactly(TursoConnectionFactoryProvider.class.getName());
    }

    @Test
    void nothingElseIsInTheMetadata() throws IOException {
        assertThat(metadata()).containsOnlyKeys("comment", "reflection", "resources");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{", "{}}", "{\"a\"}", "{\"a\":\"b\",}", "[\"a\" \"b\"]", "{\"a\":[],\"a\":[]}", "x", "\"a"})
    void readerRefusesWhatIsNoJson(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    private static Map<String, Object> metadata() throws IOException {
        try (InputStream file =
                TursoConnectionFactoryProvider.class.getClassLoader().getResourceAsStream(METADATA)) {
            assertThat(file).as(METADATA).isNotNull();
            return map(Json.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    private static List<Object> list(Object value) {
        return (List<Object>) value;
    }
}
