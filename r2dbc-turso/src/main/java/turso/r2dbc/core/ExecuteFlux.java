package turso.r2dbc.core;

import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import turso.r2dbc.api.TursoResult;

/** Runs a plan at each subscription and emits its results. */
public final class ExecuteFlux extends Flux<TursoResult> {

    private final ConnectionContext context;

    private final Plan plan;

    /** Makes a publisher that runs a plan. */
    public ExecuteFlux(ConnectionContext context, Plan plan) {
        this.context = context;
        this.plan = plan;
    }

    @Override
    public void subscribe(CoreSubscriber<? super TursoResult> actual) {
        if (!this.context.session().isOpen()) {
            Operators.error(actual, DriverConnection.closed());
            return;
        }
        actual.onSubscribe(new ExecuteTask(this.context, this.plan, actual));
    }
}
