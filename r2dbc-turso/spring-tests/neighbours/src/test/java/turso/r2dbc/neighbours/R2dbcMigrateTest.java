package turso.r2dbc.neighbours;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import name.nkonev.r2dbc.migrate.core.Dialect;
import name.nkonev.r2dbc.migrate.core.PostgreSqlQueries;
import name.nkonev.r2dbc.migrate.core.R2dbcMigrate;
import name.nkonev.r2dbc.migrate.core.R2dbcMigrateProperties;
import name.nkonev.r2dbc.migrate.core.SqlQueries;
import name.nkonev.r2dbc.migrate.reader.MigrateResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * r2dbc-migrate, told that the dialect is PostgreSQL's, without its locks. SQLite understands the rest of it; but one
 * query needs a name for its column.
 */
class R2dbcMigrateTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private record Script(String getFilename, String sql) implements MigrateResource {

        @Override
        public String getFilename() {
            return this.getFilename;
        }

        @Override
        public boolean isReadable() {
            return true;
        }

        @Override
        public InputStream getInputStream() {
            return new ByteArrayInputStream(this.sql.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static final class SqliteQueries extends PostgreSqlQueries {

        private final String table;

        SqliteQueries(String table) {
            super(null, table);
            this.table = table;
        }

        /** PostgreSQL names the column of {@code max(id)} max, which is how it is read; SQLite names it max(id). */
        @Override
        public String getMaxMigration() {
            return "SELECT max(id) AS max FROM " + this.table;
        }
    }

    private static void migrate(ConnectionFactory factory, Script... scripts) {
        R2dbcMigrateProperties properties = new R2dbcMigrateProperties();
        properties.setResourcesPath("all");
        properties.setDialect(Dialect.POSTGRESQL);
        properties.setPreferDbSpecificLock(false);
        SqlQueries queries = new SqliteQueries(properties.getMigrationsTable());
        R2dbcMigrate.migrate(factory, properties, pattern -> List.of(scripts), queries, null)
                .block(LIMIT);
    }

    @Test
    void scriptsRunOnceEach(@TempDir Path directory) {
        ConnectionFactory factory = ConnectionFactories.get(
                "r2dbc:turso:file://" + directory.resolve("migrated.db").toUri().getRawPath());
        Script first = new Script("V1__table.sql", "CREATE TABLE book (title TEXT);\nINSERT INTO book VALUES ('one');");
        Script second = new Script("V2__more__split.sql", "INSERT INTO book VALUES ('two');\n");

        migrate(factory, first);
        migrate(factory, first, second);
        migrate(factory, first, second);

        assertThat(Flux.usingWhen(
                                factory.create(),
                                connection -> Mono.from(connection
                                                .createStatement("SELECT count(*) FROM book")
                                                .execute())
                                        .flatMapMany(result -> result.map(row -> row.get(0, Integer.class))),
                                connection -> connection.close())
                        .blockLast(LIMIT))
                .isEqualTo(2);
    }
}
