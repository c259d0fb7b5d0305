package turso.r2dbc.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** Makes a test with a {@link Deviation} succeed if it fails as announced, and fail if not. */
final class DeviationExtension implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        for (Deviation deviation : context.getRequiredTestClass().getAnnotationsByType(Deviation.class)) {
            if (deviation.test().equals(method.getExecutable().getName())) {
                assertThatThrownBy(invocation::proceed)
                        .as(deviation.because())
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining(deviation.failure());
                return;
            }
        }
        invocation.proceed();
    }
}
