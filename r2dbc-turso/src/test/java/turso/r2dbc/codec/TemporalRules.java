package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dates and times, whatever the time zone of the JVM: {@code spring.md} 4.5. */
abstract class TemporalRules {

    private final String zoneOfTheJvm;

    private TimeZone before = TimeZone.getDefault();

    private Cells cells = new Cells();

    TemporalRules(String zoneOfTheJvm) {
        this.zoneOfTheJvm = zoneOfTheJvm;
    }

    @BeforeEach
    void enter() {
        this.before = TimeZone.getDefault();
        TimeZone.setDefault(TimeZone.getTimeZone(this.zoneOfTheJvm));
        assertThat(ZoneId.systemDefault()).isEqualTo(ZoneId.of(this.zoneOfTheJvm));
    }

    @AfterEach
    void leave() {
        TimeZone.setDefault(this.before);
        this.cells.close();
    }

    static Stream<Arguments> texts() {
        LocalDate date = LocalDate.of(2024, 3, 9);
        LocalDateTime noSeconds = LocalDateTime.of(2024, 3, 9, 7, 8);
        LocalDateTime seconds = LocalDateTime.of(2024, 3, 9, 7, 8, 9);
        LocalDateTime millis = LocalDateTime.of(2024, 3, 9, 7, 8, 9, 120_000_000);
        LocalDateTime nanos = LocalDateTime.of(2024, 3, 9, 7, 8, 9, 123_456_789);
        ZoneOffset plusOne = ZoneOffset.ofHours(1);
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        return Stream.of(
                // date and time without zone: as written, and UTC for an instant
                text("2024-03-09 07:08", noSeconds, null, null),
                text("2024-03-09T07:08", noSeconds, null, null),
                text("2024-03-09t07:08", noSeconds, null, null),
                text("2024-03-09 07:08:09", seconds, null, null),
                text("2024-03-09T07:08:09", seconds, null, null),
                text("2024-03-09 07:08:09.1", seconds.withNano(100_000_000), null, null),
                text("2024-03-09 07:08:09.12", millis, null, null),
                text("2024-03-09 07:08:09.120", millis, null, null),
                text("2024-03-09T07:08:09.123456", nanos.withNano(123_456_000), null, null),
                text("2024-03-09 07:08:09.123456789", nanos, null, null),
                text("2024-03-09", date.atStartOfDay(), null, null),
                text("0000-01-01 00:00:00", LocalDateTime.of(0, 1, 1, 0, 0), null, null),
                text(
                        "9999-12-31 23:59:59.999999999",
                        LocalDateTime.of(9999, 12, 31, 23, 59, 59, 999_999_999),
                        null,
                        null),
                text("+12024-03-09T07:08", noSeconds.withYear(12024), null, null),
                text("-0044-03-09T07:08", noSeconds.withYear(-44), null, null),
                text("+2024-03-09T07:08", noSeconds, null, null),
                text("-999999999-01-01T00:00", LocalDateTime.MIN, null, null),
                text("+999999999-12-31T23:59:59.999999999", LocalDateTime.MAX, null, null),
                // with offset
                text("2024-03-09 07:08:09Z", seconds, ZoneOffset.UTC, null),
                text("2024-03-09T07:08:09z", seconds, ZoneOffset.UTC, null),
                text("2024-03-09T07:08Z", noSeconds, ZoneOffset.UTC, null),
                text("2024-03-09 07:08:09.12Z", millis, ZoneOffset.UTC, null),
                text("2024-03-09 07:08:09+01:00", seconds, plusOne, null),
                text("2024-03-09 07:08:09 +01:00", seconds, plusOne, null),
                text("2024-03-09 07:08:09   Z", seconds, ZoneOffset.UTC, null),
                text("2024-03-09 07:08:09+0100", seconds, plusOne, null),
                text("2024-03-09 07:08:09+01", seconds, plusOne, null),
                text("2024-03-09T07:08:09.123456789-09:30", nanos, ZoneOffset.ofHoursMinutes(-9, -30), null),
                text("2024-03-09T07:08:09-0930", seconds, ZoneOffset.ofHoursMinutes(-9, -30), null),
                text("2024-03-09T07:08:09+01:02:03", seconds, ZoneOffset.ofHoursMinutesSeconds(1, 2, 3), null),
                text("2024-03-09T07:08:09-01:02:03", seconds, ZoneOffset.ofHoursMinutesSeconds(-1, -2, -3), null),
                text("2024-03-09T07:08:09-00:00", seconds, ZoneOffset.UTC, null),
                text("2024-03-09T07:08:09+18:00", seconds, ZoneOffset.MAX, null),
                // with region
                text("2024-03-09T07:08:09+01:00[Europe/Berlin]", seconds, plusOne, berlin),
                text("2024-03-09T07:08:09Z[UTC]", seconds, ZoneOffset.UTC, ZoneId.of("UTC")),
                text(
                        "2024-10-27T02:30+02:00[Europe/Berlin]",
                        LocalDateTime.of(2024, 10, 27, 2, 30),
                        ZoneOffset.ofHours(2),
                        berlin),
                text("2024-10-27T02:30+01:00[Europe/Berlin]", LocalDateTime.of(2024, 10, 27, 2, 30), plusOne, berlin),
                // hours that do not exist in the zones of the JVM
                text("2024-03-31 02:30:00", LocalDateTime.of(2024, 3, 31, 2, 30), null, null),
                text("2024-03-10 02:30:00", LocalDateTime.of(2024, 3, 10, 2, 30), null, null));
    }

