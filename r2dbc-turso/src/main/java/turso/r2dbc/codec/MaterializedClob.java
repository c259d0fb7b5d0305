package turso.r2dbc.codec;

import io.r2dbc.spi.Clob;
import reactor.core.publisher.Mono;

/** A text that was read with its row and outlives it. */
final class MaterializedClob implements Clob {

    private final OneShot<CharSequence> content;

    MaterializedClob(String text) {
        this.content = new OneShot<>(text);
    }

    @Override
    public Mono<CharSequence> stream() {
        return this.content.stream();
    }

    @Override
    public Mono<Void> discard() {
        return this.content.discard();
    }
}
