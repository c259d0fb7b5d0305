package turso.r2dbc.examples.client;

import io.r2dbc.spi.Readable;
import java.time.Instant;
import java.util.Objects;

/** A post as it is stored; what a client sends has neither id nor time. */
record Post(Long id, String title, String content, Instant created) {

    Post {
        Objects.requireNonNull(title, "title");
        Objects.requireNonNull(content, "content");
    }

    static Post from(Readable row) {
        return new Post(
                row.get("id", Long.class),
                row.get("title", String.class),
                row.get("content", String.class),
                row.get("created", Instant.class));
    }
}
