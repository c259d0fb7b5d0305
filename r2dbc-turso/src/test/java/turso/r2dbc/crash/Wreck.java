package turso.r2dbc.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a killed process has left of a database, before anybody repairs it: where it was hit.
 *
 * @param withinCommit whether pages of a transaction are in the write-ahead log that no reader would see yet
 * @param withinCheckpoint whether pages were being copied from the log into the database
 * @see <a href="https://www.sqlite.org/walformat.html">The format of the log and of its index</a>
 */
record Wreck(boolean withinCommit, boolean withinCheckpoint) {

    private static final int LOG_HEADER = 32;

    private static final int LOG_SALT = 16;

    private static final int FRAME_HEADER = 24;

    private static final int FRAME_SALT = 8;

    private static final int LOG_PAGE_SIZE = 8;

    /** Offsets in the index, which is in the byte order of the machine, but for the salt, which is copied. */
    private static final int INDEX_LAST_FRAME = 16;

    private static final int INDEX_SALT = 32;

    private static final int INDEX_COPIED = 96;

    private static final int INDEX_COPY_ATTEMPTED = 128;

    static Wreck of(Path database) {
        ByteBuffer log = read(Path.of(database + "-wal"));
        ByteBuffer index = read(Path.of(database + "-shm")).order(ByteOrder.nativeOrder());
        if (index.limit() < INDEX_COPY_ATTEMPTED + Integer.BYTES) {
            return new Wreck(false, false);
        }
        return new Wreck(hasFrameBehind(log, index), index.getInt(INDEX_COPY_ATTEMPTED) > index.getInt(INDEX_COPIED));
    }

    private static boolean hasFrameBehind(ByteBuffer log, ByteBuffer index) {
        if (log.limit() < LOG_HEADER) {
            return false;
        }
        long salt = index.duplicate().order(ByteOrder.BIG_ENDIAN).getLong(INDEX_SALT);
        long frame = FRAME_HEADER + log.getInt(LOG_PAGE_SIZE);
        long next = LOG_HEADER + index.getInt(INDEX_LAST_FRAME) * frame;
        // Old frames stay behind the new ones when the log is begun anew; they have the old salt.
        return log.getLong(LOG_SALT) == salt
                && next + FRAME_HEADER <= log.limit()
                && log.getLong(Math.toIntExact(next) + FRAME_SALT) == salt;
    }

    private static ByteBuffer read(Path file) {
        try {
            return ByteBuffer.wrap(Files.exists(file) ? Files.readAllBytes(file) : new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
