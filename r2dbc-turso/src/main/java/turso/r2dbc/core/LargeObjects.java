package turso.r2dbc.core;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects the content of large objects that are bound: SQLite takes a value as a whole. */
public final class LargeObjects {

    private LargeObjects() {}

    /** {@return the bindings with every large object replaced by its content, read one after another} */
    public static Mono<Bindings> collect(Bindings bindings) {
        return Mono.defer(() -> {
            @Nullable Object[] values = bindings.values().clone();
            return Flux.range(0, values.length)
                    .concatMap(slot -> content(values[slot]).doOnNext(content -> values[slot] = content))
                    .then(Mono.fromSupplier(() -> bindings.withValues(values)));
        });
    }

    private static Mono<Object> content(@Nullable Object value) {
        if (value instanceof Blob blob) {
            return Flux.from(blob.stream())
                    .collect(ByteArrayOutputStream::new, LargeObjects::append)
                    .map(ByteArrayOutputStream::toByteArray);
        }
        if (value instanceof Clob clob) {
            return Flux.from(clob.stream())
                    .collect(StringBuilder::new, StringBuilder::append)
                    .map(StringBuilder::toString);
        }
        return Mono.empty();
    }

    private static void append(ByteArrayOutputStream content, ByteBuffer chunk) {
        byte[] bytes = new byte[chunk.remaining()];
        chunk.duplicate().get(bytes);
        content.writeBytes(bytes);
    }
}
