package turso.r2dbc.blocking;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;
import turso.r2dbc.sqlite.TursoBlockHoundIntegration;

/** What the driver's own integration lets its threads do, and that all of it is needed. */
class AllowancesTest {

    private static final Map<String, Set<String>> ALLOWED = Map.of(
            "turso.r2dbc.sqlite.WorkerPool$Worker", Set.of("park"),
            "turso.r2dbc.sqlite.NativeLibrary", Set.of("load"),
            "turso.r2dbc.sqlite.Accesses", Set.of("warn"),
            "turso.r2dbc.codec.Codecs", Set.of("discovered"),
            "java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", Set.of("remove"),
            "turso.r2dbc.sqlite.Interrupter", Set.of("leave", "running"),
            "turso.r2dbc.sqlite.SnapshotGroup", Set.of("claim", "revoke"));

    @TempDir
    private Path directory;

    @Test
    void blockHoundFindsTheIntegration() {
        assertThat(ServiceLoader.load(BlockHoundIntegration.class))
                .hasAtLeastOneElementOfType(TursoBlockHoundIntegration.class);
    }

    @Test
    void onlyTheIdleLoopTheLibraryItsWarningTheCodecsTimersTheInterruptAndASnapshotMayWait() throws Exception {
        Map<String, Map<String, Boolean>> before = allowances(BlockHound.builder());
        Map<String, Map<String, Boolean>> after =
                allowances(BlockHound.builder().with(new TursoBlockHoundIntegration()));

        Map<String, Set<String>> added = new HashMap<>();
        after.forEach((type, methods) -> {
            Map<String, Boolean> more = new HashMap<>(methods);
            more.keySet().removeAll(before.getOrDefault(type, Map.of()).keySet());
            if (!more.isEmpty()) {
                assertThat(more.values()).containsOnly(true);
                added.put(type, more.keySet());
            }
        });
        assertThat(added).isEqualTo(ALLOWED);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Map<String, Boolean>> allowances(BlockHound.Builder builder) throws Exception {
        Field field = BlockHound.Builder.class.getDeclaredField("allowances");
        field.setAccessible(true);
        return (Map<String, Map<String, Boolean>>) field.get(builder);
    }

    @Test
    void theMethodsAllowedExist() {
        ALLOWED.forEach((type, methods) -> assertThat(declaredMethods(type)).containsAll(methods));
    }

    private static List<String> declaredMethods(String type) {
        try {
            return Arrays.stream(Class.forName(type).getDeclaredMethods())
                    .map(it -> it.getName())
                    .toList();
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void withTheIntegrationNothingIsFoundInANewProcess() throws Exception {
        assertThat(FirstOpening.fork(this.directory, "none")).containsExactly("rows 1");
    }

    @ParameterizedTest
    @CsvSource({"turso.r2dbc.sqlite.WorkerPool$Worker, park", "turso.r2dbc.sqlite.NativeLibrary, load"})
    void withoutAnAllowanceItsMethodIsFound(String type, String method) throws Exception {
        assertThat(FirstOpening.fork(this.directory, type))
                .contains("rows 1")
                .hasSizeGreaterThan(1)
                .allMatch(it -> it.equals("rows 1") || it.endsWith(" in " + type + "." + method));
    }
}
