/** The rules of R2DBC and what frameworks expect beyond them, tested through the public API on every kind of database. */
@org.jspecify.annotations.NullMarked
package turso.r2dbc.contract;
