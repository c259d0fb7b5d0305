package turso.r2dbc.codec;

import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Type;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TursoCodec;
import turso.r2dbc.session.Column;
import turso.r2dbc.session.RowReader;

/**
 * All conversions of one connection factory. Immutable and thread-safe.
 *
 * <h2>Bound and read by class</h2>
 *
 * <p>NULL is null for every class; for a primitive class it is an error. A value that is none of the class asked for is
 * an {@link IllegalArgumentException} that names the column, the value and the class.
 *
 * <table>
 * <caption>Java types, what they are stored as, and what else they are read from</caption>
 * <thead>
 * <tr><th>Java type</th><th>stored as</th><th>read from</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>Long, Integer, Short, Byte</td><td>INTEGER</td><td>INTEGER that fits, else an error; REAL without its
 *     fraction; TEXT and BLOB as CAST does, by their leading number, an error if there is none</td></tr>
 * <tr><td>Double, Float</td><td>REAL; NaN is NULL</td><td>INTEGER, REAL; TEXT and BLOB as CAST does, an error if they do
 *     not start with a number; a Float that would overflow is an error</td></tr>
 * <tr><td>BigDecimal</td><td>INTEGER if it is a 64-bit integer, REAL if it has at most 13 digits and the double
 *     prints the same, else TEXT</td><td>INTEGER, REAL, decimal TEXT; filled up with zeros to the declared scale, never rounded</td></tr>
 * <tr><td>BigInteger</td><td>INTEGER if it has 64 bits, else TEXT</td><td>INTEGER; REAL and decimal TEXT without their
 *     fraction</td></tr>
 * <tr><td>Number</td><td>see its subtypes</td><td>as without a class, if that is a number; else INTEGER as Long, REAL as
 *     Double, decimal TEXT as BigDecimal</td></tr>
 * <tr><td>Boolean</td><td>INTEGER 0 or 1</td><td>any number, true unless 0; TEXT true/false, t/f, yes/no, y/n, on/off in
 *     any letter case</td></tr>
 * <tr><td>String, CharSequence, Clob</td><td>TEXT</td><td>everything, rendered by SQLite</td></tr>
 * <tr><td>Character</td><td>TEXT</td><td>text of exactly one UTF-16 character</td></tr>
 * <tr><td>enum</td><td>TEXT, its name</td><td>its name, in the same letter case</td></tr>
 * <tr><td>byte[], ByteBuffer, Blob</td><td>BLOB; a buffer's remaining bytes, its position stays</td><td>everything; the
 *     UTF-8 bytes of what is no BLOB</td></tr>
 * <tr><td>UUID</td><td>TEXT, lower case</td><td>TEXT in any letter case, BLOB of 16 bytes</td></tr>
 * <tr><td>URI</td><td>TEXT</td><td>TEXT</td></tr>
 * <tr><td>LocalDate</td><td>TEXT {@code 2024-03-09}</td><td>the date of any form below</td></tr>
 * <tr><td>LocalTime</td><td>TEXT {@code 07:08:09.000000000}</td><td>the time of any form below that has one</td></tr>
 * <tr><td>LocalDateTime</td><td>TEXT {@code 2024-03-09 07:08:09.000000000}</td><td>any form below with a date, as
 *     written: an offset is dropped, a missing time is midnight</td></tr>
 * <tr><td>Instant, java.util.Date (Timestamp too)</td><td>TEXT as LocalDateTime, in UTC</td><td>any form below with a
 *     date; UTC if it names no offset</td></tr>
 * <tr><td>OffsetDateTime, ZonedDateTime</td><td>TEXT, ISO-8601: {@code 2024-03-09T07:08:09+01:00[Europe/Berlin]}; not
 *     comparable as text, a region means nothing to SQLite's functions</td><td>as Instant, keeping offset and
 *     region</td></tr>
 * <tr><td>OffsetTime</td><td>TEXT, ISO-8601</td><td>the time of any form below; UTC if it names no offset</td></tr>
 * <tr><td>Year</td><td>INTEGER</td><td>INTEGER, TEXT</td></tr>
 * <tr><td>YearMonth, Duration, Period</td><td>TEXT, ISO-8601</td><td>TEXT, ISO-8601</td></tr>
 * <tr><td>Object</td><td>see its subtypes</td><td>as without a class</td></tr>
 * </tbody>
 * </table>
 *
 * <p>Dates and times are read from TEXT {@code yyyy-MM-dd}, {@code HH:mm[:ss[.fraction]]} or both, with a blank or a
 * {@code T} between, the fraction of 1 to 9 digits, followed by nothing, {@code Z}, {@code +01}, {@code +0100},
 * {@code +01:00} or {@code +01:00[Europe/Berlin]}; from INTEGER as Unix time in seconds; from REAL as Julian day number.
 * Numbers outside of SQLite's range for these are taken for what their size says: a REAL beyond the Julian days is Unix
 * time too, and seconds beyond the year 9999 (or before -4713) are milliseconds, the form sqlite-jdbc writes. The time
 * zone of the JVM never matters. Text order is time order for LocalDate, LocalTime, LocalDateTime and Instant of the
 * years 0 to 9999; other years are written as ISO-8601 with a sign, and come back all the same.
 *
 * <p>With {@code strictTypes} the storage class of every cell is checked: numbers and booleans are not read from TEXT
 * (BigDecimal and BigInteger are), integers not from a REAL with a fraction, doubles not from an INTEGER beyond 2^53,
 * booleans from 0 and 1 only, strings from TEXT only and bytes from BLOB only. Without it the class is asked only where
 * the engine's answer leaves a doubt, because asking it for every cell costs a fifth of the speed of bulk reading. An
 * integer beyond the range asked for is an error either way.
 *
 * <h2>Read without a class</h2>
 *
 * <table>
 * <caption>What a column's declared type makes of its values</caption>
 * <thead>
 * <tr><th>declared type</th><th>read as</th><th>if the stored value is</th></tr>
 * </thead>
 * <tbody>
 * <tr><td>BOOLEAN, BOOL</td><td>Boolean</td><td>0, 1, or one of the words above</td></tr>
 * <tr><td>DATE</td><td>LocalDate</td><td>a date without time</td></tr>
 * <tr><td>TIME</td><td>LocalTime</td><td>a time without date and offset</td></tr>
 * <tr><td>TIME WITH TIME ZONE, TIMETZ</td><td>OffsetTime</td><td>a time without date</td></tr>
 * <tr><td>TIMESTAMP, DATETIME</td><td>LocalDateTime</td><td>a date with or without time, without offset</td></tr>
 * <tr><td>TIMESTAMP WITH TIME ZONE, TIMESTAMPTZ</td><td>OffsetDateTime</td><td>a date with or without time, offset (UTC
 *     if there is none), without region</td></tr>
 * <tr><td>DECIMAL, DEC, NUMERIC</td><td>BigDecimal</td><td>INTEGER, finite REAL, decimal TEXT</td></tr>
 * <tr><td>UUID</td><td>UUID</td><td>TEXT of 36 characters, BLOB of 16 bytes</td></tr>
 * <tr><td>BIGINT, INT8, BIG INT (UNSIGNED too)</td><td>Long</td><td>INTEGER</td></tr>
 * <tr><td>every other type with INT in it</td><td>Integer, or Long if it needs more than 32 bits</td><td>INTEGER</td></tr>
 * <tr><td>everything else, and whatever does not fit the lines above</td><td>INTEGER as Long, REAL as Double, TEXT as
 *     String, BLOB as ByteBuffer</td><td></td></tr>
 * </tbody>
 * </table>
 *
 * @see <a href="https://www.sqlite.org/datatype3.html">Datatypes In SQLite</a>
 */
