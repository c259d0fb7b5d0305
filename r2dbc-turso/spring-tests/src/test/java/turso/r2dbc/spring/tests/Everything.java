package turso.r2dbc.spring.tests;

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
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.UUID;
import org.springframework.data.annotation.Id;

/** A property of every type; the names with {@code Text} and {@code Number} are in columns that do not tell the type. */
class Everything {

    @Id
    Long id;

    Instant instant;

    Instant instantText;

    LocalDate date;

    LocalDate dateText;

    LocalTime time;

    LocalTime timeText;

    LocalDateTime dateTime;

    LocalDateTime dateTimeText;

    OffsetDateTime offsetDateTime;

    OffsetDateTime offsetDateTimeText;

    ZonedDateTime zonedDateTime;

    Date oldDate;

    Duration duration;

    UUID uuid;

    UUID uuidText;

    Boolean truth;

    Boolean truthNumber;

    BigDecimal decimal;

    BigDecimal decimalText;

    BigInteger bigInteger;

    Long longNumber;

    Integer intNumber;

    Double doubleNumber;

    byte[] bytes;

    ByteBuffer buffer;

    Mood mood;

    URI uri;

    /** {@return one with a value in each property} */
    static Everything of(Instant instant) {
        Everything all = new Everything();
        all.instant = instant;
        all.instantText = instant;
        all.date = LocalDate.parse("2024-02-29");
        all.dateText = all.date;
        all.time = LocalTime.parse("07:08:09.123456789");
        all.timeText = all.time;
        // An hour that does not exist in Berlin.
        all.dateTime = LocalDateTime.parse("2024-03-31T02:30:00.5");
        all.dateTimeText = all.dateTime;
        all.offsetDateTime = OffsetDateTime.parse("2024-03-31T02:30:00+05:30");
        all.offsetDateTimeText = all.offsetDateTime;
        all.zonedDateTime = ZonedDateTime.parse("2024-10-27T02:30:00+01:00[Europe/Berlin]");
        all.oldDate = Date.from(instant.truncatedTo(java.time.temporal.ChronoUnit.MILLIS));
        all.duration = Duration.ofMillis(1_500);
        all.uuid = UUID.fromString("123e4567-e89b-12d3-a456-426614174000");
        all.uuidText = all.uuid;
        all.truth = true;
        all.truthNumber = true;
        all.decimal = new BigDecimal("12.34");
        all.decimalText = new BigDecimal("0.12345678901234567890");
        all.bigInteger = new BigInteger("123456789012345678901234567890");
        all.longNumber = Long.MAX_VALUE;
        all.intNumber = Integer.MIN_VALUE;
        all.doubleNumber = 0.1;
        all.bytes = new byte[] {0, -1, 1};
        all.buffer = ByteBuffer.wrap(new byte[] {4, 5});
        all.mood = Mood.SAD;
        all.uri = URI.create("https://example.com/a?b=c");
        return all;
    }
}
