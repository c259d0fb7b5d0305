package turso.r2dbc.session;

/** A session could not be opened. */
public final class OpenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient EngineFailure failure;

    /**
     * Makes an exception.
     *
     * @param failure why
     * @param place what could not be opened, in words; part of the message, and not of the engine's verdict
     */
    public OpenException(EngineFailure failure, String place) {
        super(place + ": " + failure.message(), failure.cause());
        this.failure = failure;
    }

    /** {@return why} */
    public EngineFailure failure() {
        return this.failure;
    }
}
