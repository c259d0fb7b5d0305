package turso.r2dbc.codec;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;

/** The numbers without a fixed size, which the engine has not: they are kept in the first storage class that is exact. */
final class DecimalConversions {

    /** Longest text read as a number, in characters: parsing time grows with the square of it. */
    static final int MAX_DIGITS = 100_000;

    /**
     * Digits of a decimal that survive being bound as REAL and then stored in a TEXT column, which makes SQLite render
     * the double: measured, 3.54 prints 38 of 100 decimals of 14 digits with noise at the end (317384745719.26 becomes
     * 317384745719.26001), while 3.49 keeps 15. More digits are bound as TEXT, which stays exact in a TEXT column and
     * makes no difference in a NUMERIC one.
     */
    private static final int MAX_REAL_DIGITS = 13;

    /**
     * Digits before the point up to which that is so for decimals of few digits as well: measured, 3.54 makes
     * 9.961999999999999e+24 of 9.962E+24, and finds none below 1E+21. Below a thousandth it does the same to some
     * (0.0009768). Those are bound as REAL all the same: compared with the value of an expression, a TEXT is larger than any
     * number, and small decimals are what differences are compared with.
     */
    private static final int MAX_REAL_MAGNITUDE = 21;

    /** The most decimal digits a 64-bit integer can have. */
    private static final int MAX_LONG_DIGITS = 19;

    private static final int LONG_BITS = 63;

    private final boolean strict;

    DecimalConversions(boolean strict) {
        this.strict = strict;
    }

    List<Conversion<?>> all() {
        return List.of(
                new Conversion<>(BigDecimal.class, DecimalConversions::encode, DecimalConversions::toBigDecimal),
                new Conversion<>(BigInteger.class, DecimalConversions::encode, this::toBigInteger),
                new Conversion<>(Number.class, null, DecimalConversions::toNumber));
    }

    /**
     * INTEGER if it is one of 64 bits, so that SQL can calculate with it, or REAL if that keeps every digit, in a TEXT column
     * too; else TEXT, which costs that it is compared as one where no column lends its affinity.
     */
    static Object encode(BigDecimal value) {
        if (value.signum() == 0) {
            return 0L;
        }
        BigDecimal stripped = value.stripTrailingZeros();
        if (stripped.scale() <= 0 && stripped.precision() - (long) stripped.scale() <= MAX_LONG_DIGITS) {
            BigInteger integer = stripped.toBigInteger();
            if (integer.bitLength() <= LONG_BITS) {
                return integer.longValue();
            }
        }
        if (stripped.precision() <= MAX_REAL_DIGITS
                && stripped.precision() - (long) stripped.scale() <= MAX_REAL_MAGNITUDE) {
            double real = value.doubleValue();
            if (!Double.isInfinite(real) && BigDecimal.valueOf(real).compareTo(value) == 0) {
                return real;
            }
        }
        return value.toString();
    }

    static Object encode(BigInteger value) {
        if (value.bitLength() <= LONG_BITS) {
            return value.longValue();
        }
        return value.toString();
    }

    private static @Nullable BigDecimal toBigDecimal(RowReader row, int column, DeclaredType type) {
        switch (row.storageClass(column)) {
            case NULL:
                return null;
            case INTEGER:
                return filled(BigDecimal.valueOf(row.longValue(column)), type);
            case REAL:
                double value = row.doubleValue(column);
                if (Double.isInfinite(value)) {
                    throw ConversionFailure.of(row, column, type, BigDecimal.class, "it is infinite");
                }
                return filled(BigDecimal.valueOf(value), type);
            case TEXT:
                BigDecimal parsed = parse(row.text(column));
                if (parsed == null) {
                    throw ConversionFailure.of(row, column, type, BigDecimal.class, "it is no decimal number");
                }
                return filled(parsed, type);
            default:
                throw ConversionFailure.of(row, column, type, BigDecimal.class, "it is no number");
        }
    }

    private @Nullable BigInteger toBigInteger(RowReader row, int column, DeclaredType type) {
        BigDecimal decimal;
        switch (row.storageClass(column)) {
            case NULL:
                return null;
            case INTEGER:
                return BigInteger.valueOf(row.longValue(column));
            case REAL:
                double value = row.doubleValue(column);
                if (Double.isInfinite(value)) {
                    throw ConversionFailure.of(row, column, type, BigInteger.class, "it is infinite");
                }
                decimal = new BigDecimal(value);
                break;
            case TEXT:
                decimal = parse(row.text(column));
                if (decimal == null || decimal.precision() - (long) decimal.scale() > MAX_DIGITS) {
                    throw ConversionFailure.of(row, column, type, BigInteger.class, "it is no integer");
                }
                break;
            default:
                throw ConversionFailure.of(row, column, type, BigInteger.class, "it is no number");
        }
        if (this.strict && decimal.stripTrailingZeros().scale() > 0) {
            throw ConversionFailure.of(row, column, type, BigInteger.class, "it has a fraction (strictTypes)");
        }
        return decimal.toBigInteger();
    }

    private static @Nullable Number toNumber(RowReader row, int column, DeclaredType type) {
        if (UntypedDecoder.decode(row, column, type) instanceof Number number) {
            return number;
        }
        switch (row.storageClass(column)) {
            case NULL:
                return null;
            case INTEGER:
                return row.longValue(column);
            case TEXT:
                BigDecimal parsed = parse(row.text(column));
                if (parsed != null) {
                    return parsed;
                }
                break;
            default:
                break;
        }
        throw ConversionFailure.of(row, column, type, Number.class, "it is no number");
    }

    /** {@return the decimal the text denotes, or null if it denotes none} */
    static @Nullable BigDecimal parse(@Nullable String text) {
        if (text == null || text.length() > MAX_DIGITS) {
            return null;
        }
        try {
            return new BigDecimal(text.strip());
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    /** Gives back the zeros SQLite does not store: 12.3 of a DECIMAL(10,2) column is 12.30. Never rounds. */
    static BigDecimal filled(BigDecimal value, DeclaredType type) {
        int scale = type.declaredScale();
        return scale != DeclaredType.NO_SCALE
                        && value.scale() < scale
                        && value.scale() >= -DeclaredType.MAX_FILLED_SCALE
                ? value.setScale(scale)
                : value;
    }
}