public final class Codecs {

    /** What was found; null before the first search. Finding it twice at the same time does no harm. */
    private static volatile @Nullable List<TursoCodec<?>> discoveredCodecs;

    private final boolean hasCustom;

    private final CustomCodecs custom;

    private final NumberConversions numbers;

    private final TextConversions texts;

    private final boolean strictTypes;

    /** Null until it is needed; making it twice does no harm. */
    private volatile @Nullable ConversionTable table;

    private Codecs(CustomCodecs custom, boolean strictTypes) {
        this.custom = custom;
        this.hasCustom = !custom.isEmpty();
        this.numbers = new NumberConversions(strictTypes);
        this.texts = new TextConversions(strictTypes);
        this.strictTypes = strictTypes;
    }

    private ConversionTable table() {
        ConversionTable known = this.table;
        if (known == null) {
            known = new ConversionTable(this.numbers, this.texts, this.strictTypes);
            this.table = known;
        }
        return known;
    }

    /**
     * Puts together the conversions of a factory.
     *
     * @param custom the user's own codecs: they win over the built-in ones, the first registered wins among them
     * @param strictTypes whether reading a value of another storage class than the one asked for is an error
     * @return the conversions
     * @throws IllegalArgumentException if the list or an element is null, or a codec's type is primitive
     */
    public static Codecs create(List<TursoCodec<?>> custom, boolean strictTypes) {
        if (custom == null) {
            throw new IllegalArgumentException("The list of codecs must not be null");
        }
        for (TursoCodec<?> codec : custom) {
            if (codec == null) {
                throw new IllegalArgumentException("A codec must not be null");
            }
        }
        return new Codecs(new CustomCodecs(custom), strictTypes);
    }

