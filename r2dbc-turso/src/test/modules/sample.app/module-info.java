/** A program as users write it: it requires the driver, and what it names itself. */
module sample.app {
    requires turso.r2dbc;

    provides turso.r2dbc.api.TursoCodec with
            sample.CelsiusCodec;
}
