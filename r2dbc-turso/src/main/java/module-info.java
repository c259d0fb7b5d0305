/** The R2DBC driver for SQLite files and memory databases. */
module turso.r2dbc {
    requires transitive org.reactivestreams;
    requires transitive r2dbc.spi;
    requires transitive reactor.core;
    requires static transitive org.jspecify;
    requires org.xerial.sqlitejdbc;
    // Its integration is provided by the service file alone, for the class path: a "provides" here would keep the
    // driver from being resolved wherever BlockHound is not on the module path.
    requires static reactor.blockhound;
    requires static spring.core;
    requires static spring.data.commons;
    requires static spring.data.r2dbc;
    requires static spring.data.relational;
    requires static spring.r2dbc;

    exports turso.r2dbc;
    exports turso.r2dbc.api;
    // For the loader of spring.factories, which makes the providers.
    exports turso.r2dbc.spring to
            spring.core;

    uses turso.r2dbc.api.TursoCodec;

    provides io.r2dbc.spi.ConnectionFactoryProvider with
            turso.r2dbc.TursoConnectionFactoryProvider;
}
