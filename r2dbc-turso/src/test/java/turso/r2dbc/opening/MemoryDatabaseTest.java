package turso.r2dbc.opening;

import static org.assertj.core.api.Assertions.assertThat;
import static turso.r2dbc.errors.OpenDatabase.await;
import static turso.r2dbc.errors.OpenDatabase.column;
import static turso.r2dbc.errors.OpenDatabase.failure;
import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;

import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import turso.r2dbc.TursoConnectionConfiguration;
import turso.r2dbc.TursoConnectionFactory;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.errors.ErrorRow;
import turso.r2dbc.errors.OpenDatabase;

/** How long memory databases live, and who shares them. */
class MemoryDatabaseTest {

    private final String name = "test-" + UUID.randomUUID();

    private static TursoConnectionFactory named(String name) {
        return TursoConnectionFactory.from(
                TursoConnectionConfiguration.builder().memory(name).build());
    }

    private static void fill(TursoConnection connection) {
        run(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
    }

    private static void assertEmpty(TursoConnection connection) {
        ErrorRow.NO_SUCH_TABLE.verify(failure(connection, "SELECT a FROM t"), 1, "SELECT a FROM t", "no such table: t");
    }

    private static void assertFilled(TursoConnection connection) {
        assertThat(column(connection, "SELECT a FROM t")).containsExactly(1L);
    }

    @Test
    void namedOneIsSharedByAllFactoriesOfThatName() {
        TursoConnectionFactory first = named(this.name);
        TursoConnectionFactory second = named(this.name);
        TursoConnection writer = get(first.create());
        TursoConnection reader = get(second.create());

        fill(writer);

        assertFilled(reader);
        await(writer.close());
        await(reader.close());
        await(first.close());
        await(second.close());
    }

    @Test
    void namesAreCaseSensitive() {
        TursoConnectionFactory lower = named(this.name);
        TursoConnectionFactory upper = named(this.name.toUpperCase(java.util.Locale.ROOT));
        TursoConnection writer = get(lower.create());
        TursoConnection other = get(upper.create());

        fill(writer);

        assertEmpty(other);
        await(writer.close());
        await(other.close());
        await(lower.close());
        await(upper.close());
    }

    @Test
    void dataIsKeptWhileNoConnectionIsOpen() {
        TursoConnectionFactory factory = named(this.name);
        TursoConnection first = get(factory.create());
        fill(first);
        await(first.close());

        TursoConnection second = get(factory.create());

        assertFilled(second);
        await(second.close());
        await(factory.close());
    }

    @Test
    void dataIsGoneWhenFactoryAndLastConnectionAreClosed() {
        TursoConnectionFactory factory = named(this.name);
        TursoConnection first = get(factory.create());
        TursoConnection second = get(factory.create());
        fill(first);
        await(first.close());
        await(factory.close());

        assertFilled(second);
        await(second.close());

        TursoConnectionFactory later = named(this.name);
        TursoConnection third = get(later.create());
        assertEmpty(third);
        await(third.close());
        await(later.close());
    }

    @Test
    void namedOneSurvivesTheCloseOfOneOfItsFactories() {
        TursoConnectionFactory first = named(this.name);
        TursoConnectionFactory second = named(this.name);
        TursoConnection ofFirst = get(first.create());
        fill(ofFirst);
        await(get(second.create()).close());

        await(ofFirst.close());
        await(first.close());

        TursoConnection ofSecond = get(second.create());
        assertFilled(ofSecond);
        await(ofSecond.close());
        await(second.close());
    }

    @Test
    void privateOneBelongsToOneFactory() {
        TursoConnectionConfiguration configuration =
                TursoConnectionConfiguration.builder().memory().build();
        TursoConnectionFactory first = TursoConnectionFactory.from(configuration);
        TursoConnectionFactory second = TursoConnectionFactory.from(configuration);
        TursoConnection writer = get(first.create());
        TursoConnection sameFactory = get(first.create());
        TursoConnection otherFactory = get(second.create());

        fill(writer);

        assertFilled(sameFactory);
        assertEmpty(otherFactory);
        await(writer.close());
        await(sameFactory.close());
        await(otherFactory.close());
        TursoConnection again = get(first.create());
        assertFilled(again);
        await(again.close());
        await(first.close());
        await(second.close());
    }

    @Test
    void factoryClosedBeforeItsFirstConnectionHoldsNothing() {
        TursoConnectionFactory factory = named(this.name);

        await(factory.close());

        assertThat(failure(factory.create())).isInstanceOf(IllegalStateException.class);
    }

    /** Frameworks drop factories without closing them. */
    @Test
    void dataIsGoneWhenFactoryIsForgotten() {
        WeakReference<TursoConnectionFactory> forgotten = fillAndForget();

        OpenDatabase.until(() -> {
            System.gc();
            return forgotten.get() == null && isEmptyNow();
        });
    }

    /** Looks by means of a factory that is closed at once, since the look makes the database that factory's too. */
    private boolean isEmptyNow() {
        TursoConnectionFactory factory = named(this.name);
        TursoConnection connection = get(factory.create());
        boolean empty = column(connection, "SELECT name FROM sqlite_schema").isEmpty();
        await(connection.close());
        await(factory.close());
        return empty;
    }

    private WeakReference<TursoConnectionFactory> fillAndForget() {
        TursoConnectionFactory factory = named(this.name);
        TursoConnection connection = get(factory.create());
        fill(connection);
        await(connection.close());
        return new WeakReference<>(factory);
    }

    @Test
    void readOnlyOneReadsAndRefusesWrites() {
        TursoConnectionFactory factory = named(this.name);
        TursoConnection writer = get(factory.create());
        fill(writer);
        TursoConnectionFactory readers = TursoConnectionFactory.from(TursoConnectionConfiguration.builder()
                .memory(this.name)
                .readOnly(true)
                .build());
        TursoConnection reader = get(readers.create());

        assertFilled(reader);
        ErrorRow.READ_ONLY.verify(
                failure(reader, "INSERT INTO t VALUES (2)"),
                8,
                "INSERT INTO t VALUES (2)",
                "attempt to write a readonly database");
        await(reader.close());
        await(writer.close());
        await(readers.close());
        await(factory.close());
    }

    /**
     * SQLite opens attached databases where the main one is, so that a plain name means memory here too; a file has to be
     * named with its own VFS.
     */
    @Test
    void attachedNamesAreInMemoryUnlessTheySayOtherwise(@TempDir Path directory) {
        Path file = directory.resolve("b.db");
        TursoConnectionFactory factory = named(this.name);
        TursoConnection connection = get(factory.create());

        run(connection, "ATTACH '" + file + "' AS b", "CREATE TABLE b.t (a)", "DETACH b");
        assertThat(file).doesNotExist();

        String vfs = System.getProperty("os.name").startsWith("Windows") ? "win32" : "unix";
        run(connection, "ATTACH 'file:" + file + "?vfs=" + vfs + "' AS b", "CREATE TABLE b.t (a)", "DETACH b");
        assertThat(Files.exists(file)).isTrue();
        await(connection.close());
        await(factory.close());
    }
}
