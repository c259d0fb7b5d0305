package turso.r2dbc.spring.tests;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.springframework.data.domain.Pageable;
import org.springframework.data.domain.Sort;
import org.springframework.data.r2dbc.repository.Modifying;
import org.springframework.data.r2dbc.repository.Query;
import org.springframework.data.r2dbc.repository.R2dbcRepository;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.repository.Lock;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

interface PersonRepository extends R2dbcRepository<Person, Long> {

    /** A closed projection. */
    interface Named {
        String getName();
    }

    /** A projection into a class. */
    record NameAndAge(String name, Integer age) {}

    Flux<Person> findByNameAndAgeGreaterThan(String name, int age);

    Flux<Person> findByAgeBetweenOrderByAgeDesc(int from, int to);

    Flux<Person> findByAgeIsNull();

    Flux<Person> findByAgeIn(Collection<Integer> ages);

    Flux<Person> findByActiveTrue();

    Flux<Person> findByMoodNot(Mood mood);

    Flux<Person> findTop2ByOrderByNameAsc();

    Mono<Person> findFirstByOrderByAgeDesc();

    Flux<Person> findBy(Pageable page);

    Flux<Person> findByNameNotNull(Sort sort);

    Mono<Long> countByAgeLessThanEqual(int age);

    Mono<Boolean> existsByName(String name);

    Mono<Long> deleteByName(String name);

    Flux<Person> findByNameContaining(String part);

    Flux<Person> findByNameNotContaining(String part);

    Flux<Person> findByNameStartingWith(String part);

    Flux<Person> findByNameEndingWith(String part);

    Flux<Person> findByNameContainingIgnoreCase(String part);

    Flux<Person> findByNameLike(String pattern);

    Flux<Named> findNamedByAgeNotNullOrderByName();

    Flux<NameAndAge> findNameAndAgeByAgeNotNullOrderByName();

    @Lock(LockMode.PESSIMISTIC_WRITE)
    Mono<Person> findByName(String name);

    @Query("SELECT * FROM person WHERE name = :name OR (age > :age AND name <> :name) ORDER BY id")
    Flux<Person> named(String name, int age);

    @Query("SELECT * FROM person WHERE name IN (:names) ORDER BY id")
    Flux<Person> in(List<String> names);

    @Query("SELECT * FROM person WHERE mood = :mood OR (:mood IS NULL AND mood IS NULL)")
    Flux<Person> byMood(Mood mood);

    @Query("SELECT * FROM person WHERE name LIKE :pattern")
    Flux<Person> like(String pattern);

    @Query("INSERT INTO person (name, age) VALUES (:name, :age) RETURNING *")
    Mono<Person> insert(String name, int age);

    @Modifying
    @Query("UPDATE person SET age = age + 1 WHERE age IS NOT NULL")
    Mono<Integer> haveBirthday();

    @Query("SELECT :moment")
    Mono<Instant> instant(Instant moment);

    @Query("SELECT :number")
    Mono<java.math.BigDecimal> decimal(java.math.BigDecimal number);

    @Query("SELECT x'0102' UNION ALL SELECT x'' LIMIT :rows")
    Flux<byte[]> bytes(int rows);

    @Query("SELECT 7")
    Mono<Byte> tiny();

    @Query("SELECT :duration")
    Mono<Duration> duration(Duration duration);

    @Query("SELECT mood FROM person WHERE id = :id")
    Mono<Mood> mood(long id);

    @Query("SELECT active FROM person WHERE id = :id")
    Mono<Boolean> active(long id);

    @Query("SELECT count(*) FROM person")
    Mono<Integer> size();

    @Query("SELECT name FROM person ORDER BY id")
    Flux<String> names();
}
