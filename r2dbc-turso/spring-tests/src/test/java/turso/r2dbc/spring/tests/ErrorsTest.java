package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.r2dbc.BadSqlGrammarException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.publisher.Mono;

/** Every error of the database is the exception that Spring has for it. */
class ErrorsTest extends SpringTest {

    private static final String ENDLESS =
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";

    @Autowired
    private R2dbcTransactionManager manager;

    @BeforeEach
    void insertRow() {
        execute("INSERT INTO document (id, title) VALUES (1, 'first')");
    }

    private static <E extends DataAccessException> void assertFails(
            Class<E> expected, DatabaseClient client, String sql, String state) {
        assertThatExceptionOfType(expected)
                .isThrownBy(() -> await(client.sql(sql).fetch().rowsUpdated()))
                .havingCause()
                .isInstanceOfSatisfying(
                        R2dbcException.class, it -> assertThat(it.getSqlState()).isEqualTo(state));
    }

    private <E extends DataAccessException> void assertFails(Class<E> expected, String sql, String state) {
        assertFails(expected, this.client, sql, state);
    }

    @Test
    void duplicateKeys() {
        assertFails(DuplicateKeyException.class, "INSERT INTO document (id) VALUES (1)", "23505");
        assertFails(DuplicateKeyException.class, "INSERT INTO document (title) VALUES ('first')", "23505");
        execute("INSERT INTO label VALUES (1, 'a', 1)");
        assertFails(DuplicateKeyException.class, "INSERT INTO label VALUES (1, 'a', 2)", "23505");
    }

    @Test
    void otherConstraints() {
        assertFails(DataIntegrityViolationException.class, "INSERT INTO person (name) VALUES (NULL)", "23502");
        assertFails(DataIntegrityViolationException.class, "INSERT INTO label VALUES (2, 'a', 1)", "23503");
        assertFails(
                DataIntegrityViolationException.class,
                "INSERT INTO person (name) VALUES (hex(zeroblob(500)))",
                "23514");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"SELEC 1", "SELECT * FROM missing", "SELECT missing FROM person", "SELECT missing(1)", "INSERT"})
    void badGrammar(String sql) {
        assertThatExceptionOfType(BadSqlGrammarException.class)
                .isThrownBy(() -> execute(sql))
                .satisfies(it -> assertThat(it.getSql()).isEqualTo(sql));
    }

    @Test
    void lockNotFree() {
        DatabaseClient impatient = DatabaseClient.create(ConnectionFactories.get(sharedUrl("?lockWaitTimeout=10ms")));
        Mono<Throwable> failure = TransactionalOperator.create(this.manager)
                .transactional(this.client
                        .sql("INSERT INTO log VALUES ('x')")
                        .then()
                        .then(impatient.sql("INSERT INTO log VALUES ('y')").then())
                        .then(Mono.<Throwable>empty())
                        .onErrorResume(Mono::just));

        assertThat(await(failure))
                .isInstanceOf(QueryTimeoutException.class)
                .isInstanceOf(TransientDataAccessException.class);
    }

    @Test
    void statementTooSlow() {
        DatabaseClient hasty = DatabaseClient.create(ConnectionFactories.get(sharedUrl("?statementTimeout=50ms")));

        assertThatExceptionOfType(QueryTimeoutException.class)
                .isThrownBy(() -> await(hasty.sql(ENDLESS).fetch().one()));
    }

    /** A transaction that reads, and writes when another has written meanwhile: not with the default mode. */
    @Test
    void snapshotTooOld() {
        ConnectionFactory deferred = ConnectionFactories.get(sharedUrl("?transactionMode=DEFERRED"));
        DatabaseClient reading = DatabaseClient.create(deferred);
        Mono<Long> transaction = TransactionalOperator.create(new R2dbcTransactionManager(deferred))
                .transactional(reading.sql("SELECT count(*) FROM log")
                        .fetch()
                        .one()
                        .then(this.client
                                .sql("INSERT INTO log VALUES ('other')")
                                .fetch()
                                .rowsUpdated())
                        .then(reading.sql("INSERT INTO log VALUES ('own')")
                                .fetch()
                                .rowsUpdated()));

        assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> await(transaction));
    }

    /** SQL can end the transaction it runs in; what follows must not run outside of one. */
    @Test
    void transactionLost() {
        Mono<Void> transaction = TransactionalOperator.create(this.manager)
                .transactional(this.client
                        .sql("INSERT INTO log VALUES ('before')")
                        .then()
                        .then(this.client
                                .sql("INSERT OR ROLLBACK INTO document (id) VALUES (1)")
                                .then())
                        .onErrorResume(DuplicateKeyException.class, lost -> Mono.empty())
                        .then(this.client
                                .sql("INSERT INTO log VALUES ('after')")
                                .then()));

        assertThatExceptionOfType(CannotAcquireLockException.class).isThrownBy(() -> await(transaction));
        assertThat(value("SELECT count(*) FROM log", Long.class)).isZero();
    }

    @Test
    void readOnlyDatabase() {
        DatabaseClient readOnly = DatabaseClient.create(ConnectionFactories.get(sharedUrl("?readOnly=true")));

        assertFails(PermissionDeniedDataAccessException.class, readOnly, "INSERT INTO log VALUES ('x')", "25006");
    }

    @Test
    void resources() throws IOException {
        Path directory = temporaryDirectory();
        DatabaseClient nowhere =
                DatabaseClient.create(ConnectionFactories.get(url(directory.resolve("missing/a.db"), "")));
        assertFails(DataAccessResourceFailureException.class, nowhere, "SELECT 1", "08001");

        Path file = Files.writeString(directory.resolve("b.db"), "This is no database. ".repeat(100));
        DatabaseClient damaged = DatabaseClient.create(ConnectionFactories.get(url(file, "")));
        assertFails(DataAccessResourceFailureException.class, damaged, "SELECT * FROM t", "XX001");
    }

    @Test
    void arraysAreRefusedBySpring() {
        record WithList(
                @org.springframework.data.annotation.Id Long id, java.util.List<String> names) {}

        assertThatThrownBy(() -> await(
                        new org.springframework.data.r2dbc.core.R2dbcEntityTemplate(this.manager.getConnectionFactory())
                                .insert(new WithList(null, java.util.List.of("a")))))
                .isInstanceOf(DataAccessException.class)
                .hasMessageContaining("array");
    }
}
