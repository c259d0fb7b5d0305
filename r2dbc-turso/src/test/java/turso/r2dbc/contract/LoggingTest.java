package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.packaging.ForkedJvm;

/**
 * What is logged: statements at DEBUG on {@code turso.r2dbc.QUERY}, their values, which may be secret, at TRACE on
 * {@code turso.r2dbc.PARAM} and nowhere else. In a JVM of its own, since levels are read once.
 */
class LoggingTest {

    private static final String LEVEL = "-Dorg.slf4j.simpleLogger.log.";

    @TempDir
    Path directory;

    private List<String> log(String... levels) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(levels));
        arguments.add("-Dorg.slf4j.simpleLogger.logFile=System.out");
        arguments.add("-Dorg.slf4j.simpleLogger.showThreadName=false");
        arguments.add("-Dorg.slf4j.simpleLogger.showShortLogName=false");
        arguments.add("-cp");
        arguments.add(System.getProperty("java.class.path"));
        arguments.add(LoggingProgram.class.getName());
        return ForkedJvm.run(this.directory, arguments.toArray(String[]::new));
    }

    private static List<String> of(List<String> log, String logger) {
        return log.stream().filter(it -> it.contains(logger)).toList();
    }

    @Test
    void statementsAreLoggedAtDebugWithoutTheirValues() throws Exception {
        List<String> log = log(LEVEL + "turso.r2dbc.QUERY=debug");
        List<String> queries = of(log, "turso.r2dbc.QUERY");
        assertThat(queries)
                .allMatch(it -> it.startsWith("DEBUG"))
                .anyMatch(it -> it.contains("CREATE TABLE t(a, b)"))
                .anyMatch(it -> it.contains("INSERT INTO t VALUES (?, ?)"))
                .anyMatch(it -> it.contains("INSERT INTO t VALUES (:a, :b)"))
                .anyMatch(it -> it.contains("SELECT * FROM t WHERE a = ?"))
                .anyMatch(it -> it.contains("DELETE FROM t"))
                .anyMatch(it -> it.contains("SELECT 1"))
                .anyMatch(it -> it.contains("INSERT INTO nowhere VALUES (?)"))
                .noneMatch(it -> it.contains("never"));
        assertThat(queries.stream().filter(it -> it.contains("INSERT INTO t VALUES (?, ?)")))
                .hasSize(1);
        assertThat(of(log, "turso.r2dbc.PARAM")).isEmpty();
        assertThat(String.join("\n", log)).doesNotContain("s3cret", "4711", "first-set", "searched");
    }

    @Test
    void valuesAreLoggedAtTraceOnly() throws Exception {
        List<String> log = log(LEVEL + "turso.r2dbc.QUERY=trace", LEVEL + "turso.r2dbc.PARAM=debug");
        assertThat(String.join("\n", log)).doesNotContain("s3cret", "4711", "first-set", "searched");
        assertThat(of(log, "turso.r2dbc.QUERY")).isNotEmpty();
    }

    @Test
    void valuesAreLoggedWhenAskedFor() throws Exception {
        List<String> log = log(LEVEL + "turso.r2dbc=trace");
        assertThat(of(log, "turso.r2dbc.PARAM"))
                .allMatch(it -> it.startsWith("TRACE"))
                .anyMatch(it -> it.contains("s3cret-text"))
                .anyMatch(it -> it.contains("4711"))
                .anyMatch(it -> it.contains("first-set"))
                .anyMatch(it -> it.contains("second-set"))
                .anyMatch(it -> it.contains("null"))
                .anyMatch(it -> it.contains("searched"))
                .anyMatch(it -> it.contains("12 bytes"))
                .anyMatch(it -> it.contains("s3cret-failing"))
                .noneMatch(it -> it.contains("s3cret-bytes"));
        assertThat(of(log, "turso.r2dbc.QUERY")).isNotEmpty();
    }

    @Test
    void valuesCanBeLoggedWithoutTheirStatements() throws Exception {
        List<String> log = log(LEVEL + "turso.r2dbc.PARAM=trace");
        assertThat(of(log, "turso.r2dbc.QUERY")).isEmpty();
        assertThat(of(log, "turso.r2dbc.PARAM")).anyMatch(it -> it.contains("s3cret-text"));
    }

    @Test
    void nothingIsLoggedByDefault() throws Exception {
        assertThat(log()).containsExactly("failed as expected");
    }

    @Test
    void noOtherLoggerTellsValues() throws Exception {
        List<String> log = log(
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                LEVEL + "turso.r2dbc.QUERY=off",
                LEVEL + "turso.r2dbc.PARAM=off");
        assertThat(String.join("\n", log)).doesNotContain("s3cret", "4711", "first-set", "searched");
    }
}