    /**
     * Finds the codecs registered as services, with the class loader of this class. Looks for them once: a program that
     * opens connections without a factory of its own does so on threads that must not read files each time, and this method
     * is where BlockHound is asked to look away.
     *
     * @return the codecs in the order the service loader gives them; empty if there are none
     * @throws java.util.ServiceConfigurationError if a registered codec cannot be made
     */
    public static List<TursoCodec<?>> discovered() {
        List<TursoCodec<?>> known = discoveredCodecs;
        if (known == null) {
            List<TursoCodec<?>> found = new ArrayList<>();
            for (TursoCodec<?> codec : ServiceLoader.load(TursoCodec.class, Codecs.class.getClassLoader())) {
                found.add(codec);
            }
            known = List.copyOf(found);
            discoveredCodecs = known;
        }
        return known;
    }

    /**
     * Tells whether values of a class can be bound, be it by a codec for one of its interfaces or superclasses.
     *
     * @param type the class, of which a null is about to be bound; {@code Object}, {@code Number} and primitive types
     *     are fine
     * @return whether it is known
     * @throws IllegalArgumentException if the class is null
     */
    public boolean canEncode(Class<?> type) {
        requireNonNull(type, "type");
        Class<?> boxed = box(type);
        return Enum.class.isAssignableFrom(boxed)
                || this.custom.encoderOf(boxed) != null
                || table().encoderOf(boxed) != null;
    }

    /**
     * Tells whether a parameter may be declared with this R2DBC type.
     *
     * @param type the type of a parameter
     * @return true for every {@link R2dbcType} but {@code COLLECTION}, for the types of {@link DeclaredType}, and for an
     *     inferred type whose Java type {@link #canEncode can be bound}
     * @throws IllegalArgumentException if the type is null
     */
    public boolean supports(Type type) {
        requireNonNull(type, "type");
        if (type instanceof R2dbcType) {
            return type != R2dbcType.COLLECTION;
        }
        return type instanceof SqliteType || type instanceof Type.InferredType && canEncode(type.getJavaType());
    }

