package turso.r2dbc.codec;

import io.r2dbc.spi.Blob;
import java.nio.ByteBuffer;
import reactor.core.publisher.Mono;

/** A blob that was read with its row and outlives it. */
final class MaterializedBlob implements Blob {

    private final OneShot<ByteBuffer> content;

    MaterializedBlob(byte[] bytes) {
        this.content = new OneShot<>(ByteBuffer.wrap(bytes));
    }

    @Override
    public Mono<ByteBuffer> stream() {
        return this.content.stream();
    }

    @Override
    public Mono<Void> discard() {
        return this.content.discard();
    }
}
