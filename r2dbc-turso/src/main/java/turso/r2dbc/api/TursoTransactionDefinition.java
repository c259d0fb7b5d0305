package turso.r2dbc.api;

import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;

/** Attributes of a transaction that only SQLite has. */
public final class TursoTransactionDefinition {

    /** How the transaction begins; without it, the connection's {@code transactionMode} decides. */
    public static final Option<TransactionMode> MODE = Option.valueOf("transactionMode");

    private TursoTransactionDefinition() {}

    /**
     * {@return a definition that has only the given mode}
     *
     * @param mode how the transaction begins
     * @throws IllegalArgumentException if the mode is null
     */
    public static TransactionDefinition of(TransactionMode mode) {
        if (mode == null) {
            throw new IllegalArgumentException("mode must not be null");
        }
        return new TransactionDefinition() {
            @Override
            public <T> @org.jspecify.annotations.Nullable T getAttribute(Option<T> option) {
                return MODE.equals(option) ? option.cast(mode) : null;
            }
        };
    }
}
