package turso.r2dbc.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/**
 * In a memory database a writer keeps readers out. A reader whose picture of the schema is older than a table must read
 * the schema before it can tell whether the table exists; while that is locked, the answer is a lock, not "no such table".
 */
class LockedSchemaTest {

    private static final String COUNT = "SELECT count(*) FROM late";

    private static final Duration LONG_ENOUGH_TO_MEET_THE_LOCK = Duration.ofMillis(200);

    private final TestDatabase database = TestDatabase.memory();

    private TursoConnection writer;

    @BeforeEach
    void connect() {
        this.writer = this.database.connect();
    }

    @AfterEach
    void close() {
        this.database.close();
    }

    @Test
    void tableMadeByAnotherConnectionIsLockedNotMissing() {
        TursoConnection reader = this.database.connect("lockWaitTimeout=100ms");
        beginToWrite();

        assertThatThrownBy(() -> TestDatabase.query(reader, COUNT, Long.class))
                .isInstanceOfSatisfying(
                        R2dbcTimeoutException.class,
                        error -> assertThat(error)
                                .extracting(R2dbcException::getSqlState, R2dbcException::getSql)
                                .containsExactly("55P03", COUNT));
    }

    @Test
    void tableMadeByAnotherConnectionIsReadOnceTheWriterHasCommitted() {
        TursoConnection reader = this.database.connect();
        beginToWrite();

        Mono<Void> commit = Mono.delay(LONG_ENOUGH_TO_MEET_THE_LOCK).then(this.writer.commitTransaction());
        Mono<Long> count = TestDatabase.rows(reader, COUNT, Long.class).single();

        assertThat(TestDatabase.await(Mono.zip(count, commit.thenReturn(true))).getT1())
                .isEqualTo(1);
    }

    @Test
    void tableThatDoesNotExistIsStillMissing() {
        TursoConnection reader = this.database.connect();

        assertThatThrownBy(() -> TestDatabase.query(reader, COUNT, Long.class))
                .isInstanceOfSatisfying(
                        R2dbcException.class,
                        error -> assertThat(error.getSqlState()).isEqualTo("42P01"));
    }

    private void beginToWrite() {
        TestDatabase.execute(this.writer, "CREATE TABLE late (n INTEGER)");
        TestDatabase.await(this.writer.beginTransaction());
        TestDatabase.execute(this.writer, "INSERT INTO late VALUES (1)");
    }
}
