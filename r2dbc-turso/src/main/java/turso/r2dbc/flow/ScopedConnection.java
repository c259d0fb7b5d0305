package turso.r2dbc.flow;

import io.r2dbc.spi.TransactionDefinition;
import reactor.core.publisher.Mono;
import turso.r2dbc.core.ConnectionContext;

/** The connection a transaction's function works on: it cannot end the transaction it is part of. */
final class ScopedConnection extends FlowConnection {

    ScopedConnection(ConnectionContext context) {
        super(context);
    }

    private static Mono<Void> refused(String what) {
        return Mono.error(() -> new IllegalStateException(what + " is not for the function of transaction(...): its"
                + " transaction is committed when its publisher completes, and rolled back when it fails"));
    }

    @Override
    public Mono<Void> beginTransaction() {
        return refused("Begin");
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        return refused("Begin");
    }

    @Override
    public Mono<Void> commitTransaction() {
        return refused("Commit");
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return refused("Rollback");
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return refused("Switching auto-commit");
    }

    @Override
    public Mono<Void> preRelease() {
        return refused("Release");
    }

    @Override
    public Mono<Void> close() {
        return refused("Close");
    }
}
