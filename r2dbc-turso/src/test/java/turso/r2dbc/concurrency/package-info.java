/** Many connections at once: nobody holds a thread while waiting, nobody starves, nothing is lost, no lock is left behind. */
@NullMarked
package turso.r2dbc.concurrency;

import org.jspecify.annotations.NullMarked;
