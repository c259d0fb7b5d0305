package sample;

import turso.r2dbc.api.TursoCodec;

/** Found as a service. */
public final class CelsiusCodec implements TursoCodec<Celsius> {

    @Override
    public Class<Celsius> type() {
        return Celsius.class;
    }

    @Override
    public Object encode(Celsius value) {
        return value.degrees();
    }

    @Override
    public Celsius decode(Object value) {
        return new Celsius((Double) value);
    }
}
