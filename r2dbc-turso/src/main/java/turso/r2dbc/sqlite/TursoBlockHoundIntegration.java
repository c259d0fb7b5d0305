package turso.r2dbc.sqlite;

import reactor.blockhound.BlockHound;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Tells BlockHound, where an application uses it, at which points a thread of the driver may wait. That the threads must
 * not wait anywhere else BlockHound knows from Reactor's own integration.
 *
 * <p>Public because {@link java.util.ServiceLoader} wants it so; not part of the driver's API.
 */
public final class TursoBlockHoundIntegration implements BlockHoundIntegration {

    /** For the service loader. */
    public TursoBlockHoundIntegration() {}

    @Override
    public void applyTo(BlockHound.Builder builder) {
        // A thread with nothing to do sleeps.
        builder.allowBlockingCallsInside("turso.r2dbc.sqlite.WorkerPool$Worker", "park");
        // Unpacked and loaded once, when the first connection of the process is opened.
        builder.allowBlockingCallsInside("turso.r2dbc.sqlite.NativeLibrary", "load");
        // Logged once, if sqlite-jdbc is a version that the driver does not know.
        builder.allowBlockingCallsInside("turso.r2dbc.sqlite.Accesses", "warn");
        // The class path is searched for codecs once, when the first connection of the process is asked for.
        builder.allowBlockingCallsInside("turso.r2dbc.codec.Codecs", "discovered");
        // A timer that is not needed any more is taken out of Reactor's queue, under the queue's own lock.
        builder.allowBlockingCallsInside("java.util.concurrent.ScheduledThreadPoolExecutor$DelayedWorkQueue", "remove");
        // Spins while another thread is between two instructions of an interrupt.
        builder.allowBlockingCallsInside("turso.r2dbc.sqlite.Interrupter", "leave");
        builder.allowBlockingCallsInside("turso.r2dbc.sqlite.Interrupter", "running");
        // Lets another thread go on that ends an empty transaction in memory.
        builder.allowBlockingCallsInside("turso.r2dbc.sqlite.SnapshotGroup", "claim");
        builder.allowBlockingCallsInside("turso.r2dbc.sqlite.SnapshotGroup", "revoke");
    }
}
