package turso.r2dbc.blocking;

import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;
import reactor.core.scheduler.NonBlocking;

/**
 * Watches every thread of a test JVM, through BlockHound, for two things: a blocking call on a non-blocking thread, and a
 * call of the driver into SQLite on a thread that is not the driver's to use. Both fail at the place where they happen,
 * and are kept, so that {@link ThreadGuardExtension} can fail the test even if the error was swallowed.
 *
 * <p>BlockHound cannot look into native code. So each native method of sqlite-jdbc counts as a blocking one here, on
 * whatever thread, and {@link EngineThreads} decides.
 */
public final class ThreadGuard implements BlockHoundIntegration {

    private static final String SQLITE = "org.sqlite.core.NativeDB";

    /** Made for other threads; it returns at once and takes no lock. */
    private static final String INTERRUPT = "interrupt";

    private static final Queue<BlockingOperationError> VIOLATIONS = new ConcurrentLinkedQueue<>();

    private static final LongAdder ENGINE_CALLS = new LongAdder();

    /** For the service loader. */
    public ThreadGuard() {}

    /** {@return what was found since the last call} */
    public static List<BlockingOperationError> takeViolations() {
        List<BlockingOperationError> taken = new ArrayList<>();
        BlockingOperationError violation;
        while ((violation = VIOLATIONS.poll()) != null) {
            taken.add(violation);
        }
        return taken;
    }

    /** {@return how many calls into SQLite were looked at so far} */
    public static long engineCalls() {
        return ENGINE_CALLS.sum();
    }

    @Override
    public void applyTo(BlockHound.Builder builder) {
        for (Method method : DriverClasses.named(SQLITE).getDeclaredMethods()) {
            if (Modifier.isNative(method.getModifiers()) && !method.getName().equals(INTERRUPT)) {
                mark(builder, method);
            }
        }
        for (Class<?> type : DriverClasses.callingSqlite()) {
            for (Method method : type.getDeclaredMethods()) {
                mark(builder, method);
            }
        }
        // toIterable() and toStream() take a lock in onNext, which their reader on a blocking thread holds for moments.
        builder.allowBlockingCallsInside(
                "reactor.core.publisher.BlockingIterable$SubscriberIterator", "signalConsumer");
        // Loads what the checks need, which could not be done in the middle of one.
        EngineThreads.isEngineWorkAllowedHere();
        builder.nonBlockingThreadPredicate(current -> thread -> true).blockingMethodCallback(ThreadGuard::check);
    }

    private static void mark(BlockHound.Builder builder, Method method) {
        String descriptor = MethodType.methodType(method.getReturnType(), method.getParameterTypes())
                .toMethodDescriptorString();
        builder.markAsBlocking(method.getDeclaringClass().getName(), method.getName(), descriptor);
    }

    private static void check(BlockingMethod method) {
        String type = method.getClassName();
        if (type.equals(SQLITE)) {
            ENGINE_CALLS.increment();
            if (!EngineThreads.isEngineWorkAllowedHere()) {
                fail(method);
            }
        } else if (type.startsWith(EngineThreads.DRIVER)) {
            EngineThreads.driverEntered();
        } else if (Thread.currentThread() instanceof NonBlocking) {
            fail(method);
        }
    }

    private static void fail(BlockingMethod method) {
        BlockingOperationError violation = new BlockingOperationError(method);
        VIOLATIONS.add(violation);
        throw violation;
    }
}
