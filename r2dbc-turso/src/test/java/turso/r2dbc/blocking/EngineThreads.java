package turso.r2dbc.blocking;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.stream.Stream;
import turso.r2dbc.TursoConnectionFactory;

/**
 * Where the driver may call SQLite: on a worker of its own, on the scheduler it was given, and on the cleaner's thread.
 * What a test does by itself through JDBC, or with a class of the engine that it tests alone, is its own business.
 */
final class EngineThreads {

    static final String DRIVER = "turso.r2dbc.";

    private static final String ENGINE = DRIVER + "sqlite.";

    private static final Class<?> WORKER = DriverClasses.named(ENGINE + "WorkerThread");

    private static final String TIMERS = "parallel-";

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

    /** Spares the threads of tests that use JDBC the walk along their stack. */
    private static final ThreadLocal<Boolean> DRIVER_WAS_HERE = ThreadLocal.withInitial(() -> false);

    private EngineThreads() {}

    private static Object codeSource(Class<?> type) {
        return type.getProtectionDomain().getCodeSource();
    }

    /** To be called when the driver enters a class that calls sqlite-jdbc. */
    static void driverEntered() {
        if (!isWorker()) {
            DRIVER_WAS_HERE.set(true);
        }
    }

    /** To be asked from within a call into SQLite. */
    static boolean isEngineWorkAllowedHere() {
        return isWorker()
                || !DRIVER_WAS_HERE.get()
                || !WALKER.walk(EngineThreads::isDriversCall)
                || WALKER.walk(EngineThreads::isDriversPlace);
    }

    private static boolean isWorker() {
        return Thread.currentThread().getClass() == WORKER;
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
        if (!frames.get(outermost).getClassName().startsWith(ENGINE)) {
            return false;
        }
        List<StackFrame> callers = frames.subList(outermost + 1, frames.size());
        return !callers.isEmpty() && (isScheduler(callers.get(0)) || isCleaner(callers.get(0)))
                || callers.stream().anyMatch(it -> it.getClassName().startsWith(ENGINE));
    }

    private static boolean isMainCode(StackFrame frame) {
        return IN_MAIN_CODE.get(frame.getDeclaringClass());
    }

    /** The driver's timers run by the same classes as a scheduler it was given, on Reactor's own threads. */
    private static boolean isScheduler(StackFrame caller) {
        String type = caller.getClassName();
        return (type.startsWith("reactor.core.scheduler.") || type.startsWith("java.util.concurrent."))
                && !Thread.currentThread().getName().startsWith(TIMERS);
    }

    private static boolean isCleaner(StackFrame caller) {
        return caller.getClassName().startsWith("jdk.internal.ref.");
    }
}
