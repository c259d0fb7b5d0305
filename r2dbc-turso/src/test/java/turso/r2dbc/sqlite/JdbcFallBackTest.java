package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.errors.OpenDatabase;
import turso.r2dbc.opening.OpeningProgram;
import turso.r2dbc.packaging.ForkedJvm;

/**
 * Whoever builds the application chooses the version of sqlite-jdbc. With one that lacks something the driver uses below
 * JDBC, it says so and does all the same by plain JDBC.
 */
class JdbcFallBackTest {

    private static final String BELOW_JDBC = "org.sqlite.core.";

    private static final JavaClasses ENGINE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("turso.r2dbc.sqlite");

    /** What depends on statements most, and the official kit. */
    private static final List<String> TESTS = List.of(
            "concurrency.GroupCommitTest",
            "contract.BatchContractTest",
            "contract.BindingSetsContractTest",
            "contract.DemandContractTest",
            "contract.ErrorContractTest",
            "contract.GeneratedValuesContractTest",
            "contract.LargeObjectContractTest",
            "contract.LostTransactionContractTest",
            "contract.RowContractTest",
            "contract.RowMetadataContractTest",
            "contract.SchemaChangeContractTest",
            "contract.StatementContractTest",
            "contract.UpdateCountContractTest",
            "errors.LockErrorTest",
            "errors.SqlErrorTest",
            "errors.TimeoutErrorTest",
            "sqlite.CachedStatementTest",
            "sqlite.OpenCursorTest",
            "sqlite.TextTest",
            "tck.NamedOnFileTest",
            "tck.QuestionMarkInMemoryTest");

    private static final int FEWEST_TESTS = 500;

    @TempDir
    Path directory;

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    void withAnUnknownSqliteJdbcEverythingWorksByPlainJdbc() throws Exception {
        List<String> lines = run(
                SuiteProgram.class,
                TESTS.stream().map(name -> "turso.r2dbc." + name).toArray(String[]::new));

        assertThat(lines)
                .filteredOn(line -> line.contains(Accesses.class.getName()))
                .singleElement()
                .asString()
                .contains("WARN", "plain JDBC is used instead", "safeRunLong");
        assertThat(lines).filteredOn(line -> line.startsWith("failed: ")).isEmpty();
        assertThat(lines)
                .filteredOn(line -> line.startsWith("succeeded: "))
                .singleElement()
                .satisfies(line -> assertThat(Integer.parseInt(line.substring("succeeded: ".length())))
                        .isGreaterThan(FEWEST_TESTS));
    }

    @Test
    void theFirstThingOfAFileIsItsLockingModeThereToo() throws Exception {
        Path file = this.directory.resolve("exclusive.db");
        try (Connection jdbc = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            OpenDatabase.run(jdbc, "PRAGMA journal_mode = WAL", "CREATE TABLE t (a)");
        }

        assertThat(run(OpeningProgram.class, "r2dbc:turso:file://" + file + "?pragma.locking_mode=EXCLUSIVE"))
                .last()
                .asString()
                .startsWith("opened: ");

        assertThat(Path.of(file + "-wal")).exists();
        assertThat(Path.of(file + "-shm")).doesNotExist();
    }

    private List<String> run(Class<?> program, String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Dorg.slf4j.simpleLogger.logFile=System.out",
                "-cp",
                UnknownSqliteJdbc.classPath(this.directory),
                program.getName()));
        command.addAll(List.of(arguments));
        return ForkedJvm.run(this.directory, command.toArray(String[]::new));
    }

    /** Otherwise one that is missing would be found in the middle of a statement. */
    @Test
    void everyCallBelowJdbcIsTriedBeforehand() {
        Set<String> used = calls(DirectAccess.class, DirectStatement.class);

        assertThat(used).hasSizeGreaterThan(10);
        assertThat(calls(DirectProbe.class)).containsAll(used);
    }

    @Test
    void nothingElseCallsBelowJdbc() {
        Class<?>[] others = ENGINE.stream()
                .filter(type -> !type.getSimpleName().startsWith("Direct"))
                .map(JavaClass::reflect)
                .toArray(Class<?>[]::new);

        assertThat(calls(others)).isEmpty();
    }

    /** {@return what classes call of it, and how they get there} */
    private static Set<String> calls(Class<?>... callers) {
        Set<String> calls = new TreeSet<>();
        Stream.of(callers)
                .flatMap(caller -> ENGINE.get(caller).getMethodCallsFromSelf().stream())
                .map(JavaMethodCall::getTarget)
                .filter(target -> target.getOwner().getName().startsWith(BELOW_JDBC)
                        || target.getRawReturnType().getName().startsWith(BELOW_JDBC))
                .forEach(target -> calls.add(target.getFullName()));
        return calls;
    }
}
