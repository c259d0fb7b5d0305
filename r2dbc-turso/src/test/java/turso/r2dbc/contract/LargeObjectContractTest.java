package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Statement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import turso.r2dbc.errors.OpenDatabase;

/** C-51 and C-52: large objects. */
class LargeObjectContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY, b BLOB, c TEXT)");
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    private static byte[] content(Publisher<ByteBuffer> stream) {
        ByteBuffer all = await(Flux.from(stream)
                .reduce(
                        ByteBuffer.allocate(0),
                        (left, right) -> ByteBuffer.allocate(left.remaining() + right.remaining())
                                .put(left)
                                .put(right)
                                .flip()));
        byte[] content = new byte[all.remaining()];
        all.get(content);
        return content;
    }

    private static String text(Publisher<CharSequence> stream) {
        return await(Flux.from(stream)
                .collect(StringBuilder::new, StringBuilder::append)
                .map(StringBuilder::toString));
    }

    private Statement insert(Object value) {
        return this.connection.createStatement("INSERT INTO t(b) VALUES (?)").bind(0, value);
    }

    private List<byte[]> stored() {
        return query("SELECT b FROM t ORDER BY id", byte[].class);
    }

    @Test
    void c51BlobIsBoundFromItsChunks() {
        await(counts(
                insert(Blob.from(Flux.just(bytes(1, 2), bytes(), bytes(3)))).execute()));
        assertThat(stored()).singleElement().isEqualTo(new byte[] {1, 2, 3});
        assertThat(query("SELECT typeof(b) FROM t", String.class)).containsExactly("blob");
    }

    @Test
    void c51ClobIsBoundFromItsChunks() {
        await(counts(insert(Clob.from(Flux.just("ab", "", "c\u00e4", new StringBuilder("\ud83d\ude00"))))
                .execute()));
        assertThat(query("SELECT b FROM t", String.class)).containsExactly("abc\u00e4\ud83d\ude00");
        assertThat(query("SELECT typeof(b) FROM t", String.class)).containsExactly("text");
    }

    @Test
    void c51EmptyStreamsAreEmptyNotNull() {
        await(counts(insert(Blob.from(Flux.empty()))
                .add()
                .bind(0, Clob.from(Flux.empty()))
                .execute()));
        assertThat(query("SELECT typeof(b) || length(b) FROM t ORDER BY id", String.class))
                .containsExactly("blob0", "text0");
    }

    @Test
    void c51SurrogatesSplitOverChunksAreJoined() {
        await(counts(insert(Clob.from(Flux.just("\ud83d", "\ude00"))).execute()));
        assertThat(query("SELECT b FROM t", String.class)).containsExactly("\ud83d\ude00");
    }

    @Test
    void c51StreamsAreReadAtExecutionNotAtBind() {
        AtomicInteger subscriptions = new AtomicInteger();
        Flux<ByteBuffer> stream = Flux.defer(() -> {
            subscriptions.incrementAndGet();
            return Flux.just(bytes(1));
        });
        Statement statement = insert(Blob.from(stream));
        Flux<Long> execute = counts(statement.execute());
        assertThat(subscriptions).hasValue(0);
        await(execute);
        assertThat(subscriptions).hasValue(1);
    }

    @Test
    void c51AsynchronousStreamsHoldNeitherThreadNorConnection() {
        Sinks.Many<ByteBuffer> sink = Sinks.many().unicast().onBackpressureBuffer();
        StepVerifier.create(counts(insert(Blob.from(sink.asFlux())).execute()))
                .then(() -> sink.tryEmitNext(bytes(1)))
                .then(this::assertUsable)
                .then(() -> sink.tryEmitNext(bytes(2)))
                .then(this::assertUsable)
                .then(sink::tryEmitComplete)
                .expectNext(1L)
                .verifyComplete();
        assertThat(stored()).singleElement().isEqualTo(new byte[] {1, 2});
    }

    @Test
    void c51StreamsMayComeFromAnywhere() {
        Flux<ByteBuffer> delayed =
                Flux.range(1, 5).map(it -> bytes(it)).delayElements(Duration.ofMillis(1), Schedulers.parallel());
        await(counts(insert(Blob.from(delayed)).execute()));
        assertThat(stored()).singleElement().isEqualTo(new byte[] {1, 2, 3, 4, 5});
    }

    @Test
    void c51StreamOfTheSameConnectionDoesNotDeadlock() {
        Flux<ByteBuffer> own = numbers(500).map(it -> bytes(it));
        await(counts(insert(Blob.from(own)).execute()));
        assertThat(stored().get(0)).hasSize(500);
    }

    @Test
    void c51ErrorOfAStreamIsTheStatementsAndNothingRuns() {
        StepVerifier.create(
                        insert(Blob.from(Flux.concat(Mono.just(bytes(1)), Mono.error(new ArithmeticException("x")))))
                                .execute())
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOf(ArithmeticException.class));
        assertThat(stored()).isEmpty();
        assertUsable();
    }

    @Test
    void c51CancelWhileAStreamIsReadCancelsTheStream() {
        AtomicInteger subscribed = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        Flux<ByteBuffer> never = Flux.<ByteBuffer>never()
                .doOnSubscribe(it -> subscribed.incrementAndGet())
                .doOnCancel(cancelled::incrementAndGet);
        Disposable execution = Flux.from(insert(Blob.from(never)).execute()).subscribe();
        OpenDatabase.until(() -> subscribed.get() == 1);
        execution.dispose();
        assertThat(cancelled).hasValue(1);
        assertThat(stored()).isEmpty();
        assertUsable();
    }

    @Test
    void c51EverySetMayHaveStreams() {
        Statement statement = this.connection
                .createStatement("INSERT INTO t(b, c) VALUES (:b, :c)")
                .bind("b", Blob.from(Mono.just(bytes(1))))
                .bind("c", Clob.from(Mono.just("one")))
                .add()
                .bind("b", bytes(2))
                .bindNull("c", Clob.class)
                .add()
                .bind("b", Blob.from(Mono.just(bytes(3))))
                .bind("c", "three");
        assertThat(await(counts(statement.execute()))).containsExactly(1L, 1L, 1L);
        assertThat(query("SELECT hex(b) || coalesce(c, '-') FROM t ORDER BY id", String.class))
                .containsExactly("01one", "02-", "03three");
    }

    @Test
    void c51ParametersAndNullsOfLargeObjects() {
        Statement statement = this.connection
                .createStatement("INSERT INTO t(b, c) VALUES (?, ?)")
                .bind(0, Parameters.in(R2dbcType.BLOB, Blob.from(Mono.just(bytes(9)))))
                .bind(1, Parameters.in(R2dbcType.CLOB, Clob.from(Mono.just("nine"))));
        statement.add().bindNull(0, Blob.class).bind(1, Parameters.in(R2dbcType.CLOB));
        assertThat(await(counts(statement.execute()))).hasSize(2);
        assertThat(query("SELECT coalesce(hex(b) || c, 'null') FROM t ORDER BY id", String.class))
                .containsExactly("09nine", "null");
    }

    @Test
    void c51BoundBuffersAreLeftAsTheyWere() {
        ByteBuffer buffer = bytes(1, 2, 3, 4).position(1).limit(3);
        await(counts(insert(buffer).execute()));
        assertThat(buffer.position()).isEqualTo(1);
        assertThat(stored()).singleElement().isEqualTo(new byte[] {2, 3});
        await(counts(insert(Blob.from(Mono.just(buffer))).execute()));
        assertThat(stored().get(1)).isEqualTo(new byte[] {2, 3});
        await(counts(insert(buffer.asReadOnlyBuffer()).execute()));
        assertThat(stored().get(2)).isEqualTo(new byte[] {2, 3});
        ByteBuffer direct =
                ByteBuffer.allocateDirect(2).put((byte) 7).put((byte) 8).flip();
        await(counts(insert(direct).execute()));
        assertThat(stored().get(3)).isEqualTo(new byte[] {7, 8});
    }

    @Test
    void c51BufferThatChangesAfterBindDoesNotChangeTheValue() {
        ByteBuffer buffer = bytes(1, 2);
        Statement statement = insert(buffer);
        buffer.put(0, (byte) 9);
        await(counts(statement.execute()));
        assertThat(stored()).singleElement().isEqualTo(new byte[] {1, 2});
    }

    @Test
    void c51ArrayThatChangesAfterBindDoesNotChangeTheValue() {
        byte[] array = {1, 2};
        Statement statement = insert(array);
        array[0] = 9;
        await(counts(statement.execute()));
        assertThat(stored()).singleElement().isEqualTo(new byte[] {1, 2});
    }

    @Test
    void c52BlobAndClobAreReadAndOutliveTheRow() {
        execute("INSERT INTO t VALUES (1, x'010203', 'text')", "INSERT INTO t VALUES (2, x'', '')");
        List<Blob> blobs = query("SELECT b FROM t ORDER BY id", Blob.class);
        List<Clob> clobs = query("SELECT c FROM t ORDER BY id", Clob.class);
        execute("DELETE FROM t");
        assertThat(content(blobs.get(0).stream())).containsExactly(1, 2, 3);
        assertThat(content(blobs.get(1).stream())).isEmpty();
        assertThat(text(clobs.get(0).stream())).isEqualTo("text");
        assertThat(text(clobs.get(1).stream())).isEmpty();
    }

    @Test
    void c51StreamCanBeConsumedOnce() {
        execute("INSERT INTO t VALUES (1, x'0102', 'text')");
        Blob blob = query("SELECT b FROM t", Blob.class).get(0);
        content(blob.stream());
        StepVerifier.create(blob.stream()).verifyError(IllegalStateException.class);
        Clob clob = query("SELECT c FROM t", Clob.class).get(0);
        text(clob.stream());
        StepVerifier.create(clob.stream()).verifyError(IllegalStateException.class);
    }

    @Test
    void c51DiscardCompletesAndEndsTheUse() {
        execute("INSERT INTO t VALUES (1, x'0102', 'text')");
        Blob blob = query("SELECT b FROM t", Blob.class).get(0);
        StepVerifier.create(blob.discard()).verifyComplete();
        StepVerifier.create(blob.discard()).verifyComplete();
        StepVerifier.create(blob.stream()).verifyError(IllegalStateException.class);
        Clob clob = query("SELECT c FROM t", Clob.class).get(0);
        StepVerifier.create(clob.discard()).verifyComplete();
        StepVerifier.create(clob.stream()).verifyError(IllegalStateException.class);
        Blob read = query("SELECT b FROM t", Blob.class).get(0);
        content(read.stream());
        StepVerifier.create(read.discard()).verifyComplete();
    }

    @Test
    void c52DefaultsAreByteBufferAndString() {
        execute("INSERT INTO t VALUES (1, x'0102', 'text')");
        List<List<Object>> rows = await(one("SELECT b, c FROM t")
                .flatMapMany(it -> it.map(row -> List.<Object>of(row.get(0), row.get(1)))));
        assertThat(rows.get(0).get(0)).isInstanceOf(ByteBuffer.class);
        assertThat(((ByteBuffer) rows.get(0).get(0)).remaining()).isEqualTo(2);
        assertThat(rows.get(0).get(1)).isEqualTo("text");
    }

    @Test
    void c52MegabytesGoBothWays() {
        int megabyte = 1 << 20;
        int size = 8;
        Flux<ByteBuffer> chunks = Flux.range(0, size).map(i -> {
            ByteBuffer chunk = ByteBuffer.allocate(megabyte);
            while (chunk.hasRemaining()) {
                chunk.put(i.byteValue());
            }
            return chunk.flip();
        });
        await(counts(insert(Blob.from(chunks)).execute()));
        assertThat(integers("SELECT length(b) FROM t")).containsExactly(size * megabyte);
        Blob blob = query("SELECT b FROM t", Blob.class).get(0);
        byte[] content = content(blob.stream());
        assertThat(content).hasSize(size * megabyte);
        assertThat(content[0]).isZero();
        assertThat(content[content.length - 1]).isEqualTo((byte) (size - 1));
        String long1 = "\u00e4".repeat(megabyte);
        await(counts(insert(Clob.from(Flux.just(long1, long1))).execute()));
        assertThat(integers("SELECT length(b) FROM t WHERE typeof(b) = 'text'")).containsExactly(2 * megabyte);
    }

    @Test
    void c52StreamRespectsDemand() {
        execute("INSERT INTO t VALUES (1, zeroblob(5000000), 'text')");
        Blob blob = query("SELECT b FROM t", Blob.class).get(0);
        List<Integer> sizes = new ArrayList<>();
        StepVerifier.create(Flux.from(blob.stream()).map(ByteBuffer::remaining), 0)
                .thenRequest(1)
                .consumeNextWith(sizes::add)
                .thenRequest(Long.MAX_VALUE)
                .thenConsumeWhile(it -> true, sizes::add)
                .verifyComplete();
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(5_000_000);
    }

    @Test
    void c51BlobReadIsBoundAgain() {
        execute("INSERT INTO t VALUES (1, x'0a0b', 'text')");
        Flux<Long> copy = one("SELECT b, c FROM t")
                .flatMapMany(it -> it.map(row -> this.connection
                        .createStatement("INSERT INTO t(b, c) VALUES (?, ?)")
                        .bind(0, row.get(0, Blob.class))
                        .bind(1, row.get(1, Clob.class))))
                .concatMap(statement -> counts(statement.execute()));
        assertThat(await(copy)).containsExactly(1L);
        assertThat(query("SELECT hex(b) || c FROM t", String.class)).containsExactly("0A0Btext", "0A0Btext");
    }

    @Test
    void c51LargeObjectsAreNoBatchParameters() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> this.connection.createBatch().add("INSERT INTO t(b) VALUES (?)"));
    }

    @Test
    void c51LargeObjectInAQueryAndInReturning() {
        Statement query = this.connection.createStatement("SELECT length(?)").bind(0, Clob.from(Mono.just("four")));
        assertThat(await(one(query).flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(4);
        Statement returning = insert(Blob.from(Mono.just(bytes(5)))).returnGeneratedValues("id");
        assertThat(await(one(returning).flatMapMany(it -> it.map(row -> row.get(0, Integer.class)))))
                .containsExactly(1);
    }

    @Test
    void c51UnexecutedStatementNeverReadsItsStreams() {
        AtomicInteger subscriptions = new AtomicInteger();
        insert(Blob.from(Flux.<ByteBuffer>empty().doOnSubscribe(it -> subscriptions.incrementAndGet())))
                .execute();
        assertThat(subscriptions).hasValue(0);
    }

    @Test
    void c51StatementWithStreamsFailsAtOnceOnAClosedConnection() {
        Statement statement = insert(Blob.from(Mono.just(ByteBuffer.wrap("x".getBytes(StandardCharsets.UTF_8)))));
        await(this.connection.close());
        StepVerifier.create(statement.execute()).verifyError(IllegalStateException.class);
    }
}
