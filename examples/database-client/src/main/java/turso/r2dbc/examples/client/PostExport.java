package turso.r2dbc.examples.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Mono;

/**
 * Writes all posts into a file. The file asks for the next lines when it has written the last, so that the database
 * computes rows no faster than the disk takes them, and only a few hundred are ever in memory.
 */
@Component
class PostExport {

    private static final int LINES_AT_ONCE = 256;

    private final PostStore posts;

    private final Path file;

    PostExport(PostStore posts, @Value("${posts.export}") Path file) {
        this.posts = posts;
        this.file = file;
    }

    /** Emits how many posts there were. */
    Mono<Long> run() {
        return Mono.defer(() -> {
            AtomicLong count = new AtomicLong();
            return DataBufferUtils.write(
                            this.posts
                                    .all()
                                    .doOnNext(post -> count.incrementAndGet())
                                    .map(PostExport::line)
                                    .buffer(LINES_AT_ONCE)
                                    .map(PostExport::bytes),
                            this.file,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)
                    .then(Mono.fromSupplier(count::get));
        });
    }

    private static String line(Post post) {
        return post.id() + "," + quoted(post.title()) + "," + quoted(post.content()) + "," + post.created() + "\n";
    }

    private static String quoted(String text) {
        return '"' + text.replace("\"", "\"\"") + '"';
    }

    private static DataBuffer bytes(List<String> lines) {
        return DefaultDataBufferFactory.sharedInstance.wrap(
                String.join("", lines).getBytes(StandardCharsets.UTF_8));
    }
}