    private static Arguments text(
            String text, LocalDateTime local, @Nullable ZoneOffset offset, @Nullable ZoneId region) {
        return Arguments.of(text, local, offset, region);
    }

    @ParameterizedTest
    @MethodSource("texts")
    void everyCommonFormIsReadAsEveryType(
            String text, LocalDateTime local, @Nullable ZoneOffset written, @Nullable ZoneId region) {
        ZoneOffset offset = written == null ? ZoneOffset.UTC : written;
        Instant instant = local.toInstant(offset);

        assertThat(get(text, LocalDateTime.class)).isEqualTo(local);
        assertThat(get(text, LocalDate.class)).isEqualTo(local.toLocalDate());
        assertThat(get(text, Instant.class)).isEqualTo(instant);
        assertThat(get(text, OffsetDateTime.class)).isEqualTo(OffsetDateTime.of(local, offset));
        assertThat(get(text, ZonedDateTime.class))
                .isEqualTo(ZonedDateTime.ofInstant(local, offset, region == null ? offset : region));
        if (Math.abs(local.getYear()) < 100_000) {
            assertThat(get(text, Date.class)).isEqualTo(Date.from(instant));
        }
        if (text.contains(":")) {
            assertThat(get(text, LocalTime.class)).isEqualTo(local.toLocalTime());
            assertThat(get(text, OffsetTime.class)).isEqualTo(OffsetTime.of(local.toLocalTime(), offset));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "2024",
                "2024-",
                "2024-3-9",
                "2024-03",
                "2024-03-",
                "2024-03-0",
                "2024/03/09",
                "2024-03/09",
                "20240309",
                "02024-03-09",
                "+024-03-09",
                "+1234567890-03-09",
                "-2024",
                "--2024-03-09",
                "2024-13-01",
                "2024-00-01",
                "2024-02-30",
                "2023-02-29",
                "2024-03-00",
                "2024-03-09 ",
                "2024-03-09T",
                "2024-03-09_07:08",
                "2024-03-0907:08",
                "2024-03-09  07:08",
                "2024-03-09 7:08",
                "2024-03-09 07",
                "2024-03-09 07:",
                "2024-03-09 07:8",
                "2024-03-09 07-08",
                "2024-03-09 07:08:",
                "2024-03-09 07:08:9",
                "2024-03-09 07:08:09.",
                "2024-03-09 07:08:09,5",
                "2024-03-09 07:08:09.1234567890",
                "2024-03-09 07:08:60",
                "2024-03-09 07:60:09",
                "2024-03-09 24:00:00",
                "2024-03-09 07:08.5",
                "2024-03-09 07:08:09X",
                "2024-03-09 07:08:09 ",
                "2024-03-09 07:08:09ZZ",
                "2024-03-09 07:08:09Z ",
                "2024-03-09 07:08:09+",
                "2024-03-09 07:08:09+1",
                "2024-03-09 07:08:09+1:00",
                "2024-03-09 07:08:09+01:",
                "2024-03-09 07:08:09+01:0",
                "2024-03-09 07:08:09+010",
                "2024-03-09 07:08:09+01:00:",
                "2024-03-09 07:08:09+01:00:0",
                "2024-03-09 07:08:09+01000",
                "2024-03-09 07:08:09+19:00",
                "2024-03-09 07:08:09+01:60",
                "2024-03-09 07:08:09+01:00[",
                "2024-03-09 07:08:09+01:00[]",
                "2024-03-09 07:08:09+01:00[Europe/Berlin",
                "2024-03-09 07:08:09+01:00[Europe/Atlantis]",
                "2024-03-09 07:08:09+01:00[Europe/Berlin]]",
                "2024-03-09 07:08:09[Europe/Berlin]",
                "2024-03-09Z",
                "2024-03-09+01:00",
                "9:00",
                "07:08+01:00[Europe/Berlin]",
                "now",
                "2024-03-09 07:08\0",
                "２024-03-09",
                "2024-03-0９"
            })
    void everythingElseIsNone(String text) {
        assertThat(TemporalValue.parse(text)).isNull();
    }

