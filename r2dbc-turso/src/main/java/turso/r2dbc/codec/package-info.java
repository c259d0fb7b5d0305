/**
 * Conversion between the values of the engine (integer, real, text, blob, NULL) and Java values.
 *
 * <p>The rules of the built-in conversions are listed at {@link turso.r2dbc.codec.Codecs};
 * {@link turso.r2dbc.api.TursoCodec} adds conversions of one's own.
 *
 * <p>Knows the seam's reader of rows and the public types; no statement, no engine.
 */
@NullMarked
package turso.r2dbc.codec;

import org.jspecify.annotations.NullMarked;
