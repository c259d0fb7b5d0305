package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.relational.core.query.Query;

/** Upsert, which Spring Data has from this generation on. */
class UpsertTest extends SpringTest {

    @Autowired
    private R2dbcEntityTemplate template;

    @Test
    void upsertInsertsOrUpdates() {
        await(this.template.upsert(new Person(7L, "Ann", 30, null, null)));
        await(this.template.upsert(new Person(7L, "Anna", null, true, Mood.SAD)));

        assertThat(await(this.template.select(Query.empty(), Person.class)))
                .containsExactly(new Person(7L, "Anna", null, true, Mood.SAD));
    }
}
