package turso.r2dbc.errors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.foreign;
import static turso.r2dbc.errors.OpenDatabase.run;

import io.r2dbc.spi.Option;
import io.r2dbc.spi.TransactionDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import turso.r2dbc.TursoConnectionConfiguration.Builder;
import turso.r2dbc.api.JournalMode;
import turso.r2dbc.api.TursoConnection;

/** Writes to what must not be written. */
class ReadOnlyErrorTest {

    private static final int READ_ONLY = 8;

    private static final String WORDS = "attempt to write a readonly database";

    private static final String INSERT = "INSERT INTO t VALUES (2)";

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void createTable() throws SQLException {
        this.file = this.directory.resolve("a.db");
        try (Connection foreign = foreign(this.file)) {
            run(foreign, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
        }
    }

    @AfterEach
    void makeDeletable() throws IOException {
        permit(this.directory, "rwxr-xr-x");
    }

    private static void permit(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                INSERT,
                "UPDATE t SET a = 2",
                "DELETE FROM t",
                "CREATE TABLE u (a)",
                "DROP TABLE t",
                "CREATE INDEX t_a ON t (a)",
                "PRAGMA user_version = 1",
                "VACUUM"
            })
    void optionReadOnlyIs25006(String sql) {
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.readOnly(true))) {
            TursoConnection connection = database.open();

            ErrorRow.READ_ONLY.verify(failure(connection, sql), READ_ONLY, sql, WORDS);

            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
            assertThat(connection.isAutoCommit()).isTrue();
        }
    }

    @Test
    void transactionOfReadOnlyConnectionReadsAndRefusesWrites() {
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.readOnly(true))) {
            TursoConnection connection = database.open();
            await(connection.beginTransaction());

            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
            ErrorRow.READ_ONLY.verify(failure(connection, INSERT), READ_ONLY, INSERT, WORDS);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);

            await(connection.commitTransaction());
        }
    }

    @Test
    void queryOnlyIs25006AndCanBeSwitchedOff() {
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            TursoConnection connection = database.open();
            run(connection, "PRAGMA query_only = 1");

            ErrorRow.READ_ONLY.verify(failure(connection, INSERT), READ_ONLY, INSERT, WORDS);

            run(connection, "PRAGMA query_only = 0", INSERT);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    @Test
    void readOnlyTransactionIs25006AndTheNextOneWrites() {
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            TursoConnection connection = database.open();
            await(connection.beginTransaction(new ReadOnlyTransaction()));

            ErrorRow.READ_ONLY.verify(failure(connection, INSERT), READ_ONLY, INSERT, WORDS);

            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
            await(connection.commitTransaction());
            run(connection, INSERT);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    private static final class ReadOnlyTransaction implements TransactionDefinition {
        @Override
        public <T> @Nullable T getAttribute(Option<T> option) {
            return option.equals(READ_ONLY) ? option.cast(true) : null;
        }
    }

    @Test
    void fileThatWasMovedAwayIs25006() throws IOException {
        UnaryOperator<Builder> options = it -> it.journalMode(JournalMode.DELETE);
        try (OpenDatabase database = OpenDatabase.file(this.file, options)) {
            TursoConnection connection = database.open();
            Path elsewhere = this.directory.resolve("b.db");
            Files.move(this.file, elsewhere);

            ErrorRow.READ_ONLY.verify(failure(connection, INSERT), READ_ONLY | 4 << 8, INSERT, WORDS);

            Files.move(elsewhere, this.file);
            run(connection, INSERT);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L, 2L);
        }
    }

    @Test
    void readOnlyFileIs25006() throws IOException {
        permit(this.file, "r--r--r--");
        assumeThat(Files.isWritable(this.file))
                .as("permissions stop whoever runs this: not root")
                .isFalse();
        try (OpenDatabase database = OpenDatabase.file(this.file)) {
            TursoConnection connection = database.open();

            ErrorRow.READ_ONLY.verify(failure(connection, INSERT), READ_ONLY, INSERT, WORDS);

            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }

    @Test
    void readOnlyDirectoryIs25006() throws IOException {
        permit(this.directory, "r-xr-xr-x");
        assumeThat(Files.isWritable(this.directory))
                .as("permissions stop whoever runs this: not root")
                .isFalse();
        try (OpenDatabase database = OpenDatabase.file(this.file, options -> options.journalMode(JournalMode.DELETE))) {
            TursoConnection connection = database.open();

            Throwable error = failure(connection, INSERT);

            // No journal can be made beside the file.
            ErrorRow.READ_ONLY.verify(error, READ_ONLY | 6 << 8, INSERT, WORDS);
            assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
        }
    }
}
