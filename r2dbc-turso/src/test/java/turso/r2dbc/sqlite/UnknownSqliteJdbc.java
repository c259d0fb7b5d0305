package turso.r2dbc.sqlite;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import org.sqlite.JDBC;

/** A version of sqlite-jdbc that does not exist: whole, but one method below JDBC has another name throughout. */
final class UnknownSqliteJdbc {

    /** What the driver calls. */
    static final String METHOD = "safeRunLong";

    /** Of the same length, so that the names in class files can be replaced in place. */
    private static final String RENAMED = "safeCallLng";

    private UnknownSqliteJdbc() {}

    /** {@return the class path of this process with that version in place of the real one} */
    static String classPath(Path directory) throws IOException {
        Path real = location();
        Path renamed = directory.resolve("sqlite-jdbc-unknown.jar");
        rename(real, renamed);
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(it -> Path.of(it).equals(real) ? renamed.toString() : it)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path location() {
        try {
            return Path.of(JDBC.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void rename(Path from, Path to) throws IOException {
        try (JarFile source = new JarFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                JarOutputStream target = new JarOutputStream(file)) {
            for (JarEntry entry : source.stream().toList()) {
                target.putNextEntry(new JarEntry(entry.getName()));
                try (InputStream content = source.getInputStream(entry)) {
                    target.write(
                            entry.getName().endsWith(".class")
                                    ? renamed(content.readAllBytes())
                                    : content.readAllBytes());
                }
                target.closeEntry();
            }
        }
    }

    private static byte[] renamed(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1)
                .replace(METHOD, RENAMED)
                .getBytes(StandardCharsets.ISO_8859_1);
    }
}
