package turso.r2dbc.spring;

import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.r2dbc.core.binding.BindMarkersFactory;
import org.springframework.r2dbc.core.binding.BindMarkersFactoryResolver.BindMarkerFactoryProvider;
import turso.r2dbc.TursoConnectionFactory;

/**
 * Tells {@code DatabaseClient} how parameters are written: {@code ?1}, {@code ?2} and so on.
 *
 * <p>Public because Spring makes it by reflection.
 */
public final class TursoBindMarkersProvider implements BindMarkerFactoryProvider {

    private static final BindMarkersFactory NUMBERED = BindMarkersFactory.indexed("?", 1);

    /** For Spring. */
    public TursoBindMarkersProvider() {}

    /** {@return the markers if the factory is one of this driver, itself or inside a pool or proxy; otherwise null} */
    @Override
    public @Nullable BindMarkersFactory getBindMarkers(ConnectionFactory connectionFactory) {
        return connectionFactory.getMetadata().getName().equals(TursoConnectionFactory.NAME) ? NUMBERED : null;
    }
}
