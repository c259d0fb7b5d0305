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
record ControlStep(Command command, Runnable succeeded, Function<EngineFailure, Throwable> failed) {}