    @Test
    void timesOfDayStandAlone() {
        assertThat(get("07:08", LocalTime.class)).isEqualTo(LocalTime.of(7, 8));
        assertThat(get("07:08:09.5", LocalTime.class)).isEqualTo(LocalTime.of(7, 8, 9, 500_000_000));
        assertThat(get("07:08Z", LocalTime.class)).isEqualTo(LocalTime.of(7, 8));
        assertThat(get("07:08", OffsetTime.class)).isEqualTo(OffsetTime.parse("07:08Z"));
        assertThat(get("07:08:09-05:00", OffsetTime.class)).isEqualTo(OffsetTime.parse("07:08:09-05:00"));
        assertThat(get("23:59:59.999999999", LocalTime.class)).isEqualTo(LocalTime.MAX);
    }

    @Test
    void anInstantReachesOneYearFurtherThanTheOthers() {
        assertThat(get(Instant.MAX.toString(), Instant.class)).isEqualTo(Instant.MAX);
        assertThat(get(Instant.MIN.toString(), Instant.class)).isEqualTo(Instant.MIN);
    }

    @Test
    void spansAndPartsAreIsoText() {
        assertThat(get("PT1H30M", Duration.class)).isEqualTo(Duration.ofMinutes(90));
        assertThat(get("P1Y2M", Period.class)).isEqualTo(Period.of(1, 2, 0));
        assertThat(get("2024-02", YearMonth.class)).isEqualTo(YearMonth.of(2024, 2));
        assertThat(get("2024", Year.class)).isEqualTo(Year.of(2024));
        assertThat(this.cells.literal("INTEGER", "-44", Cells.typed(Year.class)))
                .isEqualTo(Year.of(-44));
        assertThat(this.cells.literal("", "999999999", Cells.typed(Year.class))).isEqualTo(Year.of(Year.MAX_VALUE));
        assertThat(this.cells.literal("", "-999999999", Cells.typed(Year.class)))
                .isEqualTo(Year.of(Year.MIN_VALUE));
    }

