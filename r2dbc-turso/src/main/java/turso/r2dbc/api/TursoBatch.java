package turso.r2dbc.api;

import io.r2dbc.spi.Batch;
import reactor.core.publisher.Flux;

/** Statements without parameters that run one after another, in auto-commit as one transaction ({@link BatchMode}). */
public interface TursoBatch extends Batch {

    @Override
    TursoBatch add(String sql);

    @Override
    Flux<TursoResult> execute();
}
