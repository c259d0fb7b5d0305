package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** C-43 and C-44: rows, of a cursor and of a statement that has run. */
class RowContractTest extends ContractTest {

    /** Lets the consumer see the first row of a query, and of a RETURNING clause with the same columns. */
    private void withRow(String columns, BiConsumer<Row, RowMetadata> consumer) {
        execute("CREATE TABLE IF NOT EXISTS one_row(x)", "DELETE FROM one_row");
        for (String sql : List.of("SELECT " + columns, "INSERT INTO one_row VALUES (0) RETURNING " + columns)) {
            List<Integer> seen = await(one(sql).flatMapMany(it -> it.map((row, metadata) -> {
                consumer.accept(row, metadata);
                return 1;
            })));
            assertThat(seen).as(sql).containsExactly(1);
        }
    }

    @Test
    void c44IndexesCountFromZeroAndAreChecked() {
        withRow("1 AS a, 2 AS b", (row, metadata) -> {
            assertThat(row.get(0)).isEqualTo(1L);
            assertThat(row.get(1, Integer.class)).isEqualTo(2);
            for (int index : new int[] {-1, 2, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> row.get(index))
                        .withMessage("Column index " + index + " is not within 0 and 1");
                assertThatExceptionOfType(IndexOutOfBoundsException.class)
                        .isThrownBy(() -> row.get(index, String.class));
            }
        });
    }

    @Test
    void c44NamesAreCaseInsensitiveAndChecked() {
        withRow("1 AS Mixed", (row, metadata) -> {
            for (String name : List.of("Mixed", "mixed", "MIXED", "mIXED")) {
                assertThat(row.get(name, Integer.class)).isEqualTo(1);
            }
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(() -> row.get("other"))
                    .withMessageContaining("other")
                    .withMessageContaining("Mixed");
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(() -> row.get("", String.class));
        });
    }

    @Test
    void c44FirstOfSeveralMatchesWins() {
        withRow("1 AS a, 2 AS A, 3 AS \"a\", 4 AS b", (row, metadata) -> {
            assertThat(row.get("a", Integer.class)).isEqualTo(1);
            assertThat(row.get("A", Integer.class)).isEqualTo(1);
            assertThat(row.get("B", Integer.class)).isEqualTo(4);
            assertThat(row.get(1, Integer.class)).isEqualTo(2);
        });
    }