    static Stream<Arguments> numbers() {
        return Stream.of(
                // INTEGER: Unix time
                Arguments.of("0", "1970-01-01T00:00:00Z"),
                Arguments.of("2460000", "1970-01-29T11:20:00Z"),
                Arguments.of("1700000000", "2023-11-14T22:13:20Z"),
                Arguments.of("-1", "1969-12-31T23:59:59Z"),
                Arguments.of("253402300799", "9999-12-31T23:59:59Z"),
                Arguments.of("-210866760000", "-4713-11-24T12:00:00Z"),
                // beyond SQLite's years: milliseconds
                Arguments.of("253402300800", "1978-01-11T21:31:40.800Z"),
                Arguments.of("-210866760001", "1963-04-27T09:53:59.999Z"),
                Arguments.of("1700000000123", "2023-11-14T22:13:20.123Z"),
                Arguments.of("9223372036854775807", "+292278994-08-17T07:12:55.807Z"),
                // REAL: Julian day
                Arguments.of("0.0", "-4713-11-24T12:00:00Z"),
                Arguments.of("2440587.5", "1970-01-01T00:00:00Z"),
                Arguments.of("2460383.797326389", "2024-03-14T07:08:09Z"),
                Arguments.of("5373484.4999999", "9999-12-31T23:59:59.991Z"),
                // beyond the Julian days: Unix time, then milliseconds
                Arguments.of("5373484.5", "1970-03-04T04:38:04.500Z"),
                Arguments.of("-0.5", "1969-12-31T23:59:59.500Z"),
                Arguments.of("1700000000.123", "2023-11-14T22:13:20.123Z"),
                Arguments.of("253402300799.5", "9999-12-31T23:59:59.500Z"),
                Arguments.of("253402300800.0", "1978-01-11T21:31:40.800Z"),
                Arguments.of("-210866760000.0", "-4713-11-24T12:00:00Z"),
                Arguments.of("-210866760001.0", "1963-04-27T09:53:59.999Z"),
                Arguments.of("1700000000123.0", "2023-11-14T22:13:20.123Z"));
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void numbersAreUnixTimeOrJulianDays(String number, Instant expected) {
        LocalDateTime utc = LocalDateTime.ofInstant(expected, ZoneOffset.UTC);

        assertThat(this.cells.literal("", number, Cells.typed(Instant.class))).isEqualTo(expected);
        assertThat(this.cells.literal("", number, Cells.typed(LocalDateTime.class)))
                .isEqualTo(utc);
        assertThat(this.cells.literal("", number, Cells.typed(LocalDate.class))).isEqualTo(utc.toLocalDate());
        assertThat(this.cells.literal("", number, Cells.typed(LocalTime.class))).isEqualTo(utc.toLocalTime());
        assertThat(this.cells.literal("", number, Cells.typed(OffsetTime.class)))
                .isEqualTo(utc.toLocalTime().atOffset(ZoneOffset.UTC));
        assertThat(this.cells.literal("", number, Cells.typed(OffsetDateTime.class)))
                .isEqualTo(utc.atOffset(ZoneOffset.UTC));
        assertThat(this.cells.literal("", number, Cells.typed(ZonedDateTime.class)))
                .isEqualTo(utc.atZone(ZoneOffset.UTC));
        assertThat(this.cells.literal("", number, Cells.typed(Date.class))).isEqualTo(Date.from(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"9223372036854775808.0", "-9223372036854775808.0", "1e300", "-1e400"})
    void aNumberBeyondAllTimeIsNone(String number) {
        assertThat(NumericTime.of(Double.parseDouble(number))).isNull();
    }

    @Test
    void whatSqliteWritesIsWhatIsRead() {
        Instant before = Instant.now().minusSeconds(2);

        Instant written = this.cells.literal("TIMESTAMP", "CURRENT_TIMESTAMP", Cells.typed(Instant.class));
        Object untyped = this.cells.literal("TIMESTAMP", "CURRENT_TIMESTAMP", Cells.untyped());
        LocalDate date = this.cells.literal("DATE", "'2024-03-09'", Cells.typed(LocalDate.class));

        assertThat(written).isBetween(before, Instant.now().plusSeconds(2));
        assertThat(untyped).isInstanceOf(LocalDateTime.class);
        assertThat(((LocalDateTime) untyped).toInstant(ZoneOffset.UTC))
                .isBetween(before, Instant.now().plusSeconds(2));
        assertThat(date).isEqualTo(LocalDate.of(2024, 3, 9));
        assertThat(this.cells.literal("", "CURRENT_DATE", Cells.typed(LocalDate.class)))
                .isBetween(LocalDate.ofInstant(before, ZoneOffset.UTC), LocalDate.now(ZoneOffset.UTC));
        assertThat(this.cells.literal("", "CURRENT_TIME", Cells.untyped())).isInstanceOf(String.class);
        assertThat(this.cells.literal("TIME", "CURRENT_TIME", Cells.untyped())).isInstanceOf(LocalTime.class);
        assertThat(this.cells.literal(
                        "", "strftime('%Y-%m-%dT%H:%M:%fZ', 1710000000.25, 'auto')", Cells.typed(Instant.class)))
                .isEqualTo(Instant.parse("2024-03-09T16:00:00.250Z"));
    }

    @Test
    void whatIsWrittenMeansTheSameToSqlite() {
        for (Instant instant : new Instant[] {
            Instant.EPOCH,
            Instant.parse("2024-03-31T01:30:00Z"),
            Instant.parse("2024-03-10T07:30:00.123456789Z"),
            Instant.parse("0000-01-01T00:00:00Z"),
            Instant.parse("9999-12-31T23:59:59Z")
        }) {
            LocalDateTime utc = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
            Object text = Cells.LENIENT.encode(instant);

            assertThat(this.cells.evaluate("CAST(strftime('%s', ?) AS INTEGER) = ?", text, instant.getEpochSecond()))
                    .isEqualTo(1);
            assertThat(Cells.LENIENT.encode(utc)).isEqualTo(text);
            assertThat(this.cells.evaluate("date(?)", text)).isEqualTo(Cells.LENIENT.encode(utc.toLocalDate()));
            assertThat(this.cells.evaluate("time(?) = time(?)", text, Cells.LENIENT.encode(utc.toLocalTime())))
                    .isEqualTo(1);
            assertThat(this.cells.evaluate(
                            "unixepoch(?) = unixepoch(?)",
                            text,
                            Cells.LENIENT.encode(instant.atOffset(ZoneOffset.UTC))))
                    .isEqualTo(1);
        }
    }

    @Test
    void currentTimestampComparesWithWhatIsWritten() {
        Object past = Cells.LENIENT.encode(Instant.now().minusSeconds(5));
        Object future = Cells.LENIENT.encode(Instant.now().plusSeconds(5));

        assertThat(this.cells.evaluate("CURRENT_TIMESTAMP > ? AND CURRENT_TIMESTAMP < ?", past, future))
                .isEqualTo(1);
    }

    @Test
    void hoursThatAZoneSkipsComeBackAsTheyAre() {
        for (LocalDateTime skipped : new LocalDateTime[] {
            LocalDateTime.of(2024, 3, 31, 2, 30),
            LocalDateTime.of(2024, 3, 10, 2, 30),
            LocalDateTime.of(2024, 10, 27, 2, 30)
        }) {
            Object text = Cells.LENIENT.encode(skipped);
            Instant utc = skipped.toInstant(ZoneOffset.UTC);

            assertThat(this.cells.bound("TIMESTAMP", text, Cells.typed(LocalDateTime.class)))
                    .isEqualTo(skipped);
            assertThat(this.cells.<@Nullable Object>bound("TIMESTAMP", text, Cells.untyped()))
                    .isEqualTo(skipped);
            assertThat(this.cells.bound("TIMESTAMP", text, Cells.typed(Instant.class)))
                    .isEqualTo(utc);
            assertThat(this.cells.bound("TIMESTAMP", Cells.LENIENT.encode(Date.from(utc)), Cells.typed(Date.class)))
                    .isEqualTo(Date.from(utc));
        }
    }

    @Test
    void bothHoursThatAZoneRepeatsAreKeptApart() {
        ZonedDateTime first = ZonedDateTime.parse("2024-10-27T02:30+02:00[Europe/Berlin]");
        ZonedDateTime second = first.plusHours(1);

        assertThat(get(String.valueOf(Cells.LENIENT.encode(first)), ZonedDateTime.class))
                .isEqualTo(first);
        assertThat(get(String.valueOf(Cells.LENIENT.encode(second)), ZonedDateTime.class))
                .isEqualTo(second);
        assertThat(second.toLocalDateTime()).isEqualTo(first.toLocalDateTime());
    }

    @Test
    void anOffsetThatTheRegionDoesNotHaveKeepsTheInstant() {
        assertThat(get("2024-07-01T12:00+01:00[Europe/Berlin]", ZonedDateTime.class))
                .isEqualTo(ZonedDateTime.parse("2024-07-01T13:00+02:00[Europe/Berlin]"));
    }

    private <T> T get(String text, Class<T> target) {
        T value = this.cells.bound("TEXT", text, Cells.typed(target));
        assertThat(value).isNotNull();
        return value;
    }
}
