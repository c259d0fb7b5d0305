package turso.r2dbc.api;

import org.jspecify.annotations.Nullable;

/**
 * A conversion of your own for one Java type.
 *
 * <p>With a codec for {@code Money}, {@code statement.bind("price", money)} stores it and
 * {@code row.get("price", Money.class)} reads it back:
 *
 * <pre>{@code
 * public final class MoneyCodec implements TursoCodec<Money> {
 *
 *     public Class<Money> type() {
 *         return Money.class;
 *     }
 *
 *     public Object encode(Money value) {
 *         return value.cents();                     // a long: stored as INTEGER
 *     }
 *
 *     public Money decode(Object value) {
 *         if (value instanceof Long cents) {
 *             return Money.ofCents(cents);
 *         }
 *         throw new IllegalArgumentException("money is stored as cents");
 *     }
 * }
 * }</pre>
 *
 * <p>Register it with the connection factory's option {@code codecs}, or, so that every connection factory of the
 * process knows it, as a service: a line with the class's name in
 * {@code META-INF/services/turso.r2dbc.api.TursoCodec}, or {@code provides ... with ...} in a module declaration.
 *
 * <p>Which codec is used:
 * <ul>
 *   <li>your codecs win over the built-in conversions, and among yours the first registered wins;
 *   <li>a value is encoded by the first codec whose {@link #type()} it is an instance of, so a codec for an interface
 *       or a superclass encodes every implementation;
 *   <li>a column is decoded by the codec whose {@link #type()} is exactly the class asked for;
 *   <li>{@code row.get(name)} without a class never uses your codec: it follows the column's declared type.
 * </ul>
 *
 * <p>A codec is shared by all connections and is called on the driver's threads: it must be thread-safe and must not
 * block.
 *
 * @param <T> the Java type
 */
public interface TursoCodec<T> {

    /**
     * {@return the Java type this codec converts; a class or an interface, never a primitive type}
     */
    Class<T> type();

    /**
     * Converts a value into what the engine stores.
     *
     * @param value the value bound by the user, never null: a null is always stored as NULL
     * @return a {@link Long}, {@link Double}, {@link String} or {@code byte[]}, or null to store NULL; {@link Integer},
     *     {@link Short}, {@link Byte}, {@link Float} and {@link Boolean} (0 or 1) are accepted too and widened
     * @throws RuntimeException if the value cannot be stored; the caller of {@code bind} sees it as the cause of an
     *     {@link IllegalArgumentException}
     */
    @Nullable
    Object encode(T value);

    /**
     * Converts a stored value into the Java type.
     *
     * @param value the value as it is stored: a {@link Long}, {@link Double}, {@link String} or {@code byte[]}, the
     *     array being the codec's own; never null, NULL is always read as null
     * @return the value
     * @throws RuntimeException if this stored value is none of this type; the caller of {@code get} sees it as the
     *     cause of an {@link IllegalArgumentException} that names the column
     */
    T decode(Object value);
}
