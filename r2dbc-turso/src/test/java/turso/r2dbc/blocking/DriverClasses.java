package turso.r2dbc.blocking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import turso.r2dbc.TursoConnectionFactory;

/** The compiled classes of the driver. */
final class DriverClasses {

    private static final String SUFFIX = ".class";

    /** As class files write it. */
    private static final String SQLITE_JDBC = "org/sqlite/";

    /** BlockHound allows blocking in it, and can mark the methods of a class in one way only. It runs no statement. */
    private static final String LIBRARY = "NativeLibrary" + SUFFIX;

    private DriverClasses() {}

    /** {@return the classes in which sqlite-jdbc is mentioned: nothing else can call it} */
    static List<Class<?>> callingSqlite() {
        Path root = root();
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(it -> it.toString().endsWith(SUFFIX) && !it.endsWith(LIBRARY) && mentionsSqlite(it))
                    .<Class<?>>map(it -> named(root.relativize(it)
                            .toString()
                            .replace(SUFFIX, "")
                            .replace(it.getFileSystem().getSeparator(), ".")))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return a class, not initialised} */
    static Class<?> named(String name) {
        try {
            return Class.forName(name, false, DriverClasses.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Path root() {
        try {
            return Path.of(TursoConnectionFactory.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean mentionsSqlite(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(SQLITE_JDBC);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
