/** Random work against a model: nothing is lost, nothing hangs, every publisher ends once. */
@NullMarked
package turso.r2dbc.stress;

import org.jspecify.annotations.NullMarked;
