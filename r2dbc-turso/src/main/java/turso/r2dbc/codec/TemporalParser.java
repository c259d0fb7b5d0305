package turso.r2dbc.codec;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/**
 * Reads the common forms of dates and times, in one pass and without exceptions for what is none.
 *
 * <pre>
 * text   = date | time [zone] | date ('T' | ' ') time [zone ['[' region ']']]
 * date   = year '-' MM '-' dd
 * year   = 4 digits | ('+' | '-') 4 to 9 digits
 * time   = HH ':' mm [':' ss ['.' 1 to 9 digits]]
 * zone   = {' '} ('Z' | ('+' | '-') HH [mm | ':' mm [':' ss]])
 * </pre>
 *
 * <p>These include what SQLite's own functions and {@code CURRENT_TIMESTAMP} write, ISO-8601 as java.time writes it,
 * and this driver's fixed-width form.
 */
final class TemporalParser {

    private static final int NO_NUMBER = -1;

    private static final int YEAR_DIGITS = 4;

    private static final int MAX_YEAR_DIGITS = 9;

    private static final int NANO_DIGITS = 9;

    private final String text;

    private int position;

    TemporalParser(String text) {
        this.text = text;
    }

    /**
     * Reads the whole text.
     *
     * @return what it says, or null if it has none of the forms
     * @throws java.time.DateTimeException if it has one, but there is no such date, time or zone
     */
    @Nullable
    TemporalValue parse() {
        LocalDate date = date();
        if (date != null) {
            if (atEnd()) {
                return new TemporalValue(date, null, null, null);
            }
            if (!accept('T') && !accept(' ') && !accept('t')) {
                return null;
            }
        } else {
            this.position = 0;
        }
        LocalTime time = time();
        if (time == null) {
            return null;
        }
        if (atEnd()) {
            return new TemporalValue(date, time, null, null);
        }
        ZoneOffset offset = offset();
        if (offset == null) {
            return null;
        }
        ZoneId region = null;
        if (date != null && accept('[')) {
            int end = this.text.length() - 1;
            if (this.text.charAt(end) != ']') {
                return null;
            }
            region = ZoneId.of(this.text.substring(this.position, end));
            this.position = end + 1;
        }
        return atEnd() ? new TemporalValue(date, time, offset, region) : null;
    }

    private @Nullable LocalDate date() {
        boolean negative = accept('-');
        boolean signed = negative || accept('+');
        int start = this.position;
        while (isDigit(peek())) {
            this.position++;
        }
        int digits = this.position - start;
        if (digits < YEAR_DIGITS || digits > (signed ? MAX_YEAR_DIGITS : YEAR_DIGITS)) {
            return null;
        }
        int year = number(start, this.position);
        int month = accept('-') ? twoDigits() : NO_NUMBER;
        int day = month != NO_NUMBER && accept('-') ? twoDigits() : NO_NUMBER;
        return day == NO_NUMBER ? null : LocalDate.of(negative ? -year : year, month, day);
    }

    private @Nullable LocalTime time() {
        int hour = twoDigits();
        int minute = hour != NO_NUMBER && accept(':') ? twoDigits() : NO_NUMBER;
        if (minute == NO_NUMBER) {
            return null;
        }
        int second = 0;
        int nano = 0;
        if (accept(':')) {
            second = twoDigits();
            nano = second != NO_NUMBER && accept('.') ? fraction() : 0;
            if (second == NO_NUMBER || nano == NO_NUMBER) {
                return null;
            }
        }
        return LocalTime.of(hour, minute, second, nano);
    }

    private int fraction() {
        int start = this.position;
        while (isDigit(peek())) {
            this.position++;
        }
        int digits = this.position - start;
        if (digits == 0 || digits > NANO_DIGITS) {
            return NO_NUMBER;
        }
        int nano = number(start, this.position);
        for (int digit = digits; digit < NANO_DIGITS; digit++) {
            nano *= 10;
        }
        return nano;
    }

    private @Nullable ZoneOffset offset() {
        while (accept(' ')) {
            // SQLite allows blanks here.
        }
        if (accept('Z') || accept('z')) {
            return ZoneOffset.UTC;
        }
        boolean negative = accept('-');
        if (!negative && !accept('+')) {
            return null;
        }
        int hours = twoDigits();
        int minutes = 0;
        int seconds = 0;
        if (accept(':')) {
            minutes = twoDigits();
            seconds = accept(':') ? twoDigits() : 0;
        } else if (isDigit(peek())) {
            minutes = twoDigits();
        }
        if (hours == NO_NUMBER || minutes == NO_NUMBER || seconds == NO_NUMBER) {
            return null;
        }
        return negative
                ? ZoneOffset.ofHoursMinutesSeconds(-hours, -minutes, -seconds)
                : ZoneOffset.ofHoursMinutesSeconds(hours, minutes, seconds);
    }

    private int twoDigits() {
        int start = this.position;
        if (start + 2 > this.text.length()
                || !isDigit(this.text.charAt(start))
                || !isDigit(this.text.charAt(start + 1))) {
            return NO_NUMBER;
        }
        this.position = start + 2;
        return number(start, this.position);
    }

    /** The digits between, at most nine of them. */
    private int number(int start, int end) {
        int value = 0;
        for (int index = start; index < end; index++) {
            value = value * 10 + (this.text.charAt(index) - '0');
        }
        return value;
    }

    private boolean accept(char expected) {
        if (peek() != expected) {
            return false;
        }
        this.position++;
        return true;
    }

    /** {@return the next character, or NUL at the end, which is none of those looked for} */
    private char peek() {
        return atEnd() ? 0 : this.text.charAt(this.position);
    }

    private boolean atEnd() {
        return this.position == this.text.length();
    }

    private static boolean isDigit(char character) {
        return character >= '0' && character <= '9';
    }
}
