package turso.r2dbc.tck;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/**
 * Subscribes to every publisher of a driver, and requests from it, on a thread of {@link Schedulers#parallel()}: one that
 * must not block, and is none of the driver's.
 */
final class ParallelCallers implements InvocationHandler {

    private static final List<Class<?>> WRAPPED =
            List.of(ConnectionFactory.class, Connection.class, Statement.class, Batch.class, Result.class);

    private final Object target;

    private ParallelCallers(Object target) {
        this.target = target;
    }

    static ConnectionFactory of(ConnectionFactory driver) {
        return (ConnectionFactory) wrap(driver);
    }

    private static Object wrap(Object value) {
        for (Class<?> type : WRAPPED) {
            if (type.isInstance(value)) {
                return Proxy.newProxyInstance(
                        ParallelCallers.class.getClassLoader(), new Class<?>[] {type}, new ParallelCallers(value));
            }
        }
        return value;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        Object returned;
        try {
            returned = method.invoke(this.target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (returned == this.target) {
            return proxy;
        }
        if (returned instanceof Publisher<?> publisher) {
            return Flux.from(publisher).map(ParallelCallers::wrap).subscribeOn(Schedulers.parallel());
        }
        return returned == null ? null : wrap(returned);
    }
}
