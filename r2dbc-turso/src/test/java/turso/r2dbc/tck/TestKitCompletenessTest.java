package turso.r2dbc.tck;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.r2dbc.spi.test.TestKit;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The kit is run whole: nothing of it is overridden, switched off or left out. */
class TestKitCompletenessTest {

    /** In r2dbc-spi-test 1.0.0. */
    private static final int TESTS = 34;

    /** What the kit asks an implementor for. */
    private static final Set<String> HOOKS =
            Set.of("getConnectionFactory", "getJdbcOperations", "getPlaceholder", "getIdentifier", "doGetSql");

    static List<Class<?>> kits() {
        return new ClassFileImporter()
                .importPackages(TestKitCompletenessTest.class.getPackageName()).stream()
                        .filter(type -> type.isAssignableTo(TestKit.class))
                        .filter(type -> !type.getModifiers().contains(JavaModifier.ABSTRACT))
                        .<Class<?>>map(JavaClass::reflect)
                        .toList();
    }

    @Test
    void everyStyleRunsOnFilesAndInMemory() {
        assertThat(kits())
                .contains(
                        QuestionMarkOnFileTest.class,
                        QuestionMarkInMemoryTest.class,
                        NumberedOnFileTest.class,
                        NumberedInMemoryTest.class,
                        NamedOnFileTest.class,
                        NamedInMemoryTest.class);
    }

    @ParameterizedTest
    @MethodSource("kits")
    void onlyHooksAreOverridden(Class<?> kit) throws NoSuchMethodException {
        for (Method method : TestKit.class.getMethods()) {
            if (!HOOKS.contains(method.getName()) && !Modifier.isStatic(method.getModifiers())) {
                assertThat(kit.getMethod(method.getName(), method.getParameterTypes()))
                        .isEqualTo(method);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("kits")
    void onlyWhatStandsBeforeTheDriverMayDeviate(Class<?> kit) {
        boolean bare = !kit.getSimpleName().matches("(Pooled|Observed).*");

        assertThat(kit.getAnnotationsByType(Deviation.class).length == 0).isEqualTo(bare);
    }

    @ParameterizedTest
    @MethodSource("kits")
    void nothingIsDisabled(Class<?> kit) {
        assertThat(AnnotationSupport.isAnnotated(kit, Disabled.class)).isFalse();
        assertThat(Arrays.stream(kit.getMethods()).filter(it -> it.isAnnotationPresent(Disabled.class)))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("kits")
    void everyTestRunsAndSucceeds(Class<?> kit) {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();

        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(DiscoverySelectors.selectClass(kit))
                                .build(),
                        listener);

        TestExecutionSummary summary = listener.getSummary();
        assertThat(summary.getTestsFoundCount()).isEqualTo(TESTS);
        assertThat(summary.getTestsSkippedCount()).isZero();
        assertThat(summary.getTestsAbortedCount()).isZero();
        assertThat(summary.getTestsSucceededCount()).isEqualTo(TESTS);
    }
}
