package turso.r2dbc.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The databases in use in this process, each known once. Reached from workers only: resolving a path reads the disk. */
final class Databases {

    /** Guards itself and the user counts of its values. */
    private static final Map<Object, Database> OPEN = new HashMap<>();

    private Databases() {}

    /** Joins the users of a memory database. */
    static Database joinMemory(String name) {
        return join("memory:" + name, null);
    }

    /**
     * Joins the users of a file, which must exist. The file's identity counts, not its name, so that symbolic links and
     * letter case do not make one database two.
     */
    static Database joinFile(Path path) throws IOException {
        Path real = path.toRealPath();
        return join(identity(real), real);
    }

    private static Object identity(Path real) throws IOException {
        Object identity = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
        return identity != null ? identity : real;
    }

    /** {@return whether a file is still where it was, and not another one in its place} */
    static boolean isInPlace(Database database, Path real) {
        try {
            return identity(real).equals(database.key());
        } catch (IOException gone) {
            return false;
        }
    }

    private static Database join(Object key, @Nullable Path file) {
        synchronized (OPEN) {
            Database database = OPEN.computeIfAbsent(key, added -> new Database(added, file));
            database.addUser();
            return database;
        }
    }

    /** Leaves; the last one out releases what is shared. */
    static void leave(Database database) throws EngineError {
        synchronized (OPEN) {
            if (!database.removeUser()) {
                return;
            }
            OPEN.remove(database.key());
        }
        database.release();
    }

    /** {@return what holds read marks of any file} */
    static List<ReadMarks> readMarks() {
        synchronized (OPEN) {
            return OPEN.values().stream()
                    .map(Database::readMarks)
                    .filter(Objects::nonNull)
                    .toList();
        }
    }

    /** Sets the anchor of a memory database unless it has one. @return whether it was set */
    static boolean anchor(Database database, Engine engine) {
        synchronized (OPEN) {
            if (database.anchor() != null) {
                return false;
            }
            database.anchor(engine);
            return true;
        }
    }

    /** {@return whether a memory database needs an anchor} */
    static boolean needsAnchor(Database database) {
        synchronized (OPEN) {
            return database.anchor() == null;
        }
    }
}
