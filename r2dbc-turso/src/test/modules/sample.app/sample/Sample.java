package sample;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import reactor.core.publisher.Flux;

/** Finds the driver, uses it, and tries what it must not be able to do. */
public final class Sample {

    private Sample() {}

    public static void main(String[] arguments) {
        ConnectionFactory factory = ConnectionFactories.get("r2dbc:turso:mem:///");
        System.out.println("factory " + factory.getClass().getName());
        System.out.println("module " + factory.getClass().getModule().getName());
        Celsius answer = Flux.usingWhen(
                        factory.create(),
                        connection -> Flux.from(connection
                                        .createStatement("SELECT ? * 2")
                                        .bind(0, new Celsius(21))
                                        .execute())
                                .flatMap(result -> result.map(row -> row.get(0, Celsius.class))),
                        Connection::close)
                .blockLast();
        System.out.println("answer " + answer);
        for (String internal : arguments) {
            System.out.println(internal + " " + access(internal));
        }
    }

    private static String access(String className) {
        try {
            Class<?> internal = Class.forName(className);
            internal.getMethod("toString").invoke(internal.getConstructors()[0].newInstance((Object) null));
            return "can be used";
        } catch (ReflectiveOperationException e) {
            return e.getClass().getSimpleName();
        }
    }
}
