package turso.r2dbc.examples.posts;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import org.springframework.data.annotation.Id;

/**
 * A post as it is stored.
 *
 * @param id given by the database
 */
record Post(@Id Long id, String title, String content, Instant created) {

    /** A post as a client sends it. */
    record Draft(
            @NotBlank @Size(max = 200) String title,
            @NotBlank String content) {

        Post toPost() {
            return new Post(null, this.title, this.content, Instant.now());
        }
    }
}
