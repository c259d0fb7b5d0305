package turso.r2dbc.codec;

import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;
import turso.r2dbc.session.StorageClass;

/**
 * The primitive number types.
 *
 * <p>Asking for a cell's storage class costs as much as reading the number, so, unless strict, the class is asked only
 * when the engine's answer leaves a doubt: 0 may be NULL or text that is no number, and the two ends of the 64-bit
 * range are what SQLite's CAST makes of everything beyond them.
 */
final class NumberConversions {

    /** The first double beyond the 64-bit range. */
    private static final double TWO_TO_THE_63 = 0x1p63;

    /** The largest integer up to which every integer is a double. */
    private static final long TWO_TO_THE_53 = 1L << 53;

    private final boolean strict;

    NumberConversions(boolean strict) {
        this.strict = strict;
    }

    List<Conversion<?>> all() {
        return List.of(
                new Conversion<>(Long.class, value -> value, this::toLong),
                new Conversion<>(Integer.class, Integer::longValue, this::toInteger),
                new Conversion<>(Short.class, Short::longValue, this::toShort),
                new Conversion<>(Byte.class, Byte::longValue, this::toByte),
                new Conversion<>(Double.class, NumberConversions::encode, this::toDouble),
                new Conversion<>(Float.class, NumberConversions::encode, this::toFloat));
    }

    /** SQLite has no NaN: it would store NULL, so that is what is said. */
    static @Nullable Double encode(Double value) {
        return value.isNaN() ? null : value;
    }

    /** The double that prints like the float, so that 0.1f is stored as 0.1. */
    static @Nullable Double encode(Float value) {
        return value.isNaN() ? null : Double.valueOf(value.toString());
    }

    @Nullable
    Long toLong(RowReader row, int column, DeclaredType type) {
        if (this.strict) {
            return exactLong(row, column, type, Long.class);
        }
        long value = row.longValue(column);
        return settled(value) || isNumber(row, column, type, value, Long.class) ? value : null;
    }

    @Nullable
    Integer toInteger(RowReader row, int column, DeclaredType type) {
        if (this.strict) {
            Long exact = exactLong(row, column, type, Integer.class);
            return exact == null ? null : toInteger(exact, row, column, type);
        }
        long value = row.longValue(column);
        return settled(value) || isNumber(row, column, type, value, Integer.class)
                ? toInteger(value, row, column, type)
                : null;
    }

    private static int toInteger(long value, RowReader row, int column, DeclaredType type) {
        if ((int) value != value) {
            throw ConversionFailure.of(row, column, type, Integer.class, "it does not fit 32 bits");
        }
        return (int) value;
    }

    private @Nullable Short toShort(RowReader row, int column, DeclaredType type) {
        Long value = integer(row, column, type, Short.class);
        if (value == null) {
            return null;
        }
        if (value.shortValue() != value) {
            throw ConversionFailure.of(row, column, type, Short.class, "it does not fit 16 bits");
        }
        return value.shortValue();
    }

    private @Nullable Byte toByte(RowReader row, int column, DeclaredType type) {
        Long value = integer(row, column, type, Byte.class);
        if (value == null) {
            return null;
        }
        if (value.byteValue() != value) {
            throw ConversionFailure.of(row, column, type, Byte.class, "it does not fit 8 bits");
        }
        return value.byteValue();
    }

    @Nullable
    Long integer(RowReader row, int column, DeclaredType type, Class<?> target) {
        if (this.strict) {
            return exactLong(row, column, type, target);
        }
        long value = row.longValue(column);
        return settled(value) || isNumber(row, column, type, value, target) ? value : null;
    }

    @Nullable
    Double toDouble(RowReader row, int column, DeclaredType type) {
        return floating(row, column, type, Double.class);
    }

    private @Nullable Float toFloat(RowReader row, int column, DeclaredType type) {
        Double value = floating(row, column, type, Float.class);
        if (value == null) {
            return null;
        }
        float narrowed = value.floatValue();
        if (Float.isInfinite(narrowed) && !value.isInfinite()) {
            throw ConversionFailure.of(row, column, type, Float.class, "it is beyond the range of a float");
        }
        return narrowed;
    }

    private @Nullable Double floating(RowReader row, int column, DeclaredType type, Class<?> target) {
        if (this.strict) {
            return exactDouble(row, column, type, target);
        }
        double value = row.doubleValue(column);
        return value != 0 || isNumber(row, column, type, 0, target) ? value : null;
    }

    private static boolean settled(long value) {
        return value != 0 && value != Long.MAX_VALUE && value != Long.MIN_VALUE;
    }

    /** Clears a doubtful answer: false for NULL, an exception for what is no number or beyond 64 bits. */
    private static boolean isNumber(RowReader row, int column, DeclaredType type, long answer, Class<?> target) {
        switch (row.storageClass(column)) {
            case NULL:
                return false;
            case INTEGER:
                return true;
            case REAL:
                if (answer != 0 && !fits(row.doubleValue(column))) {
                    throw ConversionFailure.of(row, column, type, target, "it does not fit 64 bits");
                }
                return true;
            case TEXT:
                String text = String.valueOf(row.text(column));
                if (!NumericText.startsWithNumber(text)) {
                    throw ConversionFailure.of(row, column, type, target, "it is no number");
                }
                if (answer != 0 && !NumericText.integerPartFits(text)) {
                    throw ConversionFailure.of(row, column, type, target, "it does not fit 64 bits");
                }
                return true;
            default:
                throw ConversionFailure.of(row, column, type, target, "it is no number");
        }
    }

    private static boolean fits(double value) {
        return value >= -TWO_TO_THE_63 && value < TWO_TO_THE_63;
    }

    private static @Nullable Long exactLong(RowReader row, int column, DeclaredType type, Class<?> target) {
        StorageClass storageClass = row.storageClass(column);
        switch (storageClass) {
            case NULL:
                return null;
            case INTEGER:
                return row.longValue(column);
            case REAL:
                double value = row.doubleValue(column);
                if (!fits(value)) {
                    throw ConversionFailure.of(row, column, type, target, "it does not fit 64 bits");
                }
                if (value != Math.rint(value)) {
                    throw ConversionFailure.of(row, column, type, target, "it has a fraction (strictTypes)");
                }
                return (long) value;
            default:
                throw ConversionFailure.of(row, column, type, target, storageClass + " is no number (strictTypes)");
        }
    }

    private static @Nullable Double exactDouble(RowReader row, int column, DeclaredType type, Class<?> target) {
        StorageClass storageClass = row.storageClass(column);
        switch (storageClass) {
            case NULL:
                return null;
            case REAL:
                return row.doubleValue(column);
            case INTEGER:
                long value = row.longValue(column);
                if (value > TWO_TO_THE_53 || value < -TWO_TO_THE_53) {
                    throw ConversionFailure.of(row, column, type, target, "it loses digits (strictTypes)");
                }
                return (double) value;
            default:
                throw ConversionFailure.of(row, column, type, target, storageClass + " is no number (strictTypes)");
        }
    }
}
