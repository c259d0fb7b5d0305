package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.r2dbc.spi.Option;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import turso.r2dbc.api.BatchMode;
import turso.r2dbc.packaging.Readme;
import turso.r2dbc.packaging.Readme.Row;

/** The README's table of options and the driver's agree. */
class ReadmeOptionTableTest {

    private static final Readme README = Readme.read();

    private static final String PRAGMA_ROW = "pragma.NAME";

    /** R2DBC's own, which has neither a constant nor a method here. */
    private static final String CONNECT_TIMEOUT = "connectTimeout";

    @Test
    void optionsAreThoseOfTheDriver() throws IllegalAccessException {
        List<String> rows = optionNames();

        assertThat(rows).doesNotHaveDuplicates().contains(PRAGMA_ROW);
        List<String> defined =
                OptionDefinitions.all().stream().map(OptionDefinition::name).toList();
        assertThat(without(rows, PRAGMA_ROW)).containsExactlyInAnyOrderElementsOf(defined);
        List<String> constants = new ArrayList<>();
        for (var field : TursoConnectionFactoryProvider.class.getFields()) {
            if (field.getType() == Option.class) {
                constants.add(((Option<?>) field.get(null)).name());
            }
        }
        assertThat(without(rows, PRAGMA_ROW, CONNECT_TIMEOUT)).containsExactlyInAnyOrderElementsOf(constants);
    }

    @Test
    void everyOptionHasAMethodOfTheBuilder() {
        Set<String> methods = Stream.of(TursoConnectionConfiguration.Builder.class.getMethods())
                .map(Method::getName)
                .collect(Collectors.toSet());

        assertThat(methods).contains("pragma").containsAll(without(optionNames(), PRAGMA_ROW, CONNECT_TIMEOUT));
    }

    static Stream<Row> optionTable() {
        return README.table("option").stream();
    }

    @ParameterizedTest
    @MethodSource("optionTable")
    void defaultIsWhatTheRowSays(Row row) {
        OptionDefinition<?> definition = OptionDefinitions.find(row.code(0).orElseThrow());
        Object expected = definition == null ? null : definition.defaultValue();
        if (expected == null || expected.equals(List.of())) {
            assertThat(row.codes(1)).isEmpty();
        } else {
            assertThat((Object) definition.read(row.cell(1).replace("`", ""))).isEqualTo(expected);
        }
    }

    @Test
    void constantsAreListedInFull() {
        Map<String, List<String>> listed =
                optionTable().collect(Collectors.toMap(row -> row.code(0).orElseThrow(), row -> row.codes(2)));

        for (OptionDefinition<?> definition : OptionDefinitions.all()) {
            String accepted = definition.type().accepted();
            boolean constants = accepted.startsWith("one of ") && !accepted.contains("true");
            if (constants) {
                assertThat(listed.get(definition.name()))
                        .containsAll(
                                List.of(accepted.substring("one of ".length()).split(", ")));
            }
        }
        assertThat(listed.get("batchMode")).hasSize(BatchMode.values().length);
    }

    /** An option that nothing reads is reserved, and one that something reads is not. */
    @Test
    void reservedOptionsAreThoseNothingReads() {
        Set<String> unread = new TreeSet<>();
        JavaClass configuration = new ClassFileImporter()
                .importUrl(TursoConnectionFactory.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation())
                .get(TursoConnectionConfiguration.class);
        for (JavaMethod method : configuration.getMethods()) {
            boolean option = OptionDefinitions.find(method.getName()) != null;
            boolean read = method.getAccessesToSelf().stream()
                    .anyMatch(access -> !access.getOriginOwner().equals(configuration));
            if (option && !read) {
                unread.add(method.getName());
            }
        }

        assertThat(optionTable().filter(row -> row.cell(2).contains("reserved: no effect in this version")))
                .extracting(row -> row.code(0).orElseThrow())
                .containsExactlyInAnyOrderElementsOf(unread);
    }

    private static List<String> optionNames() {
        return optionTable().map(row -> row.code(0).orElseThrow()).toList();
    }

    private static List<String> without(List<String> names, String... excluded) {
        List<String> rest = new ArrayList<>(names);
        rest.removeAll(List.of(excluded));
        return rest;
    }
}
