package turso.r2dbc.blocking;

import io.r2dbc.spi.ConnectionFactories;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.ReactorBlockHoundIntegration;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.packaging.ForkedJvm;
import turso.r2dbc.sqlite.TursoBlockHoundIntegration;

/**
 * A process in which the driver opens its first connection, and so loads SQLite's library, under the eyes of BlockHound.
 * It writes what was found, and the rows it read.
 */
final class FirstOpening {

    private static final Set<String> FOUND = new ConcurrentSkipListSet<>();

    private FirstOpening() {}

    /**
     * Runs the process.
     *
     * @param directory its working directory
     * @param type the class that is not allowed to block there
     * @return what it wrote, line by line
     */
    static List<String> fork(Path directory, String type) throws IOException, InterruptedException {
        List<String> arguments =
                new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), FirstOpening.class.getName(), type));
        return ForkedJvm.run(directory, arguments.toArray(String[]::new));
    }

    /** @param arguments the class that is not allowed to block */
    public static void main(String[] arguments) {
        BlockHound.builder()
                .with(new ReactorBlockHoundIntegration())
                .with(new TursoBlockHoundIntegration())
                .with(builder -> disallow(builder, arguments[0]))
                .blockingMethodCallback(FirstOpening::found)
                .install();
        TursoConnectionFactory factory = (TursoConnectionFactory) ConnectionFactories.get("r2dbc:turso:mem:///");
        int rows = TestDatabase.await(Mono.usingWhen(
                        factory.create(),
                        it -> TestDatabase.rows(it, "SELECT 1", Integer.class).collectList(),
                        TursoConnection::close))
                .size();
        awaitIdleWorkers();
        TestDatabase.await(factory.close());
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        FOUND.forEach(out::println);
        out.println("rows " + rows);
    }

    private static void disallow(BlockHound.Builder builder, String type) {
        if (type.endsWith("Worker")) {
            builder.disallowBlockingCallsInside(type, "park");
        } else if (type.endsWith("Library")) {
            builder.disallowBlockingCallsInside(type, "load");
        }
    }

    private static void awaitIdleWorkers() {
        while (Thread.getAllStackTraces().keySet().stream()
                .anyMatch(it -> it.getName().startsWith("turso-") && it.getState() != Thread.State.TIMED_WAITING)) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static void found(BlockingMethod method) {
        String place = StackWalker.getInstance()
                .walk(frames -> frames.filter(it -> it.getClassName().startsWith("turso.r2dbc.")
                                && !it.getClassName().equals(FirstOpening.class.getName()))
                        .findFirst()
                        .map(it -> it.getClassName() + "." + it.getMethodName())
                        .orElse("none of the driver's methods"));
        FOUND.add(method + " in " + place);
    }
}
