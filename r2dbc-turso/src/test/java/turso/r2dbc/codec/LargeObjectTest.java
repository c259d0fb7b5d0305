package turso.r2dbc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Reading as Blob and Clob: C-43, C-51, C-52. */
class LargeObjectTest {

    private static final Cells CELLS = new Cells();

    @AfterAll
    static void close() {
        CELLS.close();
    }

    private static Blob blob(byte[] bytes) {
        Blob blob = CELLS.bound("BLOB", bytes, Cells.typed(Blob.class));
        assertThat(blob).isNotNull();
        return blob;
    }

    private static Clob clob(String text) {
        Clob clob = CELLS.bound("TEXT", text, Cells.typed(Clob.class));
        assertThat(clob).isNotNull();
        return clob;
    }

    @Test
    void aBlobOutlivesItsRowAndStreamsOneBuffer() {
        for (int size : new int[] {0, 1, 10, 5 << 20}) {
            byte[] bytes = new byte[size];
            if (size > 0) {
                bytes[size - 1] = 7;
            }

            StepVerifier.create(Flux.from(blob(bytes).stream()).reduce(ByteBuffer::put))
                    .expectNext(ByteBuffer.wrap(bytes))
                    .verifyComplete();
        }
    }

    @Test
    void aClobOutlivesItsRowAndStreamsItsText() {
        for (String text : new String[] {"", "äöü€😀", "a\0b", "x".repeat(5 << 20)}) {
            StepVerifier.create(Flux.from(clob(text).stream())
                            .reduce(new StringBuilder(), StringBuilder::append)
                            .map(StringBuilder::toString))
                    .expectNext(text)
                    .verifyComplete();
        }
    }

    @Test
    void aLargeObjectIsConsumedOnce() {
        Blob blob = blob(new byte[] {1});
        Clob clob = clob("a");
        StepVerifier.create(blob.stream()).expectNextCount(1).verifyComplete();
        StepVerifier.create(clob.stream()).expectNext("a").verifyComplete();

        StepVerifier.create(blob.stream())
                .verifyErrorSatisfies(failure -> assertThat(failure)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("The large object was already consumed or discarded"));
        StepVerifier.create(clob.stream()).verifyError(IllegalStateException.class);
    }

    @Test
    void nothingIsTakenBeforeSubscription() {
        Blob blob = blob(new byte[] {1});
        assertThat(blob.stream()).isNotSameAs(blob.stream());

        StepVerifier.create(blob.stream()).expectNextCount(1).verifyComplete();
    }

    @Test
    void discardCompletesWheneverItIsCalled() {
        Blob blob = blob(new byte[] {1});
        Mono<Void> discard = Mono.from(blob.discard());
        StepVerifier.create(blob.stream()).expectNextCount(1).verifyComplete();
        StepVerifier.create(discard).verifyComplete();
        StepVerifier.create(discard).verifyComplete();

        Clob clob = clob("a");
        StepVerifier.create(clob.discard()).verifyComplete();
        StepVerifier.create(clob.stream()).verifyError(IllegalStateException.class);
        StepVerifier.create(clob.discard()).verifyComplete();
    }

    @Test
    void discardTakesEffectOnSubscriptionOnly() {
        Blob blob = blob(new byte[] {1});
        assertThat(blob.discard()).isNotNull();

        StepVerifier.create(blob.stream()).expectNextCount(1).verifyComplete();
    }

    @Test
    void textIsReadAsBlobAndBytesAsClob() {
        Blob blob = CELLS.bound("TEXT", "ä", Cells.typed(Blob.class));
        Clob clob = CELLS.bound("BLOB", new byte[] {(byte) 0xc3, (byte) 0xa4}, Cells.typed(Clob.class));
        assertThat(blob).isNotNull();
        assertThat(clob).isNotNull();

        StepVerifier.create(blob.stream())
                .expectNext(ByteBuffer.wrap(new byte[] {(byte) 0xc3, (byte) 0xa4}))
                .verifyComplete();
        StepVerifier.create(clob.stream()).expectNext("ä").verifyComplete();
    }
}
