package turso.r2dbc.spring.tests;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.data.domain.ReactiveAuditorAware;
import org.springframework.data.r2dbc.config.EnableR2dbcAuditing;
import reactor.core.publisher.Mono;

/** An application as Spring Boot's documentation has them: nothing in it speaks of the driver. */
@SpringBootApplication
@EnableR2dbcAuditing
class Application {

    @Bean
    ReactiveAuditorAware<String> auditor() {
        return () -> Mono.just("alice");
    }
}
