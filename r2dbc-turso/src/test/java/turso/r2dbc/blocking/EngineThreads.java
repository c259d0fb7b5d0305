package turso.r2dbc.blocking;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.scheduler.NonBlocking;
import turso.r2dbc.TursoConnectionFactory;

/**
 * Where the driver may call SQLite: on a worker of its own, on the scheduler it was given, and on the cleaner's thread.
 * What a test does by itself through JDBC, or with a class of the engine that it tests alone, is its own business.
 */
final class EngineThreads {

    private static final String DRIVER = "turso.r2dbc.";

    private static final String ENGINE = DRIVER + "sqlite.";

    private static final String WORKER = ENGINE + "WorkerThread";

    private static final String SQLITE_JDBC = "org.sqlite.";

    private static final StackWalker WALKER = StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE);

    /** Tests are in the same packages, but come from another place. */
    private static final ClassValue<Boolean> IN_MAIN_CODE = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
            return type.getName().startsWith(DRIVER)
                    && codeSource(type).equals(codeSource(TursoConnectionFactory.class));
        }
    };

    private EngineThreads() {}

    private static Object codeSource(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }

    /** To be asked from within a call into SQLite. */
    static boolean isEngineWorkAllowedHere() {
        return Thread.currentThread().getClass().getName().equals(WORKER)
                || !WALKER.walk(EngineThreads::isDriversCall)
                || WALKER.walk(EngineThreads::isDriversPlace);
    }

    /** {@return whether it is the driver, not a test, that calls sqlite-jdbc} */
    private static boolean isDriversCall(Stream<StackFrame> innermostFirst) {
        return innermostFirst
                .dropWhile(it -> !it.getClassName().startsWith(SQLITE_JDBC))
                .filter(it -> it.getClassName().startsWith(DRIVER))
                .findFirst()
                .map(EngineThreads::isMainCode)
                .orElse(false);
    }

    private static boolean isDriversPlace(Stream<StackFrame> innermostFirst) {
        List<StackFrame> frames = innermostFirst.toList();
        int outermost = frames.size() - 1;
        while (!isMainCode(frames.get(outermost))) {
            outermost--;
        }
        String caller =
                outermost + 1 < frames.size() ? frames.get(outermost + 1).getClassName() : "";
        boolean engine = frames.get(outermost).getClassName().startsWith(ENGINE);
        return engine && (isScheduler(caller) || isCleaner(caller) || caller.startsWith(ENGINE));
    }

    private static boolean isMainCode(StackFrame frame) {
        return IN_MAIN_CODE.get(frame.getDeclaringClass());
    }

    /** The driver's timers run by the same classes as a scheduler it was given, but on non-blocking threads. */
    private static boolean isScheduler(String caller) {
        return (caller.startsWith("reactor.core.scheduler.") || caller.startsWith("java.util.concurrent."))
                && !(Thread.currentThread() instanceof NonBlocking);
    }

    private static boolean isCleaner(String caller) {
        return caller.startsWith("jdk.internal.ref.");
    }
}
