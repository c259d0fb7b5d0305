/**
 * The R2DBC semantics of connections, statements, results and transactions, once for every engine.
 *
 * <p>Knows the seam, the scanner, the codecs and the public types; never an engine, and nothing an engine is made of.
 */
@NullMarked
package turso.r2dbc.core;

import org.jspecify.annotations.NullMarked;
