package turso.r2dbc.spring;

import io.r2dbc.spi.ConnectionFactory;
import java.util.Optional;
import org.springframework.data.r2dbc.dialect.DialectResolver.R2dbcDialectProvider;
import org.springframework.data.r2dbc.dialect.R2dbcDialect;
import turso.r2dbc.TursoConnectionFactory;

/**
 * Gives Spring Data R2DBC the {@link TursoDialect}.
 *
 * <p>Public because Spring makes it by reflection.
 */
public final class TursoDialectProvider implements R2dbcDialectProvider {

    /** For Spring. */
    public TursoDialectProvider() {}

    /** {@return the dialect if the factory is one of this driver, itself or inside a pool or proxy} */
    @Override
    public Optional<R2dbcDialect> getDialect(ConnectionFactory connectionFactory) {
        return connectionFactory.getMetadata().getName().equals(TursoConnectionFactory.NAME)
                ? Optional.of(TursoDialect.INSTANCE)
                : Optional.empty();
    }
}
