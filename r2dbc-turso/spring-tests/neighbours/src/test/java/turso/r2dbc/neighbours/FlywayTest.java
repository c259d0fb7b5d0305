package turso.r2dbc.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Flyway, which changes the same file through JDBC while the driver has it open. */
class FlywayTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private Path directory;

    private ConnectionFactory factory;

    @BeforeEach
    void open() {
        this.factory =
                ConnectionFactories.get("r2dbc:turso:file://" + file().toUri().getRawPath());
    }

    private Path file() {
        return this.directory.resolve("migrated.db");
    }

    private void script(String name, String sql) throws IOException {
        Files.writeString(this.directory.resolve(name), sql);
    }

    private List<String> query(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.map(row -> row.get(0, String.class)))
                .collectList()
                .block(LIMIT);
    }

    private int migrate() {
        return Flyway.configure()
                .dataSource("jdbc:sqlite:" + file(), null, null)
                .locations("filesystem:" + this.directory)
                .load()
                .migrate()
                .migrationsExecuted;
    }

    @Test
    void flywayMigratesTheSameFile() throws IOException {
        Connection connection = Flux.from(this.factory.create()).blockLast(LIMIT);
        script("V1__table.sql", "CREATE TABLE book (title TEXT); INSERT INTO book VALUES ('one');");
        assertThat(migrate()).isEqualTo(1);
        assertThat(query(connection, "SELECT * FROM book")).containsExactly("one");

        script("V2__column.sql", "ALTER TABLE book ADD COLUMN author TEXT DEFAULT 'me';");
        assertThat(migrate()).isEqualTo(1);
        assertThat(query(connection, "SELECT author FROM book")).containsExactly("me");
        assertThat(migrate()).isZero();
        Flux.from(connection.close()).blockLast(LIMIT);
    }
}
