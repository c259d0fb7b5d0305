package turso.r2dbc.blocking;

import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.blockhound.BlockingOperationError;

/** Fails a test in which {@link ThreadGuard} has found something that the test has not expected. For all tests. */
public final class ThreadGuardExtension implements AfterEachCallback {

    /** For the service loader. */
    public ThreadGuardExtension() {}

    @Override
    public void afterEach(ExtensionContext context) {
        List<BlockingOperationError> violations = ThreadGuard.takeViolations();
        if (!violations.isEmpty()) {
            AssertionError failure = new AssertionError(violations.size() + " calls on the wrong thread");
            violations.forEach(failure::addSuppressed);
            throw failure;
        }
    }
}
