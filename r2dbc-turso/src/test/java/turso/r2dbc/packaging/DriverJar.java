package turso.r2dbc.packaging;

import io.r2dbc.spi.ConnectionFactory;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.reactivestreams.Publisher;
import org.sqlite.JDBC;
import reactor.core.publisher.Mono;
import turso.r2dbc.TursoConnectionFactory;

/** The driver as a jar, and what it needs at run time: nothing else is on the path of a test that uses this. */
public final class DriverJar {

    private final Path jar;

    private DriverJar(Path jar) {
        this.jar = jar;
    }

    /** Makes the jar of the classes under test. */
    public static DriverJar in(Path directory) {
        Path classes = location(TursoConnectionFactory.class);
        if (!Files.isDirectory(classes)) {
            return new DriverJar(classes);
        }
        Path jar = directory.resolve("r2dbc-turso.jar");
        JdkTool.run("jar", "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
        return new DriverJar(jar);
    }

    /** {@return the jar and its run-time dependencies, as a class path or a module path} */
    public String path() {
        return join(Stream.of(
                this.jar,
                location(ConnectionFactory.class),
                location(Publisher.class),
                location(Mono.class),
                location(JDBC.class)));
    }

    /** {@return what a compiler needs: the same, and the annotations of the API} */
    public String compilePath() {
        return path() + File.pathSeparator + location(NullMarked.class);
    }

    private static String join(Stream<Path> paths) {
        return paths.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    private static Path location(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compiles sources. */
    public void compile(Path output, List<Path> sources, String... options) {
        JdkTool.run("javac", arguments(output, sources, options));
    }

    static String[] arguments(Path output, List<Path> sources, String... options) {
        return Stream.concat(
                        Stream.concat(Stream.of(options), Stream.of("-proc:none", "-d", output.toString())),
                        sources.stream().map(Path::toString))
                .toArray(String[]::new);
    }
}
