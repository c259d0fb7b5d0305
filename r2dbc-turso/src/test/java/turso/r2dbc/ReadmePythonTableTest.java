package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ValidationDepth;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoCursor;
import turso.r2dbc.packaging.Readme;
import turso.r2dbc.packaging.Readme.Row;

/** The README's table for those who know Python's drivers: its Java column compiles, runs line by line and gives what it says. */
class ReadmePythonTableTest {

    private static final List<Row> ROWS = Readme.read().table("in Python");

    @TempDir
    Path directory;

    @Test
    void everyLineGivesWhatItSays() throws Exception {
        TursoConnection conn = TestDatabase.await(Turso.connect(":memory:"));
        TursoCursor cur = conn.cursor();
        assertThat(ROWS).hasSizeGreaterThan(20);
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {compile().toUri().toURL()})) {
            Class<?> table = loader.loadClass("Table");
            for (int i = 0; i < ROWS.size(); i++) {
                Object value = table.getMethod("row" + i, TursoConnection.class, TursoCursor.class)
                        .invoke(null, conn, cur);
                verify(ROWS.get(i), value instanceof Publisher<?> work ? TestDatabase.await(Mono.from(work)) : value);
            }
        }
        assertThat(TestDatabase.await(conn.validate(ValidationDepth.LOCAL)))
                .as("open after the last line")
                .isFalse();
    }

    private static void verify(Row row, @Nullable Object value) {
        switch (row.cell(2)) {
            case "nothing" -> assertThat(value).as(row.cell(1)).isNull();
            case "a connection" -> {
                assertThat(value).as(row.cell(1)).isInstanceOf(TursoConnection.class);
                TestDatabase.await(((TursoConnection) value).close());
            }
            case "a cursor", "the cursor" -> assertThat(value).as(row.cell(1)).isInstanceOf(TursoCursor.class);
            default ->
                assertThat(String.valueOf(value))
                        .as(row.cell(1))
                        .isEqualTo(row.code(2).orElseThrow());
        }
    }

    /** {@return where the class is that has a method for each line} */
    private Path compile() throws IOException {
        StringBuilder source = new StringBuilder("""
            import io.r2dbc.spi.*;
            import java.util.*;
            import turso.r2dbc.*;
            import turso.r2dbc.api.*;
            public class Table {
            """);
        for (int i = 0; i < ROWS.size(); i++) {
            source.append(String.format(
                    Locale.ROOT,
                    "public static Object row%d(TursoConnection conn, TursoCursor cur) { return %s; }%n",
                    i,
                    ROWS.get(i).code(1).orElseThrow()));
        }
        Path file = Files.writeString(this.directory.resolve("Table.java"), source.append("}"));
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assertThat(compiler.run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        file.toString()))
                .isZero();
        return this.directory;
    }
}
