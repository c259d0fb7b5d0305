package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.blocking.ThreadGuard;

/**
 * A worker that has finished its step at the very moment at which it is interrupted waits for the interrupt to end, and so
 * does whoever interrupts at the same moment. That is too short to be met by chance, so the state of it is set by hand.
 */
class InterrupterWaitTest {

    /** So often is the worker seen waiting that it has been through its loop. */
    private static final int OFTEN = 10;

    @ParameterizedTest
    @ValueSource(strings = {"leave", "running"})
    void aThreadThatMustNotBlockMayWaitForAnInterruptToEnd(String method) throws Exception {
        try (JdbcEngine jdbc = JdbcEngine.open()) {
            Interrupter interrupter = new Interrupter(jdbc.engine());
            AtomicReference<@Nullable Object> working = working(interrupter);
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Method waiting = Arrays.stream(Interrupter.class.getDeclaredMethods())
                    .filter(it -> it.getName().equals(method))
                    .findAny()
                    .orElseThrow();
            waiting.setAccessible(true);
            Thread worker = new WorkerThread(
                    new WorkerPool("turso-none", 1, 1),
                    () -> {
                        try {
                            waiting.invoke(interrupter, new Object[waiting.getParameterCount()]);
                        } catch (ReflectiveOperationException e) {
                            failure.set(e.getCause());
                        }
                    },
                    "turso-waiting");
            working.set(interrupting());

            worker.start();
            int seen = 0;
            while (worker.isAlive() && seen < OFTEN) {
                seen += isWaiting(worker, method) ? 1 : 0;
            }
            assertThat(worker.isAlive()).isTrue();
            working.set(null);
            worker.join(TestDatabase.LIMIT.toMillis());

            assertThat(worker.isAlive()).isFalse();
            assertThat(failure.get()).isNull();
            assertThat(ThreadGuard.takeViolations()).isEmpty();
        }
    }

    private static boolean isWaiting(Thread worker, String method) {
        return Arrays.stream(worker.getStackTrace())
                .anyMatch(it -> it.getMethodName().equals(method));
    }

    private static Object interrupting() throws Exception {
        Field field = Interrupter.class.getDeclaredField("INTERRUPTING");
        field.setAccessible(true);
        return field.get(null);
    }

    @SuppressWarnings("unchecked")
    private static AtomicReference<@Nullable Object> working(Interrupter interrupter) throws Exception {
        Field field = Interrupter.class.getDeclaredField("working");
        field.setAccessible(true);
        return (AtomicReference<@Nullable Object>) field.get(interrupter);
    }
}
