package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteConnectionConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.core.CoreStatement;
import org.sqlite.core.DB;
import org.sqlite.core.SafeStmtPtr;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * What the driver uses of sqlite-jdbc beyond JDBC, which nobody promises to keep. A version that changes any of it fails
 * here, by name, before the driver quietly becomes slower ({@link JdbcFallBackTest}) or anything stranger happens.
 */
class SqliteJdbcSurfaceTest {

    private static final String SQLITE_JDBC = "org.sqlite.";

    /** Owner, result, name, parameters: exactly what is compiled into the driver. */
    private static final Set<String> METHODS = Set.of(
            "DB int step(long)",
            "DB int reset(long)",
            "DB int clear_bindings(long)",
            "DB int column_count(long)",
            "DB int column_type(long, int)",
            "DB String column_name(long, int)",
            "DB String column_decltype(long, int)",
            "DB String column_table_name(long, int)",
            "DB String column_text(long, int)",
            "DB byte[] column_blob(long, int)",
            "DB long column_long(long, int)",
            "DB double column_double(long, int)",
            "DB boolean execute(CoreStatement, Object[])",
            "DB long changes()",
            "DB long total_changes()",
            "DB void interrupt()",
            "DB void throwex(int)",
            "SafeStmtPtr boolean isClosed()",
            "SafeStmtPtr long safeRunLong(SafePtrLongFunction)",
            "SQLiteConnection DB getDatabase()",
            "SQLiteConnection SQLiteConnectionConfig getConnectionConfig()",
            "SQLiteConnection PreparedStatement prepareStatement(String)",
            "SQLiteConnection void close()",
            "SQLiteConnectionConfig void setAutoCommit(boolean)",
            "SQLiteConnectionConfig void setGetGeneratedKeys(boolean)",
            "SQLiteConfig Connection createConnection(String)",
            "SQLiteConfig void setBusyTimeout(int)",
            "SQLiteConfig void setOpenMode(SQLiteOpenMode)",
            "SQLiteConfig void setReadOnly(boolean)",
            "SQLiteConfig void enableLoadExtension(boolean)",
            "SQLiteException SQLiteErrorCode getResultCode()",
            "SQLiteErrorCode String toString()",
            "SQLiteJDBCLoader boolean initialize()",
            "ProgressHandler void setHandler(Connection, int, ProgressHandler)",
            "ProgressHandler void clearHandler(Connection)");

    private static final Set<Class<?>> OWNERS = Set.of(
            DB.class,
            SafeStmtPtr.class,
            SQLiteConnection.class,
            SQLiteConnectionConfig.class,
            SQLiteConfig.class,
            SQLiteErrorCode.class,
            SQLiteException.class,
            SQLiteJDBCLoader.class,
            ProgressHandler.class);

    private static final JavaClasses DRIVER = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/test-classes/"))
            .importPackages("turso.r2dbc");

    @Test
    void everyMethodUsedIsThereAndPublic() {
        Set<String> there = new TreeSet<>();
        for (Class<?> owner : OWNERS) {
            Arrays.stream(owner.getMethods())
                    .map(method -> describe(owner, method))
                    .filter(METHODS::contains)
                    .forEach(there::add);
        }

        assertThat(there).containsExactlyInAnyOrderElementsOf(METHODS);
    }

    private static String describe(Class<?> owner, Method method) {
        return owner.getSimpleName() + " " + method.getReturnType().getSimpleName() + " " + method.getName() + "("
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /** The list above is complete: it is compared with the driver's own class files. */
    @Test
    void nothingElseIsCalled() {
        Set<String> called = new TreeSet<>();
        for (JavaClass each : DRIVER) {
            each.getMethodCallsFromSelf().forEach(call -> add(called, call.getTarget()));
            each.getMethodReferencesFromSelf().forEach(call -> add(called, call.getTarget()));
        }
        called.removeIf(method -> method.endsWith(" getMessage()")); // of Throwable

        assertThat(called).containsExactlyInAnyOrderElementsOf(METHODS);
    }

    private static void add(Set<String> called, CodeUnitAccessTarget target) {
        if (isOfSqliteJdbc(target)) {
            called.add(target.getOwner().getSimpleName() + " "
                    + target.getRawReturnType().getSimpleName() + " " + target.getName() + "("
                    + target.getRawParameterTypes().stream()
                            .map(JavaClass::getSimpleName)
                            .collect(Collectors.joining(", "))
                    + ")");
        }
    }

    private static boolean isOfSqliteJdbc(AccessTarget target) {
        return target.getOwner().getName().startsWith(SQLITE_JDBC);
    }

    @ParameterizedTest
    @CsvSource({
        "org.sqlite.core.CoreStatement, pointer, org.sqlite.core.SafeStmtPtr",
        "org.sqlite.SQLiteErrorCode, code, int",
        "org.sqlite.SQLiteErrorCode, message, java.lang.String"
    })
    void everyFieldUsedIsThereAndPublic(String owner, String name, String type) throws ReflectiveOperationException {
        Field field = Class.forName(owner).getField(name);

        assertThat(field.getType().getName()).isEqualTo(type);
        assertThat(Modifier.isStatic(field.getModifiers())).isFalse();
    }

    @Test
    void progressHandlersAreMadeByOverridingOneMethod() throws NoSuchMethodException {
        Method progress = ProgressHandler.class.getDeclaredMethod("progress");

        assertThat(Modifier.isProtected(progress.getModifiers())).isTrue();
        assertThat(Modifier.isAbstract(progress.getModifiers())).isTrue();
        assertThat(progress.getReturnType()).isEqualTo(int.class);
    }

    @Test
    void castsHold() {
        assertThat(CoreStatement.class).isAssignableFrom(JDBC4PreparedStatement.class);
        assertThat(PreparedStatement.class).isAssignableFrom(JDBC4PreparedStatement.class);
        assertThat(Connection.class).isAssignableFrom(SQLiteConnection.class);
        assertThat(SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE.code).isEqualTo(2067);
    }

    /** P-11: the driver is a module, and so must be what it requires; its packages below JDBC are exported. */
    @Test
    void sqliteJdbcIsAModuleThatExportsItsCore() {
        var module = java.lang.module.ModuleFinder.of(java.nio.file.Path.of(DB.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath()))
                .find("org.xerial.sqlitejdbc");

        assertThat(module).isPresent();
        assertThat(module.get().descriptor().exports())
                .filteredOn(exported -> !exported.isQualified())
                .extracting(java.lang.module.ModuleDescriptor.Exports::source)
                .contains("org.sqlite", "org.sqlite.core");
    }
}
