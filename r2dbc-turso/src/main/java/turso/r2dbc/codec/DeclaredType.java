package turso.r2dbc.codec;

import io.r2dbc.spi.Type;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Column;

/**
 * What a column's declaration says: R2DBC type, Java type, precision, scale. Immutable; analysed once per prepared
 * statement by {@link Codecs#declaredType}.
 *
 * <p>SQLite does not hold a column to its declaration, so this is what the values <em>should</em> be: a value of
 * another kind is returned as it is stored.
 */
public final class DeclaredType {

    /** The arguments of a type, as SQLite's grammar has them: one or two signed numbers. */
    private static final Pattern ARGUMENTS = Pattern.compile("\\(\\s*([^,)]*?)\\s*(?:,\\s*([^)]*?)\\s*)?\\)");

    private static final Pattern BLANKS = Pattern.compile("\\s+");

    /** {@link #declaredScale()} of a type without scale. */
    static final int NO_SCALE = -1;

    /** The largest scale that values are filled up to, in digits; a larger one is a slip of the pen, not a wish. */
    static final int MAX_FILLED_SCALE = 1000;

    private final String columnName;

    private final @Nullable String declaration;

    private final DeclaredKind kind;

    private final @Nullable Integer precision;

    private final @Nullable Integer scale;

    private final int declaredScale;

    private DeclaredType(
            String columnName,
            @Nullable String declaration,
            DeclaredKind kind,
            @Nullable Integer precision,
            @Nullable Integer scale) {
        this.columnName = columnName;
        this.declaration = declaration;
        this.kind = kind;
        this.precision = precision;
        this.scale = scale;
        this.declaredScale = scale != null && scale >= 0 && scale <= MAX_FILLED_SCALE ? scale : NO_SCALE;
    }

    static DeclaredType of(Column column) {
        String declaration = column.declaredType();
        if (declaration == null || declaration.isBlank()) {
            return new DeclaredType(column.name(), null, DeclaredKind.ANY, null, null);
        }
        Integer precision = null;
        Integer scale = null;
        Matcher arguments = ARGUMENTS.matcher(declaration);
        String name = declaration;
        if (arguments.find()) {
            precision = number(arguments.group(1));
            scale = number(arguments.group(2));
            name = declaration.substring(0, arguments.start()) + " " + declaration.substring(arguments.end());
        }
        name = BLANKS.matcher(name.strip()).replaceAll(" ").toUpperCase(Locale.ROOT);
        return new DeclaredType(
                column.name(), declaration, DeclaredKind.of(name, Affinity.of(declaration)), precision, scale);
    }

    private static @Nullable Integer number(@Nullable String argument) {
        if (argument == null) {
            return null;
        }
        try {
            return Integer.valueOf(argument);
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    /** {@return the type as declared, for example {@code varchar(20)}; null for an expression or an untyped column} */
    public @Nullable String declaration() {
        return this.declaration;
    }

    /**
     * {@return the R2DBC type: an {@link io.r2dbc.spi.R2dbcType} where the declaration names one; otherwise a type
     * named {@code UUID}, or {@code ANY} for expressions, untyped columns and names that mean nothing to SQLite}
     */
    public Type r2dbcType() {
        return this.kind.r2dbcType();
    }

    /**
     * {@return the Java type that loses nothing of such a column: {@link Long} for every integer type, {@link Double}
     * for every floating point type, {@link Object} where nothing is declared}
     */
    public Class<?> javaType() {
        return this.kind.javaType();
    }

    /** {@return the first number in parentheses: 20 of {@code VARCHAR(20)}, 10 of {@code DECIMAL(10,2)}; or null} */
    public @Nullable Integer precision() {
        return this.precision;
    }

    /** {@return the second number in parentheses: 2 of {@code DECIMAL(10,2)}; or null} */
    public @Nullable Integer scale() {
        return this.scale;
    }

    String columnName() {
        return this.columnName;
    }

    DeclaredKind kind() {
        return this.kind;
    }

    /** {@return the scale that decimals of this column are filled up to, or {@link #NO_SCALE}} */
    int declaredScale() {
        return this.declaredScale;
    }

    @Override
    public String toString() {
        return this.declaration == null ? this.kind.name() : this.declaration;
    }
}
