package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.domain.Example;
import org.springframework.data.domain.ExampleMatcher;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.ScrollPosition;
import org.springframework.data.domain.Sort;
import org.springframework.data.domain.Window;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.relational.core.query.Criteria;
import org.springframework.data.relational.core.query.Query;
import org.springframework.data.relational.core.query.Update;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What people do with repositories and templates. */
class RepositoryTest extends SpringTest {

    @Autowired
    private PersonRepository people;

    @Autowired
    private R2dbcEntityTemplate template;

    private List<Person> save(Person... persons) {
        return await(this.people.saveAll(List.of(persons)));
    }

    private static List<String> names(Flux<Person> persons) {
        return await(persons.map(Person::name));
    }

    @Test
    void generatedKeysAreFilledIn() {
        List<Person> saved = save(Person.of("Ann"), Person.of("Ben"));

        assertThat(saved).extracting(Person::id).doesNotContainNull().doesNotHaveDuplicates();
        assertThat(await(this.people.findById(saved.get(1).id()))).isEqualTo(saved.get(1));
        assertThat(await(this.template.insert(Person.of("Cid"))).id()).isNotNull();
    }

    @Test
    void entityOfNothingButItsKeyIsInserted() {
        IdOnly saved = await(this.template.insert(new IdOnly(null)));

        assertThat(saved.id()).isNotNull();
        assertThat(await(this.template.selectOne(Query.empty(), IdOnly.class))).isEqualTo(saved);
    }

    @Test
    void updateAndDelete() {
        Person ann = save(Person.of("Ann", 30)).get(0);

        await(this.people.save(new Person(ann.id(), "Anna", null, true, Mood.HAPPY)));
        assertThat(await(this.people.findById(ann.id())))
                .isEqualTo(new Person(ann.id(), "Anna", null, true, Mood.HAPPY));
        assertThat(await(this.template.update(
                        Query.query(Criteria.where("name").is("Anna")), Update.update("age", 31), Person.class)))
                .isEqualTo(1);
        assertThat(await(this.people.findById(ann.id())))
                .extracting(Person::age)
                .isEqualTo(31);
        assertThat(await(this.people.deleteByName("Anna"))).isEqualTo(1);
        assertThat(await(this.people.count())).isZero();
        assertThat(value("SELECT line FROM log", String.class)).isEqualTo("gone: Anna");
    }

    @Test
    void derivedQueries() {
        save(
                new Person(null, "Ann", 30, true, Mood.HAPPY),
                new Person(null, "Ben", 20, false, Mood.SAD),
                Person.of("Cid", 40),
                Person.of("Dot"));

        assertThat(names(this.people.findByNameAndAgeGreaterThan("Ann", 29))).containsExactly("Ann");
        assertThat(names(this.people.findByAgeBetweenOrderByAgeDesc(20, 30))).containsExactly("Ann", "Ben");
        assertThat(names(this.people.findByAgeIsNull())).containsExactly("Dot");
        assertThat(names(this.people.findByAgeIn(List.of(20, 40)))).containsExactlyInAnyOrder("Ben", "Cid");
        assertThat(names(this.people.findByActiveTrue())).containsExactly("Ann");
        assertThat(names(this.people.findByMoodNot(Mood.SAD))).containsExactly("Ann");
        assertThat(names(this.people.findTop2ByOrderByNameAsc())).containsExactly("Ann", "Ben");
        assertThat(await(this.people.findFirstByOrderByAgeDesc()).name()).isEqualTo("Cid");
        assertThat(await(this.people.countByAgeLessThanEqual(30))).isEqualTo(2);
        assertThat(await(this.people.existsByName("Ann"))).isTrue();
        assertThat(await(this.people.existsByName("Eve"))).isFalse();
    }

    @Test
    void lockIsNoClause() {
        save(Person.of("Ann"));

        assertThat(await(this.people.findByName("Ann"))).isNotNull();
    }

    @Test
    void paging() {
        await(this.people.saveAll(IntStream.range(0, 10)
                .mapToObj(age -> Person.of("p" + age, age))
                .toList()));

        assertThat(names(this.people.findBy(PageRequest.of(1, 3, Sort.by("age")))))
                .containsExactly("p3", "p4", "p5");
        Query sorted = Query.empty().sort(Sort.by("age"));
        assertThat(names(this.template.select(sorted.offset(8), Person.class))).containsExactly("p8", "p9");
        assertThat(names(this.template.select(sorted.limit(1), Person.class))).containsExactly("p0");
        assertThat(names(this.template.select(sorted.limit(1).offset(2), Person.class)))
                .containsExactly("p2");
        assertThat(await(this.template.select(sorted.offset(9), Person.class).hasElements()))
                .isTrue();
    }

    @Test
    void scrolling() {
        save(Person.of("a"), Person.of("b"), Person.of("c"));
        Window<Person> first = await(scroll(ScrollPosition.offset()));
        Window<Person> second = await(scroll(first.positionAt(1)));

        assertThat(first).extracting(Person::name).containsExactly("a", "b");
        assertThat(second).extracting(Person::name).containsExactly("c");
        assertThat(second.hasNext()).isFalse();
    }

    private Mono<Window<Person>> scroll(ScrollPosition from) {
        return this.people.findBy(
                Example.of(Person.of(null)),
                found -> found.sortBy(Sort.by("name")).limit(2).scroll(from));
    }

