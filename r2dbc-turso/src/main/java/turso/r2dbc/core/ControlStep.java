package turso.r2dbc.core;

import java.util.function.Function;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.EngineFailure;

/**
 * A command that controls the transaction, and what follows from it. Both functions are called on the worker.
 *
 * @param command what to run
 * @param succeeded what to do when it has run
 * @param failed what to do when it has failed, and the error to signal
 */
public record ControlStep(Command command, Runnable succeeded, Function<EngineFailure, Throwable> failed) {

    /** {@return the same step, with something to do behind it, whether it succeeds or fails} */
    public ControlStep andFinally(Runnable last) {
        return new ControlStep(
                this.command,
                () -> {
                    this.succeeded.run();
                    last.run();
                },
                failure -> {
                    Throwable error = this.failed.apply(failure);
                    last.run();
                    return error;
                });
    }

    /** {@return the same step, with something to do behind it if it succeeds} */
    public ControlStep andThen(Runnable next) {
        return new ControlStep(
                this.command,
                () -> {
                    this.succeeded.run();
                    next.run();
                },
                this.failed);
    }
}
