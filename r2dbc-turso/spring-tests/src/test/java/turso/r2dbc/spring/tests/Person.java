package turso.r2dbc.spring.tests;

import org.springframework.data.annotation.Id;

record Person(@Id Long id, String name, Integer age, Boolean active, Mood mood) {

    static Person of(String name) {
        return of(name, null);
    }

    static Person of(String name, Integer age) {
        return new Person(null, name, age, null, null);
    }
}
