package turso.r2dbc.core;

import turso.r2dbc.session.OpenException;

/** Turns what an engine says about a database that cannot be opened into the exception the user gets. */
public final class OpenFailures {

    private OpenFailures() {}

    /** {@return the exception for the user} */
    public static Throwable exception(Throwable thrown) {
        return thrown instanceof OpenException failed ? Failures.exception(failed) : thrown;
    }
}
