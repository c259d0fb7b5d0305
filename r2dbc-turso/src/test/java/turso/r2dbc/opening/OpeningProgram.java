package turso.r2dbc.opening;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.R2dbcException;
import reactor.core.publisher.Mono;

/** Opens a connection as the first thing in a process, and prints what came of it. */
public final class OpeningProgram {

    private OpeningProgram() {}

    /** Argument: the URL. */
    public static void main(String[] arguments) {
        try {
            System.out.println("opened: "
                    + Mono.from(ConnectionFactories.get(arguments[0]).create()).block());
        } catch (R2dbcException refused) {
            System.out.println("refused: " + refused.getMessage());
        }
    }
}
