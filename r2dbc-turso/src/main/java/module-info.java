/** The R2DBC driver for SQLite files, memory databases and libSQL servers. */
module turso.r2dbc {
    requires transitive org.reactivestreams;
    requires transitive r2dbc.spi;
    requires transitive reactor.core;
    requires static transitive org.jspecify;
    requires org.xerial.sqlitejdbc;
    requires static reactor.blockhound;

    exports turso.r2dbc;
    exports turso.r2dbc.api;

    uses turso.r2dbc.api.TursoCodec;

    provides io.r2dbc.spi.ConnectionFactoryProvider with
            turso.r2dbc.TursoConnectionFactoryProvider;
    provides reactor.blockhound.integration.BlockHoundIntegration with
            turso.r2dbc.sqlite.TursoBlockHoundIntegration;
}
