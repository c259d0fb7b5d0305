package turso.r2dbc.neighbours;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import io.r2dbc.spi.ConnectionFactories;
import java.nio.file.Path;
import java.time.Duration;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.exception.IntegrityConstraintViolationException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** jOOQ, told that the dialect is SQLite's: it knows five databases by R2DBC's name, and this is none of them. */
class JooqTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final Table<Record> BOOK = table(name("book"));

    private static final Field<Integer> ID = field(name("id"), SQLDataType.INTEGER.identity(true));

    private static final Field<String> TITLE = field(name("title"), SQLDataType.VARCHAR);

    @TempDir
    private Path directory;

    private DSLContext jooq;

    @BeforeEach
    void createTable() {
        this.jooq = DSL.using(
                ConnectionFactories.get("r2dbc:turso:file://"
                        + this.directory.resolve("jooq.db").toUri().getRawPath()),
                SQLDialect.SQLITE);
        Mono.from(this.jooq
                        .createTable(BOOK)
                        .column(ID)
                        .column(TITLE)
                        .primaryKey(ID)
                        .unique(TITLE))
                .block(LIMIT);
    }

    private int books() {
        return Mono.from(this.jooq.select(count()).from(BOOK)).block(LIMIT).value1();
    }

    private Mono<Integer> insert(DSLContext context, String title) {
        return Mono.from(context.insertInto(BOOK, TITLE).values(title));
    }

    @Test
    void insertReturningAndUpsert() {
        Record inserted = Mono.from(
                        this.jooq.insertInto(BOOK, TITLE).values("one").returning(ID, TITLE))
                .block(LIMIT);
        Mono.from(this.jooq
                        .insertInto(BOOK, ID, TITLE)
                        .values(inserted.get(ID), "two")
                        .onConflict(ID)
                        .doUpdate()
                        .set(TITLE, "three"))
                .block(LIMIT);

        assertThat(Flux.from(this.jooq
                                .select(TITLE)
                                .from(BOOK)
                                .orderBy(ID)
                                .limit(5)
                                .offset(0))
                        .map(row -> row.value1())
                        .collectList()
                        .block(LIMIT))
                .containsExactly("three");
    }

    @Test
    void violatedConstraintIsJooqsException() {
        insert(this.jooq, "one").block(LIMIT);

        assertThatExceptionOfType(IntegrityConstraintViolationException.class)
                .isThrownBy(() -> insert(this.jooq, "one").block(LIMIT));
    }

    @Test
    void nestedTransactionRollsBackAlone() {
        Mono.from(this.jooq.transactionPublisher(outer -> insert(outer.dsl(), "outer")
                        .then(Mono.from(outer.dsl()
                                        .transactionPublisher(inner -> insert(inner.dsl(), "inner")
                                                .then(Mono.<Integer>error(new IllegalStateException("inner fails")))))
                                .onErrorResume(failed -> Mono.empty()))
                        .then(insert(outer.dsl(), "after"))))
                .block(LIMIT);

        assertThat(books()).isEqualTo(2);
    }

    @Test
    void batch() {
        Flux.from(this.jooq.batch(
                        this.jooq.insertInto(BOOK, TITLE).values("a"),
                        this.jooq.insertInto(BOOK, TITLE).values("b")))
                .collectList()
                .block(LIMIT);

        assertThat(books()).isEqualTo(2);
    }
}
