package turso.r2dbc;

import java.time.Duration;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;
import turso.r2dbc.api.TursoException;

/**
 * Running a transaction again when it failed for want of a lock.
 *
 * <p>It goes <strong>around the whole transaction</strong>, where every attempt begins anew:
 *
 * <pre>{@code
 * Turso.usingConnection("app.db", connection -> transfer(connection)).retryWhen(TursoRetry.backoff());
 *
 * connection.transaction(scope -> transfer(scope)).retryWhen(TursoRetry.backoff());
 * }</pre>
 *
 * <p>and never inside one. A statement that is repeated there runs in a transaction whose other statements are not repeated,
 * with what they read before; and where the error is a stale snapshot or a lost transaction (40001), the transaction is over,
 * and every repetition fails with it.
 *
 * <p>Retried is what {@link TursoException#isRetryable()} says: a lock that was not free in time (55P03), a stale snapshot
 * or a lost transaction (40001), and a full queue (53400). Never a statement that ran into its timeout or was interrupted
 * (57014): it would do so again.
 */
public final class TursoRetry {

    private static final long ATTEMPTS = 5;

    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private static final double JITTER = 0.5;

    private TursoRetry() {}

    /**
     * {@return a strategy for {@code retryWhen}: 5 more attempts, the first after about 20 ms, pauses doubling up to about a
     * second, half of them by chance} When all have failed, the error of the last is signalled, as it was. Its settings can
     * be changed by its own methods, for instance {@link RetryBackoffSpec#maxAttempts(long)}. Pauses are made by Reactor's
     * timer and hold no thread.
     */
    public static RetryBackoffSpec backoff() {
        return Retry.backoff(ATTEMPTS, FIRST_PAUSE)
                .maxBackoff(LONGEST_PAUSE)
                .jitter(JITTER)
                .filter(TursoRetry::isRetryable)
                .onRetryExhaustedThrow((spec, last) -> last.failure());
    }

    /**
     * {@return whether running the whole transaction again may help}
     *
     * @param error what it failed with
     */
    public static boolean isRetryable(Throwable error) {
        return error instanceof TursoException failure && failure.isRetryable();
    }
}
