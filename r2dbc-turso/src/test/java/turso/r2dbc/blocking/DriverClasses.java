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

    /** As class files write them. */
    private static final List<String> SQLITE = List.of("org/sqlite/", "java/sql/");

    /** BlockHound allows blocking in it, and can mark the methods of a class in one way only. It runs no statement. */
    private static final String LIBRARY = "NativeLibrary" + SUFFIX;

    private DriverClasses() {}

    /** {@return the classes in which sqlite-jdbc or JDBC is mentioned: nothing else can call it} */
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
            String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return SQLITE.stream().anyMatch(content::contains);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
