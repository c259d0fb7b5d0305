package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.relational.core.query.Query;

/** Every type, there and back, in columns that tell the type and in columns that do not. */
class TypesTest extends SpringTest {

    /** The second of the two half hours past two of that night in Berlin. */
    private static final Instant MOMENT = Instant.parse("2024-10-27T01:30:00.123456789Z");

    private final TimeZone before = TimeZone.getDefault();

    @Autowired
    private R2dbcEntityTemplate template;

    @Autowired
    private PersonRepository people;

    @AfterEach
    void restoreTimeZone() {
        TimeZone.setDefault(this.before);
    }

    private Everything read() {
        return await(this.template.selectOne(Query.empty(), Everything.class));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"})
    void everyTypeComesBackWhateverTheTimeZone(String zone) {
        TimeZone.setDefault(TimeZone.getTimeZone(zone));
        Everything all = Everything.of(MOMENT);
        await(this.template.insert(all));

        assertThat(read()).usingRecursiveComparison().isEqualTo(all);
        assertThat(value("SELECT instant FROM everything", String.class)).isEqualTo("2024-10-27 01:30:00.123456789");
        // What another time zone wrote means the same here.
        TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
        assertThat(read()).usingRecursiveComparison().isEqualTo(all);
    }

    @Test
    void everyTypeMayBeNull() {
        await(this.template.insert(new Everything()));

        assertThat(read()).usingRecursiveComparison().ignoringFields("id").isEqualTo(new Everything());
        Everything all = Everything.of(MOMENT);
        all.id = read().id;
        await(this.template.update(all));
        assertThat(read()).usingRecursiveComparison().isEqualTo(all);
        all = new Everything();
        all.id = read().id;
        await(this.template.update(all));
        assertThat(read()).usingRecursiveComparison().isEqualTo(all);
    }

    @Test
    void timesSortAsTextAndAgreeWithSqlite() {
        TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
        Instant second = Instant.parse("2024-01-01T00:00:00Z");
        for (Instant instant : List.of(second, second.plusMillis(1), second.plusSeconds(1))) {
            await(this.template.insert(Everything.of(instant)));
        }

        for (String column : List.of("instant", "instantText")) {
            assertThat(await(this.template.count(
                            Query.query(Criteria.where(column).lessThan(second.plusMillis(1))), Everything.class)))
                    .isEqualTo(1);
            assertThat(await(this.template.count(
                            Query.query(Criteria.where(column).between(second, second.plusMillis(1))),
                            Everything.class)))
                    .isEqualTo(2);
        }
        assertThat(value(
                        "SELECT count(*) FROM everything WHERE strftime('%Y', instant_text) = '2024'"
                                + " AND instant_text < CURRENT_TIMESTAMP",
                        Long.class))
                .isEqualTo(3);
    }

    @Test
    void currentTimestampIsReadAsWhatItMeans() {
        TimeZone.setDefault(TimeZone.getTimeZone("America/New_York"));
        execute("INSERT INTO everything (instant, instant_text, old_date, offset_date_time, zoned_date_time)"
                + " SELECT n, n, n, n, n FROM (SELECT '2024-07-01 12:00:00' AS n)");
        Instant noon = Instant.parse("2024-07-01T12:00:00Z");
        Everything read = read();

        assertThat(read.instant).isEqualTo(noon);
        assertThat(read.instantText).isEqualTo(noon);
        assertThat(read.oldDate).isEqualTo(java.util.Date.from(noon));
        assertThat(read.offsetDateTime.toInstant()).isEqualTo(noon);
        assertThat(read.zonedDateTime.toInstant()).isEqualTo(noon);
    }

    @Test
    void queriesForOneValueEach() {
        assertThat(await(this.people.instant(MOMENT))).isEqualTo(MOMENT);
        assertThat(await(this.people.decimal(new BigDecimal("1.5")))).isEqualByComparingTo("1.5");
        assertThat(await(this.people.decimal(new BigDecimal("0.12345678901234567890"))))
                .isEqualTo("0.12345678901234567890");
        assertThat(await(this.people.bytes(1))).containsExactly(new byte[] {1, 2});
        assertThat(await(this.people.tiny())).isEqualTo((byte) 7);
        assertThat(await(this.people.duration(Duration.ofHours(25)))).isEqualTo(Duration.ofHours(25));
        Person person = await(this.people.save(new Person(null, "Ann", null, true, Mood.HAPPY)));
        assertThat(await(this.people.mood(person.id()))).isEqualTo(Mood.HAPPY);
        assertThat(await(this.people.active(person.id()))).isTrue();
    }

    /** What DatabaseClient hands out without being told a type follows the declaration of the column. */
    @Test
    void rowsAsMaps() {
        await(this.template.insert(Everything.of(MOMENT)));
        Map<String, Object> row = await(this.client
                .sql("SELECT truth, int_number, long_number, decimal, date, instant, 1 + 1 AS sum FROM everything")
                .fetch()
                .one());

        assertThat(row)
                .containsEntry("truth", true)
                .containsEntry("int_number", Integer.MIN_VALUE)
                .containsEntry("long_number", Long.MAX_VALUE)
                .containsEntry("decimal", new BigDecimal("12.34"))
                .containsEntry("instant", LocalDateTime.parse("2024-10-27T01:30:00.123456789"))
                .containsEntry("sum", 2L);
    }

    /** A sum compares with a parameter as a number, which it would not if decimals were bound as text. */
    @Test
    void decimalsAreNumbersToSql() {
        await(this.template.insert(Everything.of(MOMENT)));

        assertThat(await(this.client
                        .sql("SELECT count(*) FROM (SELECT sum(decimal) AS s FROM everything) WHERE s > :x")
                        .bind("x", new BigDecimal("12.3"))
                        .mapValue(Long.class)
                        .one()))
                .isEqualTo(1);
    }

    /**
     * What SQLite cannot keep: a column with numeric affinity holds 64-bit integers and doubles. Digits beyond are lost,
     * and the scale is the declared one; in a TEXT column everything is kept, and compares as text.
     */
    @ParameterizedTest
    @CsvSource({"12.30, 12.30", "12.3, 12.30", "5, 5.00", "0.1234567890123456789, 0.12345678901234568"})
    void decimalColumnsKeepDoublesAndTheDeclaredScale(BigDecimal written, BigDecimal read) {
        Everything all = new Everything();
        all.decimal = written;
        all.decimalText = written;
        await(this.template.insert(all));

        assertThat(read().decimal).isEqualTo(read);
        assertThat(read().decimalText).isEqualByComparingTo(written);
    }

    @Test
    void decimalsInTextColumnsCompareAsText() {
        Everything all = new Everything();
        all.decimalText = new BigDecimal("9");
        await(this.template.insert(all));

        assertThat(await(this.template.count(
                        Query.query(Criteria.where("decimalText").greaterThan(new BigDecimal("10"))),
                        Everything.class)))
                .isEqualTo(1);
    }
}
