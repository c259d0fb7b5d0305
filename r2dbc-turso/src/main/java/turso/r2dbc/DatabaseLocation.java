package turso.r2dbc;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** Where the data of a database lives. */
public sealed interface DatabaseLocation {

    /**
     * A SQLite file of this machine. It need not exist yet.
     *
     * @param path the file; made absolute when this object is created. Segments {@code ..} are kept, since what they
     *     mean depends on symbolic links
     */
    record File(Path path) implements DatabaseLocation {

        /**
         * Makes the path absolute.
         *
         * @param path the file
         * @throws IllegalArgumentException if the path is null, names no file, or is not of the default file system
         */
        public File {
            path = FilePaths.absolute(path);
        }
    }

    /**
     * A database in the memory of this process. It lives as long as a factory or a connection uses it.
     *
     * @param name what the process knows it by, case-sensitive: ASCII letters, digits, {@code .}, {@code _} and
     *     {@code -}, at most 127, so that it needs no escaping anywhere. The name of a private database is made by the
     *     driver and begins with a dot, which no other name may, so that nobody can address it
     * @param isPrivate whether it belongs to one factory: two factories made from one configuration have a database each,
     *     so that the name of a private database tells configurations apart, not databases
     */
    record Memory(String name, boolean isPrivate) implements DatabaseLocation {

        private static final Pattern NAME = Pattern.compile("\\.?[A-Za-z0-9][A-Za-z0-9._-]{0,126}");

        private static final AtomicLong PRIVATE_DATABASES = new AtomicLong();

        /**
         * Checks the name.
         *
         * @param name what the process knows it by
         * @param isPrivate whether it belongs to one factory
         * @throws IllegalArgumentException if it is null or has another form than described above
         */
        public Memory {
            if (name == null || !NAME.matcher(name).matches() || name.startsWith(".") != isPrivate) {
                throw new IllegalArgumentException("The name of a memory database consists of up to 127 ASCII letters,"
                        + " digits, '.', '_' and '-' and begins with a letter or a digit, unlike '" + name + "'");
            }
        }

        static Memory newPrivate() {
            return new Memory(".private-" + PRIVATE_DATABASES.incrementAndGet(), true);
        }
    }
}
