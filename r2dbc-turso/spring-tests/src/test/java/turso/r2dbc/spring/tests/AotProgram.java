package turso.r2dbc.spring.tests;

import java.util.List;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The application as a program that ends by itself: Spring's ahead-of-time processing wants a {@code main}. */
public final class AotProgram {

    private AotProgram() {}

    /** Saves two persons and prints what is found of them. */
    public static void main(String[] arguments) {
        try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .run(arguments)) {
            PersonRepository people = context.getBean(PersonRepository.class);
            SpringTest.await(
                    people.saveAll(List.of(new Person(null, "50% off", 30, true, Mood.HAPPY), Person.of("500 off"))));
            System.out.println(SpringTest.await(people.findByNameContaining("0%")));
            System.out.println(SpringTest.await(people.size()) + " persons");
        }
    }
}
