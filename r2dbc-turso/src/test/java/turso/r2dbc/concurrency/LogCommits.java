package turso.r2dbc.concurrency;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Counts the commits in a write-ahead log.
 *
 * @see <a href="https://www.sqlite.org/fileformat2.html#the_write_ahead_log">The format of the log</a>
 */
final class LogCommits {

    private static final int LOG_HEADER = 32;

    private static final int PAGE_SIZE = 8;

    private static final int LOG_SALT = 16;

    private static final int FRAME_HEADER = 24;

    /** Not zero in the last frame of a commit. */
    private static final int PAGES_AFTER_COMMIT = 4;

    private static final int FRAME_SALT = 8;

    private static final int BEGINNINGS = 12;

    private LogCommits() {}

    /** {@return how often the log was begun anew} */
    static int beginnings(Path database) {
        try (InputStream log = Files.newInputStream(Path.of(database + "-wal"))) {
            return ByteBuffer.wrap(log.readNBytes(LOG_HEADER)).getInt(BEGINNINGS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return how many there are, since the log was last begun anew} */
    static int of(Path database) {
        ByteBuffer log;
        try {
            log = ByteBuffer.wrap(Files.readAllBytes(Path.of(database + "-wal")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        int length = FRAME_HEADER + log.getInt(PAGE_SIZE);
        int commits = 0;
        for (int frame = LOG_HEADER; frame + length <= log.limit(); frame += length) {
            boolean current = log.getLong(frame + FRAME_SALT) == log.getLong(LOG_SALT);
            commits += current && log.getInt(frame + PAGES_AFTER_COMMIT) != 0 ? 1 : 0;
        }
        return commits;
    }
}
