package turso.r2dbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.ByteBuffer;
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
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import turso.r2dbc.codec.Codecs;
import turso.r2dbc.packaging.Readme;
import turso.r2dbc.packaging.Readme.Row;

/** The README's table of Java types and what the codecs do agree. */
class ReadmeTypeTableTest {

    private static final Readme README = Readme.read();

    private enum Choice {
        FIRST
    }

    /** One value of each Java type of the table that is always stored alike. */
    private static final Map<String, List<Object>> SAMPLES = Map.ofEntries(
            Map.entry("Long", List.of(1L)),
            Map.entry("Integer", List.of(1)),
            Map.entry("Short", List.of((short) 1)),
            Map.entry("Byte", List.of((byte) 1)),
            Map.entry("Double", List.of(1.5)),
            Map.entry("Float", List.of(1.5f)),
            Map.entry(
                    "BigDecimal",
                    List.of(BigDecimal.ONE, new BigDecimal("0.5"), new BigDecimal("0.12345678901234567890"))),
            Map.entry("BigInteger", List.of(BigInteger.ONE, BigInteger.ONE.shiftLeft(64))),
            Map.entry("Boolean", List.of(true)),
            Map.entry("String", List.of("a")),
            Map.entry("Character", List.of('a')),
            Map.entry("any enum", List.of(Choice.FIRST)),
            Map.entry("byte[]", List.of(new byte[1])),
            Map.entry("ByteBuffer", List.of(ByteBuffer.allocate(1))),
            Map.entry("UUID", List.of(new UUID(1, 2))),
            Map.entry("URI", List.of(URI.create("a:b"))),
            Map.entry("LocalDate", List.of(LocalDate.of(2024, 3, 9))),
            Map.entry("LocalTime", List.of(LocalTime.of(7, 8, 9))),
            Map.entry("LocalDateTime", List.of(LocalDateTime.of(2024, 3, 9, 7, 8, 9))),
            Map.entry("Instant", List.of(Instant.EPOCH)),
            Map.entry("java.util.Date", List.of(new Date(0))),
            Map.entry("OffsetDateTime", List.of(OffsetDateTime.parse("2024-03-09T07:08:09+01:00"))),
            Map.entry("ZonedDateTime", List.of(ZonedDateTime.parse("2024-03-09T07:08:09+01:00[Europe/Berlin]"))),
            Map.entry("OffsetTime", List.of(OffsetTime.parse("07:08:09+01:00"))),
            Map.entry("Year", List.of(Year.of(2024))),
            Map.entry("YearMonth", List.of(YearMonth.of(2024, 3))),
            Map.entry("Duration", List.of(Duration.ofSeconds(1))),
            Map.entry("Period", List.of(Period.ofDays(1))));

    private static final Map<String, Class<?>> STREAMS = Map.of("Blob", Blob.class, "Clob", Clob.class);

    private static final Map<String, Class<?>> STORAGE_CLASSES =
            Map.of("INTEGER", Long.class, "REAL", Double.class, "TEXT", String.class, "BLOB", byte[].class);

    static Stream<Row> typeTable() {
        return README.table("Java type").stream();
    }

    @ParameterizedTest
    @MethodSource("typeTable")
    void valueIsStoredAsItsRowSays(Row row) {
        Codecs codecs = Codecs.create(List.of(), false);
        List<String> names = row.codes(0).isEmpty() ? List.of(row.cell(0)) : row.codes(0);
        Set<Class<?>> stored = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
        for (String name : names) {
            if (STREAMS.containsKey(name)) {
                assertThat(codecs.canEncode(STREAMS.get(name))).isTrue();
            } else {
                SAMPLES.get(name)
                        .forEach(sample -> stored.add(codecs.encode(sample).getClass()));
            }
        }

        Set<Class<?>> said = Stream.of(row.cell(1).split("\\W+"))
                .filter(STORAGE_CLASSES::containsKey)
                .map(STORAGE_CLASSES::get)
                .collect(Collectors.toSet());
        assertThat(stored).containsExactlyInAnyOrderElementsOf(said);
    }

    @Test
    void writtenFormsAreThoseShown() {
        Codecs codecs = Codecs.create(List.of(), false);
        for (String name : List.of("LocalDate", "LocalTime", "LocalDateTime")) {
            assertThat(typeTable().filter(row -> row.codes(0).equals(List.of(name))))
                    .singleElement()
                    .satisfies(row -> assertThat(row.code(1))
                            .hasValue(String.valueOf(
                                    codecs.encode(SAMPLES.get(name).get(0)))));
        }
    }

    @Test
    void everySampleIsInTheTable() {
        Set<String> names = typeTable()
                .flatMap(row -> (row.codes(0).isEmpty() ? List.of(row.cell(0)) : row.codes(0)).stream())
                .collect(Collectors.toSet());
        assertThat(names).containsAll(SAMPLES.keySet()).containsAll(STREAMS.keySet());
    }
}