    @Test
    void nullsAreSortedWhereTheyAreWanted() {
        save(Person.of("one", 1), Person.of("null"), Person.of("two", 2));

        assertThat(names(this.people.findByNameNotNull(
                        Sort.by(Sort.Order.asc("age").nullsFirst()))))
                .containsExactly("null", "one", "two");
        assertThat(names(this.people.findByNameNotNull(
                        Sort.by(Sort.Order.asc("age").nullsLast()))))
                .containsExactly("one", "two", "null");
        assertThat(names(this.people.findByNameNotNull(
                        Sort.by(Sort.Order.desc("age").nullsFirst()))))
                .containsExactly("null", "two", "one");
        assertThat(names(this.people.findByNameNotNull(
                        Sort.by(Sort.Order.desc("age").nullsLast()))))
                .containsExactly("two", "one", "null");
    }

    @Test
    void projections() {
        save(Person.of("Ben", 20), Person.of("Ann", 30), Person.of("Cid"));

        assertThat(await(this.people.findNamedByAgeNotNullOrderByName()))
                .extracting(PersonRepository.Named::getName)
                .containsExactly("Ann", "Ben");
        assertThat(await(this.people.findNameAndAgeByAgeNotNullOrderByName()))
                .containsExactly(
                        new PersonRepository.NameAndAge("Ann", 30), new PersonRepository.NameAndAge("Ben", 20));
    }

    @Test
    void queriesWithNamedParameters() {
        save(Person.of("Ann", 30), new Person(null, "Ben", 20, null, Mood.SAD), Person.of("Cid", 40));

        assertThat(names(this.people.named("Ben", 35))).containsExactly("Ben", "Cid");
        assertThat(names(this.people.in(List.of("Cid", "Ann", "Eve")))).containsExactly("Ann", "Cid");
        assertThat(names(this.people.byMood(Mood.SAD))).containsExactly("Ben");
        assertThat(names(this.people.byMood(null))).containsExactly("Ann", "Cid");
        assertThat(await(this.people.insert("Dot", 50))).extracting(Person::age).isEqualTo(50);
        assertThat(await(this.people.haveBirthday())).isEqualTo(4);
        assertThat(await(this.people.size())).isEqualTo(4);
        assertThat(await(this.people.names())).containsExactly("Ann", "Ben", "Cid", "Dot");
    }

    @Test
    void queryByExample() {
        save(Person.of("50% off", 30), Person.of("500 off", 30), Person.of("Ann", 20));
        ExampleMatcher containing = ExampleMatcher.matching()
                .withStringMatcher(ExampleMatcher.StringMatcher.CONTAINING)
                .withIgnoreCase();

        assertThat(names(this.people.findAll(Example.of(Person.of(null, 30))))).hasSize(2);
        assertThat(names(this.people.findAll(Example.of(Person.of("0% OFF"), containing))))
                .containsExactly("50% off");
        assertThat(await(this.people.count(Example.of(Person.of("off"), containing))))
                .isEqualTo(2);
    }

    /** Spring escapes with a backslash and renders no ESCAPE clause. */
    @Test
    void wildcardsInValuesAreCharacters() {
        save(
                Person.of("50%"),
                Person.of("500"),
                Person.of("a_b"),
                Person.of("axb"),
                Person.of("c\\d"),
                Person.of("c%d"));

        assertThat(names(this.people.findByNameContaining("0%"))).containsExactly("50%");
        assertThat(names(this.people.findByNameContaining("_"))).containsExactly("a_b");
        assertThat(names(this.people.findByNameContaining("\\"))).containsExactly("c\\d");
        assertThat(names(this.people.findByNameNotContaining("%"))).hasSize(4);
        assertThat(names(this.people.findByNameStartingWith("a_"))).containsExactly("a_b");
        assertThat(names(this.people.findByNameEndingWith("0%"))).containsExactly("50%");
        assertThat(names(this.people.findByNameContainingIgnoreCase("A_B"))).containsExactly("a_b");
        assertThat(names(this.people.findByNameContainingIgnoreCase("C\\D"))).containsExactly("c\\d");
    }

    /** Everything that goes through Spring Data follows one rule, which is that of the databases it knows. */
    @Test
    void backslashEscapesInPatternsOfTheApplicationsOwn() {
        save(Person.of("50%"), Person.of("500"), Person.of("c\\d"));

        assertThat(names(this.people.findByNameLike("50_"))).containsExactly("50%", "500");
        assertThat(names(this.people.findByNameLike("50\\%"))).containsExactly("50%");
        assertThat(names(this.people.like("50\\%"))).containsExactly("50%");
    }

    /** Beside it, SQL that Spring Data has no part in keeps SQLite's own rule, where nothing escapes. */
    @Test
    void backslashInPatternsOfDatabaseClientIsACharacter() {
        save(Person.of("c\\d"), Person.of("50%"));

        assertThat(like("c\\_")).containsExactly("c\\d");
        assertThat(like("50\\%")).isEmpty();
    }

    private List<String> like(String pattern) {
        return await(this.client
                .sql("SELECT name FROM person WHERE name LIKE :pattern")
                .bind("pattern", pattern)
                .mapValue(String.class)
                .all());
    }

    @Test
    void manyRowsStream() {
        await(this.client
                .sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
                        + " INSERT INTO person (name) SELECT 'p' || i FROM n")
                .fetch()
                .rowsUpdated());

        StepVerifier.create(this.people.findAll().take(3), 1)
                .expectNextCount(1)
                .thenRequest(2)
                .expectNextCount(2)
                .expectComplete()
                .verify(LIMIT);
        assertThat(await(this.people.findAll().count())).isEqualTo(5000);
    }
}
