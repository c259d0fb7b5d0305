package turso.r2dbc.session;

/**
 * Numbers of one {@link SessionFactory} and of what it uses. From any thread, without waiting; numbers read one after
 * another need not fit together.
 */
public interface SessionMetrics {

    /** {@return the sessions open now} */
    int openSessions();

    /** {@return the queries of these sessions whose rows wait to be asked for} */
    int openCursors();

    /** {@return the tasks waiting for a thread, of all factories that share the threads} */
    int queuedTasks();

    /** {@return the bound of {@link #queuedTasks()}} */
    int maxQueuedTasks();

    /** {@return the threads running now, of all factories that share them; 0 where they are somebody else's} */
    int threads();

    /** {@return the sessions of this process that hold the database's lock} */
    int lockHolders();

    /** {@return the sessions of this process that wait for it} */
    int lockWaiters();

    /** {@return how many commands have waited for a lock, whatever came of it} */
    long lockWaits();

    /** {@return how long they have waited, in nanoseconds} */
    long lockWaitNanos();

    /** {@return how many of them have waited in vain} */
    long lockTimeouts();

    /** {@return how many writes were committed together with writes of other sessions, where that is possible} */
    long groupedWrites();

    /** {@return how many statements were found prepared} */
    long statementCacheHits();

    /** {@return how many statements had to be prepared} */
    long statementCacheMisses();

    /** {@return the size of the write-ahead log in bytes; 0 without one} Asks the file system. */
    long walBytes();
}
