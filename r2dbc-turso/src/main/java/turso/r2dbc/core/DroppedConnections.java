package turso.r2dbc.core;

import java.lang.ref.Cleaner;
import reactor.util.Logger;
import reactor.util.Loggers;
import turso.r2dbc.session.Session;

/**
 * Closes the sessions of connections that were never closed, once nobody can use or close them any more: the garbage
 * collector tells. Spring forgets a connection whose begin was cancelled (spring-framework#32115), and a
 * transaction that nobody can end would keep every other writer of the database waiting for ever.
 *
 * <p>This comes late and not at all while memory is plentiful; it repairs a leak, and replaces no call to close.
 */
final class DroppedConnections {

    private static final Logger LOGGER = Loggers.getLogger(DroppedConnections.class);

    private static final Cleaner CLEANER = Cleaner.create();

    private DroppedConnections() {}

    /**
     * Closes a session when its users are gone.
     *
     * @param inUse what everything holds through which the session can be used, and the session itself only while it
     *     works for somebody
     */
    static void closeWithout(Object inUse, Session session) {
        CLEANER.register(inUse, () -> close(session));
    }

    private static void close(Session session) {
        if (session.isOpen()) {
            LOGGER.info("A connection was dropped without being closed; closing it");
            session.close().subscribe();
        }
    }
}
