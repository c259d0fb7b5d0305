package turso.r2dbc.benchmarks;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.Blackhole;

/** Takes every value that is read, so that none can be optimised away, and adds up the keys: a wrong answer is no result. */
final class ItemSink {

    private final Blackhole sink;

    private long rows;

    private long sumOfKeys;

    ItemSink(Blackhole sink) {
        this.sink = sink;
    }

    /** Takes what methods for primitive types return. */
    void take(long id, @Nullable String name, double price, @Nullable String note) {
        this.sink.consume(id);
        this.sink.consume(name);
        this.sink.consume(price);
        this.sink.consume(note);
        count(id);
    }

    /** Takes objects; an object that was made for the purpose cannot be optimised away either. */
    void take(@Nullable Object id, @Nullable Object name, @Nullable Object price, @Nullable Object note) {
        count(consume(id, name, price, note));
    }

    void take(Item item) {
        this.sink.consume(item);
        count(item.id());
    }

    /**
     * Takes objects without counting them, which any number of threads may do at a time.
     *
     * @return the key, to be {@linkplain #count(Number) counted} by one thread at a time
     */
    Number consume(@Nullable Object id, @Nullable Object name, @Nullable Object price, @Nullable Object note) {
        this.sink.consume(id);
        this.sink.consume(name);
        this.sink.consume(price);
        this.sink.consume(note);
        if (id instanceof Number key) {
            return key;
        }
        throw new IllegalStateException("Key " + id);
    }

    void count(Number id) {
        count(id.longValue());
    }

    private void count(long id) {
        this.rows++;
        this.sumOfKeys += id;
    }

    /** Fails unless so many rows with these keys were taken. */
    void expect(long rows, long sumOfKeys) {
        if (this.rows != rows || this.sumOfKeys != sumOfKeys) {
            throw new IllegalStateException("Read " + this.rows + " rows with keys of sum " + this.sumOfKeys
                    + " instead of " + rows + " with " + sumOfKeys);
        }
    }
}
