package turso.r2dbc.session;

/** A session could not be opened. */
public final class OpenException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient EngineFailure failure;

    public OpenException(EngineFailure failure) {
        super(failure.message(), failure.cause());
        this.failure = failure;
    }

    /** {@return why} */
    public EngineFailure failure() {
        return this.failure;
    }
}
