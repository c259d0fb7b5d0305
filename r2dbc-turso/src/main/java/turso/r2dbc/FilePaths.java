package turso.r2dbc;

import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** The rules by which a path of a URL, or a path in general, becomes the absolute path of a database file. */
final class FilePaths {

    private static final Pattern DRIVE_LETTER = Pattern.compile("[A-Za-z]");

    private static final Pattern DRIVE_PATH = Pattern.compile("[A-Za-z]:[/\\\\].*", Pattern.DOTALL);

    private static final Pattern RELATIVE_MARK = Pattern.compile("\\.\\.?/.*", Pattern.DOTALL);

    private static final Pattern WINDOWS_RELATIVE_MARK = Pattern.compile("\\.\\.?[/\\\\].*", Pattern.DOTALL);

    private static final String LOCAL_HOST = "localhost";

    private FilePaths() {}

    /**
     * Puts the path of a file URL together again. The URL parser of the SPI drops the first slash of the path and hands
     * over what stands before it as a host: {@code file:///a/b.db} arrives as no host and {@code a/b.db},
     * {@code file://a/b.db} as host {@code a} and {@code b.db}.
     *
     * @param host the host, empty for none
     * @param database the database, empty for none
     * @param windows whether drive letters and backslashes mean what they mean on Windows
     * @return an absolute path, or one relative to the working directory
     * @see <a href="https://www.rfc-editor.org/rfc/rfc8089">RFC 8089, the file URI scheme</a>
     */
    static String fromUrl(String host, String database, boolean windows) {
        // RFC 8089, section 2: "localhost" is this machine, like no host at all.
        if (host.isEmpty() || (host.equals(LOCAL_HOST) && !database.isEmpty())) {
            return isComplete(database, windows) ? database : "/" + database;
        }
        if (database.isEmpty()) {
            return host;
        }
        // The parser takes the colon of file://C:/a.db for the one before a port.
        boolean drive = windows && DRIVE_LETTER.matcher(host).matches();
        return host + (drive ? ":/" : "/") + database;
    }

    private static boolean isComplete(String database, boolean windows) {
        if (database.isEmpty() || database.startsWith("/")) {
            return true;
        }
        if (windows) {
            return database.startsWith("\\")
                    || DRIVE_PATH.matcher(database).matches()
                    || WINDOWS_RELATIVE_MARK.matcher(database).matches();
        }
        return RELATIVE_MARK.matcher(database).matches();
    }

    static boolean isWindows() {
        return FileSystems.getDefault().getSeparator().equals("\\");
    }

    /**
     * {@return the absolute path of the file a text names}
     *
     * @throws IllegalArgumentException if it names no file
     */
    static Path parse(String text) {
        Path path;
        try {
            path = Path.of(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is not a path of this system: " + e.getReason() + " (file names are encoded as "
                            + System.getProperty("sun.jnu.encoding") + ")",
                    e);
        }
        // A path object forgets the separator at the end.
        if (text.endsWith("/") || text.endsWith(path.getFileSystem().getSeparator())) {
            throw noFile(path.toAbsolutePath());
        }
        return absolute(path);
    }

    /**
     * {@return the path, absolute and without the segments that mean nothing}
     *
     * @throws IllegalArgumentException if it names no file
     */
    static Path absolute(Path path) {
        if (path == null) {
            throw new IllegalArgumentException("The path of a database file must not be null");
        }
        if (path.getFileSystem() != FileSystems.getDefault()) {
            throw new IllegalArgumentException("SQLite opens only files of the default file system, unlike " + path);
        }
        Path complete = path.toAbsolutePath();
        String name = path.getFileName() == null ? "" : path.getFileName().toString();
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            throw noFile(complete);
        }
        return withoutDots(complete);
    }

    /** Path.normalize would also remove "..", which is wrong where the segment before it is a symbolic link. */
    private static Path withoutDots(Path path) {
        Path result = path.getRoot();
        for (Path segment : path) {
            if (!segment.toString().equals(".")) {
                result = result.resolve(segment);
            }
        }
        return result;
    }

    private static IllegalArgumentException noFile(Path path) {
        return new IllegalArgumentException("'" + path + "' names a directory, not a database file");
    }
}