    /**
     * Converts a value into what the engine stores.
     *
     * @param value the value to bind. A {@link io.r2dbc.spi.Blob} or {@link io.r2dbc.spi.Clob} is refused: it is a
     *     stream, which whoever executes the statement has to collect first
     * @return a Long, Double, String or {@code byte[]}; null for NULL, which is what SQLite stores for NaN
     * @throws IllegalArgumentException if the value is null, or no codec knows its class
     */
    public @Nullable Object encode(Object value) {
        requireNonNull(value, "value");
        if (this.hasCustom) {
            TursoCodec<?> codec = this.custom.encoderOf(value.getClass());
            if (codec != null) {
                return CustomCodecs.encode(codec, value);
            }
        }
        if (value instanceof String || value instanceof Long || value instanceof byte[]) {
            return value;
        }
        if (value instanceof Integer integer) {
            return integer.longValue();
        }
        if (value instanceof Double real) {
            return NumberConversions.encode(real);
        }
        Conversion<?> conversion = table().encoderOf(value.getClass());
        if (conversion != null) {
            return conversion.encode(value);
        }
        if (value instanceof Enum<?> constant) {
            return ScalarConversions.encode(constant);
        }
        throw unknown(value);
    }

    private static IllegalArgumentException unknown(Object value) {
        if (value instanceof Optional
                || value instanceof OptionalInt
                || value instanceof OptionalLong
                || value instanceof OptionalDouble) {
            return new IllegalArgumentException("There is no codec for "
                    + value.getClass().getName() + ": bind its content, or bindNull if it is empty");
        }
        return new IllegalArgumentException(
                "There is no codec for " + value.getClass().getName() + "; a TursoCodec can be registered for it");
    }

    /**
     * Analyses a column's declaration; meant to be done once per prepared statement.
     *
     * @param column the column
     * @return what it declares
     * @throws IllegalArgumentException if the column is null
     */
    public DeclaredType declaredType(Column column) {
        requireNonNull(column, "column");
        return DeclaredType.of(column);
    }

    /**
     * Reads a cell as what its column declares, or as it is stored where it does not fit that; never fails.
     *
     * @param row the current row
     * @param column the column's index, from 0
     * @param type what the column declares
     * @return the value; null for NULL
     */
    public @Nullable Object decode(RowReader row, int column, DeclaredType type) {
        return UntypedDecoder.decode(row, column, type);
    }

    /**
     * Reads a cell as a Java type of the caller's choice.
     *
     * @param row the current row
     * @param column the column's index, from 0
     * @param type what the column declares
     * @param target the Java type
     * @param <T> the Java type
     * @return the value; null for NULL
     * @throws IllegalArgumentException if the target is null or has no codec, if the stored value is none of this type
     *     or does not fit it, or if it is NULL and the target is primitive
     */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T decode(RowReader row, int column, DeclaredType type, Class<T> target) {
        requireNonNull(target, "target class");
        if (this.hasCustom) {
            TursoCodec<T> codec = this.custom.decoderOf(target);
            if (codec != null) {
                return CustomCodecs.decode(codec, row, column, type, target);
            }
        }
        if (target == Long.class) {
            return (T) this.numbers.toLong(row, column, type);
        }
        if (target == String.class) {
            return (T) this.texts.toText(row, column, type);
        }
        if (target == Integer.class) {
            return (T) this.numbers.toInteger(row, column, type);
        }
        if (target == Double.class) {
            return (T) this.numbers.toDouble(row, column, type);
        }
        return decodeOther(row, column, type, target);
    }

    @SuppressWarnings("unchecked")
    private <T> @Nullable T decodeOther(RowReader row, int column, DeclaredType type, Class<T> target) {
        Conversion<?> conversion = table().of(target);
        if (conversion != null) {
            return (T) conversion.decoder().decode(row, column, type);
        }
        if (target.isEnum()) {
            return (T) ScalarConversions.toEnum(row, column, type, target);
        }
        if (target.isPrimitive() && target != void.class) {
            Class<?> boxed = box(target);
            Object value = decode(row, column, type, boxed);
            if (value == null) {
                throw ConversionFailure.of(
                        row, column, type, target, "ask for " + boxed.getName() + ", which can be null");
            }
            return (T) value;
        }
        throw new IllegalArgumentException("There is no codec that reads " + target.getTypeName());
    }

    private static Class<?> box(Class<?> type) {
        return MethodType.methodType(type).wrap().returnType();
    }

    private static void requireNonNull(@Nullable Object argument, String name) {
        if (argument == null) {
            throw new IllegalArgumentException("The " + name + " must not be null");
        }
    }
}
