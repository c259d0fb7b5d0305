/**
 * The SQL scanner: splits a text into statements, classifies them, numbers their parameters and rewrites them.
 *
 * <p>Pure functions over strings: no engine, no I/O, no R2DBC types, no other package of the driver. The rules are those of SQLite's tokenizer and
 * grammar as far as they decide where a statement ends, what it does and which parameters it has. Everything else is
 * left to the engine, which also reports every syntax error: the scanner itself never rejects a text.
 */
@NullMarked
package turso.r2dbc.sql;

import org.jspecify.annotations.NullMarked;
