package turso.r2dbc;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivestreams.Publisher;
import reactor.core.scheduler.Schedulers;

/** The rules of the house: which package may know which, and what no part of a non-blocking driver may do. */
class ArchitectureTest {

    private static final URL DRIVER =
            TursoConnectionFactory.class.getProtectionDomain().getCodeSource().getLocation();

    private static final JavaClasses CLASSES = new ClassFileImporter().importUrl(DRIVER);

    private static final String ROOT = "turso.r2dbc";

    private static final String JAVA = "java.. org.jspecify.annotations..";

    private static final String REACTOR = "reactor.. org.reactivestreams..";

    private static final String SPI = "io.r2dbc.spi..";

    private static final String SPRING = "turso.r2dbc.spring";

    /** What each package may know, apart from itself; the root package may know everything but Spring. */
    @ParameterizedTest
    @CsvSource({
        "sql, java.lang.. java.util.. org.jspecify.annotations..",
        "session, " + JAVA + " reactor..",
        "api, " + JAVA + " " + REACTOR + " " + SPI,
        "codec, " + JAVA + " " + REACTOR + " " + SPI + " turso.r2dbc.session turso.r2dbc.api",
        "core, " + JAVA + " " + REACTOR + " " + SPI
                + " turso.r2dbc.session turso.r2dbc.api turso.r2dbc.codec turso.r2dbc.sql",
        "flow, " + JAVA + " " + REACTOR + " " + SPI
                + " turso.r2dbc.session turso.r2dbc.api turso.r2dbc.sql turso.r2dbc.core",
        "sqlite, " + JAVA + " " + REACTOR + " org.sqlite.. turso.r2dbc.session",
        "spring, " + JAVA + " " + SPI + " org.springframework.. turso.r2dbc turso.r2dbc.api",
    })
    void packageKnowsOnlyWhatItMay(String room, String others) {
        String name = ROOT + "." + room;
        check(classes()
                .that()
                .resideInAPackage(name)
                .should()
                .onlyDependOnClassesThat(describe("are in " + name + " or one of " + others, known(name, others))));
    }

    /** Arrays of primitive types are in no package. */
    private static DescribedPredicate<JavaClass> known(String name, String others) {
        DescribedPredicate<JavaClass> known = resideInAPackage(name).or(resideInAPackage(""));
        for (String other : others.split(" ")) {
            known = known.or(resideInAPackage(other));
        }
        return known;
    }

    @Test
    void everyPackageIsListedAbove() {
        check(classes()
                .should()
                .resideInAnyPackage(
                        ROOT,
                        "turso.r2dbc.sql",
                        "turso.r2dbc.session",
                        "turso.r2dbc.api",
                        "turso.r2dbc.codec",
                        "turso.r2dbc.core",
                        "turso.r2dbc.flow",
                        "turso.r2dbc.sqlite",
                        SPRING));
    }

    @Test
    void nobodyKnowsTheRootPackageButTheHooksOfSpring() {
        check(noClasses()
                .that()
                .resideOutsideOfPackages(ROOT, SPRING)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(ROOT));
    }

    @Test
    void packagesHaveNoCycles() {
        check(slices().matching("turso.r2dbc.(*)..").should().beFreeOfCycles());
    }

    @Test
    void onlyTheEngineKnowsSqliteJdbcAndJdbc() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("turso.r2dbc.sqlite")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.sqlite..", "java.sql..", "javax.sql.."));
    }

    /** Where Spring is not, nothing that needs it is ever loaded. */
    @Test
    void nobodyKnowsSpringOrItsHooks() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage(SPRING)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.springframework..", SPRING));
    }

    @Test
    void nothingIsPrinted() {
        check(noClasses().should(ACCESS_STANDARD_STREAMS));
    }

    @Test
    void nothingSleeps() {
        check(noClasses().should().accessTargetWhere(methodOf(Thread.class, "sleep")));
    }

    @Test
    void nothingBlocksForAPublisher() {
        String blocking = "block|blockOptional|blockFirst|blockLast|toIterable|toStream";
        check(noClasses().should().accessTargetWhere(methodOf(Publisher.class, blocking)));
    }

    /** The subscription itself is what runs: these operators cost more than the statements they would carry. */
    @Test
    void noOperatorMovesWorkBetweenThreads() {
        String moving = "subscribeOn|publishOn|cancelOn|fromCallable|create|push";
        check(noClasses().should().accessTargetWhere(methodOf(Publisher.class, moving)));
    }

    /** Engine work has its own threads; Reactor's timer only passes messages on. */
    @Test
    void noSchedulerOfReactorIsUsedButTheTimer() {
        check(noClasses().should().accessTargetWhere(methodOf(Schedulers.class, "(?!parallel$).*")));
        check(noClasses()
                .that()
                .doNotHaveFullyQualifiedName("turso.r2dbc.sqlite.Timers")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Schedulers.class));
    }

    /** Calls and method references alike. */
    private static DescribedPredicate<JavaAccess<?>> methodOf(Class<?> owner, String names) {
        return describe(
                "is a method of " + owner.getName() + " named " + names,
                access -> access.getTarget().getOwner().isAssignableTo(owner)
                        && access.getTarget().getName().matches(names));
    }

    @Test
    void publicFieldsAreConstants() {
        check(fields().that().arePublic().should().beFinal().andShould().beStatic());
        check(fields().that().arePublic().should().notHaveRawType(describe("arrays", JavaClass::isArray)));
    }

    @Test
    void everyPackageIsNullMarked() {
        Set<JavaPackage> packages = new HashSet<>(CLASSES.getPackage(ROOT).getSubpackagesInTree());
        packages.add(CLASSES.getPackage(ROOT));
        assertThat(packages).allMatch(room -> room.isAnnotatedWith(NullMarked.class));
    }

    /** What is not meant for users cannot be reached from another module. */
    @Test
    void moduleExportsNothingButTheDoorAndThePublicTypes() throws URISyntaxException {
        ModuleDescriptor module = ModuleFinder.of(Path.of(DRIVER.toURI()))
                .find(ROOT)
                .orElseThrow()
                .descriptor();

        assertThat(module.exports())
                .filteredOn(exports -> !exports.isQualified())
                .extracting(ModuleDescriptor.Exports::source)
                .containsExactlyInAnyOrder(ROOT, "turso.r2dbc.api");
        assertThat(module.exports())
                .filteredOn(ModuleDescriptor.Exports::isQualified)
                .singleElement()
                .satisfies(hooks -> assertThat(hooks.source()).isEqualTo(SPRING))
                .satisfies(hooks -> assertThat(hooks.targets()).containsExactly("spring.core"));
        assertThat(module.opens()).isEmpty();
        assertThat(module.isOpen()).isFalse();
    }

    private static void check(ArchRule rule) {
        rule.check(CLASSES);
    }
}
