package turso.r2dbc.examples.client;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The posts of a blog, over HTTP, with SQL and nothing in between. */
@SpringBootApplication
public class ClientApplication {

    /** Starts the service on port 8080. */
    public static void main(String[] arguments) {
        SpringApplication.run(ClientApplication.class, arguments);
    }
}
