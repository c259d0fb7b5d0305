package turso.r2dbc.codec;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.RowReader;

/**
 * {@code get} without a class: the declared type decides where the stored value fits it, else the value as it is
 * stored. Never fails.
 */
final class UntypedDecoder {

    private UntypedDecoder() {}

    static @Nullable Object decode(RowReader row, int column, DeclaredType type) {
        return switch (row.storageClass(column)) {
            case NULL -> null;
            case INTEGER -> integer(row.longValue(column), type);
            case REAL -> real(row.doubleValue(column), type);
            case TEXT -> text(row.text(column), type);
            case BLOB -> blob(row.blob(column), type);
        };
    }

    /** {@return the value in its storage class: a Long, Double, String or byte[]; null for NULL} */
    static @Nullable Object stored(RowReader row, int column) {
        return switch (row.storageClass(column)) {
            case NULL -> null;
            case INTEGER -> row.longValue(column);
            case REAL -> row.doubleValue(column);
            case TEXT -> row.text(column);
            case BLOB -> row.blob(column);
        };
    }

    private static Object integer(long value, DeclaredType type) {
        switch (type.kind()) {
            case INTEGER, SMALLINT, TINYINT:
                int narrowed = (int) value;
                if (narrowed == value) {
                    return narrowed;
                }
                return value;
            case BOOLEAN:
                if (value == 0 || value == 1) {
                    return value == 1;
                }
                return value;
            case DECIMAL, NUMERIC:
                return DecimalConversions.filled(BigDecimal.valueOf(value), type);
            default:
                return value;
        }
    }

    private static Object real(double value, DeclaredType type) {
        return switch (type.kind()) {
            case DECIMAL, NUMERIC ->
                Double.isInfinite(value) ? value : DecimalConversions.filled(BigDecimal.valueOf(value), type);
            default -> value;
        };
    }

    private static @Nullable Object text(@Nullable String text, DeclaredType type) {
        Object value = text == null ? null : declared(text, type);
        return value == null ? text : value;
    }

    /** {@return the text as its column's declared type, or null if it does not fit it without loss} */
    private static @Nullable Object declared(String text, DeclaredType type) {
        return switch (type.kind()) {
            case BOOLEAN -> ScalarConversions.parseBoolean(text);
            case UUID -> ScalarConversions.parseUuid(text);
            case DECIMAL, NUMERIC -> {
                BigDecimal decimal = DecimalConversions.parse(text);
                yield decimal == null ? null : DecimalConversions.filled(decimal, type);
            }
            case DATE -> {
                TemporalValue temporal = TemporalValue.parse(text);
                yield temporal != null && temporal.isDateOnly() ? temporal.date() : null;
            }
            case TIME -> {
                TemporalValue temporal = TemporalValue.parse(text);
                yield temporal != null && temporal.isTimeOnly() && !temporal.isZoned() ? temporal.time() : null;
            }
            case TIME_WITH_TIME_ZONE -> {
                TemporalValue temporal = TemporalValue.parse(text);
                yield temporal != null && temporal.isTimeOnly() ? temporal.toOffsetTime() : null;
            }
            case TIMESTAMP -> {
                TemporalValue temporal = TemporalValue.parse(text);
                yield temporal != null && !temporal.isZoned() ? temporal.toLocalDateTime() : null;
            }
            case TIMESTAMP_WITH_TIME_ZONE -> {
                TemporalValue temporal = TemporalValue.parse(text);
                yield temporal != null && temporal.region() == null ? temporal.toOffsetDateTime() : null;
            }
            default -> null;
        };
    }

    private static @Nullable Object blob(byte @Nullable [] bytes, DeclaredType type) {
        if (bytes == null) {
            return null;
        }
        if (type.kind() == DeclaredKind.UUID) {
            Object uuid = ScalarConversions.parseUuid(bytes);
            if (uuid != null) {
                return uuid;
            }
        }
        return ByteBuffer.wrap(bytes);
    }
}