    @Test
    void c44NullArgumentsAreRefused() {
        withRow("1 AS a", (row, metadata) -> {
            assertThatIllegalArgumentException().isThrownBy(() -> row.get((String) null));
            assertThatIllegalArgumentException().isThrownBy(() -> row.get(null, String.class));
            assertThatIllegalArgumentException().isThrownBy(() -> row.get(0, null));
            assertThatIllegalArgumentException().isThrownBy(() -> row.get("a", null));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tr-TR", "az", "lt-LT", "de-DE"})
    void c44DefaultLocaleDoesNotMatter(String language) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(language));
        try {
            withRow("1 AS ID, 2 AS title, 3 AS \"I\", 4 AS \"ISIK\"", (row, metadata) -> {
                assertThat(row.get("id", Integer.class)).isEqualTo(1);
                assertThat(row.get("TITLE", Integer.class)).isEqualTo(2);
                assertThat(row.get("i", Integer.class)).isEqualTo(3);
                assertThat(row.get("isik", Integer.class)).isEqualTo(4);
                assertThat(metadata.contains("Id")).isTrue();
            });
            execute("create table if not exists ii(id integer, big bigint, info varchar(5))");
            assertThat(update("insert into ii(id) values (1)")).isEqualTo(1);
            assertThat(update("with i as (select 1) insert into ii(id) select * from i"))
                    .isEqualTo(1);
            assertThat(await(one("select big, info from ii")
                            .flatMapMany(it -> it.map((row, metadata) ->
                                    metadata.getColumnMetadata("BIG").getType().getName()
                                            + metadata.getColumnMetadata("INFO")
                                                    .getType()
                                                    .getName()))))
                    .containsOnly("BIGINTVARCHAR");
            await(this.connection.beginTransaction());
            execute("insert into ii(id) values (2)");
            execute("rollback");
            assertThat(this.connection.isAutoCommit()).isTrue();
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void c44NullIsNullForEveryType() {
        withRow("NULL AS n", (row, metadata) -> {
            assertThat(row.get(0)).isNull();
            assertThat(row.get("n")).isNull();
            for (Class<?> type : List.of(
                    Object.class,
                    String.class,
                    Integer.class,
                    Long.class,
                    Boolean.class,
                    Double.class,
                    byte[].class,
                    ByteBuffer.class,
                    Blob.class,
                    Clob.class,
                    LocalDate.class,
                    UUID.class,
                    Thread.State.class)) {
                assertThat((Object) row.get(0, type)).as(type.getName()).isNull();
            }
        });
    }

    @Test
    void c44NullForAPrimitiveTypeIsAClearError() {
        withRow("NULL AS n, 5 AS five", (row, metadata) -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> row.get("n", int.class))
                    .withMessageContaining("n")
                    .withMessageContaining("int");
            assertThat(row.get("five", int.class)).isEqualTo(5);
            assertThat(row.get("five", long.class)).isEqualTo(5L);
        });
    }

    @Test
    void c44UnknownTypesAreAClearError() {
        withRow(
                "1 AS a",
                (row, metadata) -> assertThatIllegalArgumentException()
                        .isThrownBy(() -> row.get("a", Thread.class))
                        .withMessageContaining("java.lang.Thread"));
    }

    @Test
    void c44ConversionErrorsNameColumnValueAndTarget() {
        withRow("'text' AS word, 3000000000 AS big", (row, metadata) -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> row.get("word", LocalDate.class))
                    .withMessageContaining("word")
                    .withMessageContaining("text")
                    .withMessageContaining("LocalDate");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> row.get("big", Integer.class))
                    .withMessageContaining("big")
                    .withMessageContaining("3000000000")
                    .withMessageContaining("Integer");
            assertThat(row.get("big", Long.class)).isEqualTo(3_000_000_000L);
        });
    }

    @Test
    void c44SameColumnMayBeReadSeveralTimesAndInAnyOrder() {
        withRow("1 AS a, 'x' AS b, x'0102' AS c", (row, metadata) -> {
            assertThat(row.get("c", byte[].class)).containsExactly(1, 2);
            assertThat(row.get("a", String.class)).isEqualTo("1");
            assertThat(row.get("a", Integer.class)).isEqualTo(1);
            assertThat(row.get("a", Double.class)).isEqualTo(1.0);
            assertThat(row.get("c", ByteBuffer.class).remaining()).isEqualTo(2);
            assertThat(row.get("c", byte[].class)).containsExactly(1, 2);
            row.get("c", byte[].class)[0] = 9;
            assertThat(row.get("c", byte[].class)).containsExactly(1, 2);
            assertThat(row.get("b")).isEqualTo("x");
        });
    }

    @Test
    void c44RowKnowsItsMetadata() {
        withRow(
                "1 AS a, 2 AS b",
                (row, metadata) -> assertThat(row.getMetadata().getColumnMetadatas())
                        .extracting(it -> it.getName())
                        .isEqualTo(metadata.getColumnMetadatas().stream()
                                .map(it -> it.getName())
                                .toList()));
    }

    @Test
    void c43RowOfACursorIsValidWithinTheMapperOnly() {
        List<Row> kept = new ArrayList<>();
        await(numbers(3).then());
        await(one(String.format(NUMBERS, 3))
                .flatMapMany(it -> it.map((row, metadata) -> {
                    kept.add(row);
                    return 1;
                })));
        for (Row row : kept) {
            assertThatIllegalStateException().isThrownBy(() -> row.get(0)).withMessageContaining("row");
            assertThatIllegalStateException().isThrownBy(() -> row.get("x", Integer.class));
        }
        assertUsable();
    }

    @Test
    void c43RowOfAPausedCursorIsNotReadableBetweenRows() {
        List<Row> kept = new ArrayList<>();
        StepVerifier.create(
                        one(String.format(NUMBERS, 3))
                                .flatMapMany(it -> it.map((row, metadata) -> {
                                    kept.add(row);
                                    return row.get(0, Integer.class);
                                })),
                        1)
                .expectNext(1)
                .then(() -> assertThatIllegalStateException()
                        .isThrownBy(() -> kept.get(0).get(0)))
                .thenRequest(5)
                .expectNext(2, 3)
                .verifyComplete();
    }

    @Test
    void c43MetadataOutlivesTheMapper() {
        List<RowMetadata> kept = await(one("SELECT 1 AS a").flatMapMany(it -> it.map((row, metadata) -> metadata)));
        execute("CREATE TABLE u(x)");
        assertThat(kept.get(0).getColumnMetadata("a").getName()).isEqualTo("a");
        assertThat(kept.get(0).contains("A")).isTrue();
    }

    @Test
    void c43ValuesOutliveTheMapper() {
        execute("CREATE TABLE big(b BLOB)");
        await(counts(this.connection
                .createStatement("INSERT INTO big VALUES (zeroblob(100000)), (randomblob(100000)), (x'')")
                .execute()));
        List<ByteBuffer> buffers = query("SELECT b FROM big ORDER BY rowid", ByteBuffer.class);
        execute("DELETE FROM big");
        assertThat(buffers).extracting(ByteBuffer::remaining).containsExactly(100_000, 100_000, 0);
        ByteBuffer zeros = buffers.get(0);
        while (zeros.hasRemaining()) {
            assertThat(zeros.get()).isZero();
        }
    }

    @Test
    void rowsOfAWideTableAreReadByName() {
        int columns = 500;
        StringBuilder sql = new StringBuilder("SELECT 0 AS c0");
        for (int i = 1; i < columns; i++) {
            sql.append(", ").append(i).append(" AS c").append(i);
        }
        List<Integer> sums = await(one(sql.toString())
                .flatMapMany(it -> it.map((row, metadata) -> {
                    int sum = 0;
                    for (int i = 0; i < columns; i++) {
                        sum += row.get("C" + i, Integer.class);
                    }
                    return sum;
                })));
        assertThat(sums).containsExactly(columns * (columns - 1) / 2);
    }

    @Test
    void rowsAreReadWithinMapWhateverThreadSubscribes() {
        Flux<String> rows = one("SELECT 'a' AS x UNION ALL SELECT 'b'")
                .flatMapMany(it -> it.map((row, metadata) -> row.get("x", String.class)))
                .subscribeOn(reactor.core.scheduler.Schedulers.boundedElastic());
        assertThat(await(rows)).containsExactly("a", "b");
    }
}
