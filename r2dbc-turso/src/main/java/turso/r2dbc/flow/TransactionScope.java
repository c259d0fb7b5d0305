package turso.r2dbc.flow;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.Logger;
import reactor.util.Loggers;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.core.ConnectionContext;
import turso.r2dbc.core.ControlMono;
import turso.r2dbc.core.ControlStep;
import turso.r2dbc.core.Scope;

/**
 * One transaction that has the connection for itself from its beginning to its end; a savepoint, where a transaction is open
 * already. Its steps are changes on the session's worker, so that they come one after another, however their subscribers
 * race.
 */
final class TransactionScope {

    private static final Logger LOGGER = Loggers.getLogger(TransactionScope.class);

    /** The handle it is asked for on. */
    private final ConnectionContext outer;

    private final TransactionMode mode;

    private final Scope scope;

    /** The handle its work gets. */
    private final ConnectionContext inner;

    /** Confined to the worker. */
    private @Nullable String savepoint;

    TransactionScope(ConnectionContext outer, TransactionMode mode) {
        this.outer = outer;
        this.mode = mode;
        this.scope = new Scope(outer.scope());
        this.inner = outer.within(this.scope);
    }

    /**
     * {@return what the work comes to, after the commit} Who fails or cancels has to {@link #abandon()} the scope.
     *
     * @param handle makes the connection for the work
     */
    <T> Mono<T> run(
            Function<ConnectionContext, TursoConnection> handle,
            Function<? super TursoConnection, ? extends Mono<? extends T>> work) {
        Mono<T> body = Mono.<T>defer(() -> work.apply(handle.apply(this.inner)))
                .contextWrite(context -> context.put(this.outer.ownership(), this.scope));
        return begin().then(body)
                .flatMap(value -> commit().thenReturn(value))
                .switchIfEmpty(commit().then(Mono.empty()));
    }

    private Mono<Void> begin() {
        return ControlMono.of(this.outer, () -> {
            if (this.scope.hasEnded()) {
                // Given up while it waited for its turn.
                return null;
            }
            if (!this.outer.transactions().isOpen()) {
                this.outer.control().begin(this.mode);
                this.outer.ownership().open(this.scope);
                return null;
            }
            // Names differ where they meet, and repeat otherwise, so that their statements are found prepared.
            String name = "turso_scope_" + this.scope.depth();
            this.savepoint = name;
            return opening(this.outer.control().createSavepoint(name));
        });
    }

    private @Nullable ControlStep opening(@Nullable ControlStep step) {
        if (step == null) {
            this.outer.ownership().open(this.scope);
            return null;
        }
        return step.andThen(() -> this.outer.ownership().open(this.scope));
    }

    /** A commit that fails leaves the scope open, to be abandoned. */
    private Mono<Void> commit() {
        return ControlMono.of(this.inner, () -> {
            String name = this.savepoint;
            ControlStep step = name == null
                    ? this.outer.control().commit()
                    : this.outer.control().releaseSavepoint(name);
            if (step == null) {
                end();
                return null;
            }
            return step.andThen(this::end);
        });
    }

    /** Rolls back, unless it is over; whatever happens, others get the connection then. Never fails. */
    Mono<Void> abandon() {
        return ControlMono.atOnce(this.outer, () -> {
                    if (!this.scope.isOpen()) {
                        end();
                        return null;
                    }
                    ControlStep step = rollingBack();
                    if (step == null) {
                        end();
                        return null;
                    }
                    return step.andFinally(this::end);
                })
                .onErrorResume(error -> {
                    LOGGER.debug("A transaction scope could not be rolled back", error);
                    return Mono.empty();
                });
    }

    private @Nullable ControlStep rollingBack() {
        String name = this.savepoint;
        try {
            return name == null
                    ? this.outer.control().rollback()
                    : this.outer.control().rollbackToSavepoint(name);
        } catch (RuntimeException lost) {
            // The transaction around it is gone; whoever has that one is told by its own statements.
            return null;
        }
    }

    private void end() {
        this.outer.ownership().end(this.scope);
    }
}
