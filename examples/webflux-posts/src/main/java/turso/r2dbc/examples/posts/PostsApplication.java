package turso.r2dbc.examples.posts;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The posts of a blog, over HTTP. */
@SpringBootApplication
public class PostsApplication {

    /** Starts the service on port 8080. */
    public static void main(String[] arguments) {
        SpringApplication.run(PostsApplication.class, arguments);
    }
}
