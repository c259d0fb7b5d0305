package turso.r2dbc;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.Autocommit;
import turso.r2dbc.api.TursoCodec;

/** The types of the driver's options. */
final class OptionTypes {

    private static final Map<String, Boolean> BOOLEANS = Map.of("true", true, "on", true, "false", false, "off", false);

    static final OptionType<Boolean> BOOLEAN = new OptionType<>(
            "one of true, false, on, off",
            text -> BOOLEANS.get(text.strip().toLowerCase(Locale.ROOT)),
            value -> value instanceof Boolean flag ? flag : null);

    static final OptionType<Duration> DURATION = new OptionType<>(
            DurationText.ACCEPTED,
            text -> DurationText.parse(text.strip()),
            value -> value instanceof Duration duration ? DurationText.checked(duration) : null);

    static final OptionType<Long> BYTE_SIZE = new OptionType<>(
            ByteSizeText.ACCEPTED,
            text -> within(1, Long.MAX_VALUE, ByteSizeText.parse(text.strip())),
            value -> within(1, Long.MAX_VALUE, wholeNumber(value)));

    static final OptionType<String> TEXT = new OptionType<>("a text", text -> text, value -> null);

    /** A boolean, as in Python, with a third value. */
    static final OptionType<Autocommit> AUTOCOMMIT = new OptionType<>(
            "one of legacy, true, false, on, off",
            text -> text.strip().equalsIgnoreCase(Autocommit.LEGACY.name())
                    ? Autocommit.LEGACY
                    : autocommit(BOOLEAN.read(text)),
            value -> value instanceof Autocommit autocommit
                    ? autocommit
                    : autocommit(value instanceof Boolean flag ? flag : null));

    /** SQLite takes one character after ESCAPE; a wildcard or a quote there would change what the pattern means. */
    static final OptionType<Character> ESCAPE_CHARACTER = new OptionType<>(
            "one character other than a letter, a digit, %, _, ' and white space",
            text -> text.length() == 1 ? escapeCharacter(text.charAt(0)) : null,
            value -> value instanceof Character character ? escapeCharacter(character) : null);

    static final OptionType<List<TursoCodec<?>>> CODECS = new OptionType<>(
            "a collection of " + TursoCodec.class.getName() + ", which text cannot express",
            text -> null,
            value -> value instanceof Collection<?> collection ? codecs(collection) : null);

    private OptionTypes() {}

    private static @Nullable Autocommit autocommit(@Nullable Boolean flag) {
        if (flag == null) {
            return null;
        }
        return flag ? Autocommit.ON : Autocommit.OFF;
    }

    static <E extends Enum<E>> OptionType<E> oneOf(Class<E> type) {
        List<E> constants = Arrays.asList(type.getEnumConstants());
        return new OptionType<>(
                "one of " + constants.stream().map(Enum::name).collect(Collectors.joining(", ")),
                text -> constants.stream()
                        .filter(constant -> constant.name().equalsIgnoreCase(text.strip()))
                        .findFirst()
                        .orElse(null),
                value -> type.isInstance(value) ? type.cast(value) : null);
    }

    static OptionType<Integer> integer(int minimum) {
        return new OptionType<>(
                "a whole number from " + minimum + " to " + Integer.MAX_VALUE,
                text -> toInteger(within(minimum, Integer.MAX_VALUE, parseLong(text.strip()))),
                value -> toInteger(within(minimum, Integer.MAX_VALUE, wholeNumber(value))));
    }

    static <T> OptionType<T> object(Class<T> type) {
        return new OptionType<>(
                "a " + type.getName() + ", which text cannot express",
                text -> null,
                value -> type.isInstance(value) ? type.cast(value) : null);
    }

    private static @Nullable Long parseLong(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable Long wholeNumber(Object value) {
        boolean whole =
                value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte;
        return whole ? ((Number) value).longValue() : null;
    }

    private static @Nullable Long within(long minimum, long maximum, @Nullable Long number) {
        return number != null && number >= minimum && number <= maximum ? number : null;
    }

    private static @Nullable Integer toInteger(@Nullable Long number) {
        return number == null ? null : Integer.valueOf(number.intValue());
    }

    private static @Nullable Character escapeCharacter(char character) {
        boolean pattern = Character.isLetterOrDigit(character) || "%_'".indexOf(character) >= 0;
        boolean invisible = Character.isWhitespace(character)
                || Character.isISOControl(character)
                || Character.isSurrogate(character);
        return pattern || invisible ? null : character;
    }

    private static @Nullable List<TursoCodec<?>> codecs(Collection<?> collection) {
        List<TursoCodec<?>> codecs = new ArrayList<>();
        for (Object element : collection) {
            if (!(element instanceof TursoCodec<?> codec)) {
                return null;
            }
            codecs.add(codec);
        }
        return List.copyOf(codecs);
    }
}
