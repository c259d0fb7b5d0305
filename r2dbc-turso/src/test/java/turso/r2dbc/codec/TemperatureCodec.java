package turso.r2dbc.codec;

import turso.r2dbc.api.TursoCodec;

/** Found through {@code META-INF/services}. */
public final class TemperatureCodec implements TursoCodec<TemperatureCodec.Temperature> {

    /** A value type of some application. */
    public record Temperature(double celsius) {}

    @Override
    public Class<Temperature> type() {
        return Temperature.class;
    }

    @Override
    public Object encode(Temperature value) {
        return value.celsius();
    }

    @Override
    public Temperature decode(Object value) {
        return new Temperature((Double) value);
    }
}
