package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Import;
import org.springframework.dao.PermissionDeniedDataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/** Declared transactions and programmed ones. */
@Import({TransactionTest.Service.class, TransactionTest.Inner.class})
class TransactionTest extends SpringTest {

    @Autowired
    private Service service;

    @Autowired
    private PersonRepository people;

    @Autowired
    private R2dbcTransactionManager manager;

    @Autowired
    private ConnectionFactory factory;

    /** Checked, so that Spring's rules of rolling back leave it alone. */
    static final class CheckedException extends Exception {
        private static final long serialVersionUID = 1;
    }

    @Transactional
    static class Service {

        @Autowired
        private PersonRepository people;

        @Autowired
        private Inner inner;

        Mono<Void> saveAndFail(String name, Throwable failure) {
            return this.people.save(Person.of(name)).then(Mono.error(failure));
        }

        @Transactional(rollbackFor = CheckedException.class)
        Mono<Void> saveAndRollBackFor(String name, Throwable failure) {
            return saveAndFail(name, failure);
        }

        @Transactional(noRollbackFor = IllegalStateException.class)
        Mono<Void> saveAndDoNotRollBackFor(String name, Throwable failure) {
            return saveAndFail(name, failure);
        }

        @Transactional(readOnly = true)
        Mono<Long> countReadOnly() {
            return this.people.count();
        }

        @Transactional(readOnly = true)
        Mono<Person> saveReadOnly(String name) {
            return this.people.save(Person.of(name));
        }

        Flux<Person> saveAll(String... names) {
            return Flux.just(names).concatMap(name -> this.people.save(Person.of(name)));
        }

        Mono<Void> outerAndNested(boolean fail) {
            return this.people
                    .save(Person.of("outer"))
                    .then(this.inner.nested(fail).onErrorResume(IllegalStateException.class, failed -> Mono.empty()))
                    .then(this.people.save(Person.of("after")))
                    .then();
        }

        Mono<Void> writeAndRequireNew() {
            return this.people
                    .save(Person.of("outer"))
                    .then(this.inner.requiresNew("inner"))
                    .then();
        }

        Mono<Void> requireNewFirst() {
            return this.inner.requiresNew("inner").then(Mono.error(new IllegalStateException("outer fails")));
        }

        @Transactional(readOnly = true)
        Mono<Void> readAndRequireNew() {
            return this.people.count().then(this.inner.requiresNew("inner")).then();
        }

        Mono<Void> readInOneThatMayWriteAndRequireNew() {
            return readAndRequireNew();
        }

        @Transactional(timeout = 1)
        Mono<Person> saveWithin(String name) {
            return this.people.save(Person.of(name));
        }

        @Transactional(isolation = Isolation.SERIALIZABLE)
        Mono<Person> saveSerializable(String name) {
            return this.people.save(Person.of(name));
        }

        @Transactional(isolation = Isolation.READ_COMMITTED)
        Mono<Person> saveReadCommitted(String name) {
            return this.people.save(Person.of(name));
        }

        Mono<Integer> incrementAge(String name) {
            return this.people
                    .findByName(name)
                    .flatMap(it -> this.people.save(new Person(it.id(), it.name(), it.age() + 1, null, null)))
                    .map(Person::age);
        }
    }

    @Transactional
    static class Inner {

        @Autowired
        private PersonRepository people;

        @Transactional(propagation = Propagation.NESTED)
        Mono<Void> nested(boolean fail) {
            return this.people
                    .save(Person.of("nested"))
                    .then(fail ? Mono.error(new IllegalStateException("nested fails")) : Mono.empty());
        }

        @Transactional(propagation = Propagation.REQUIRES_NEW)
        Mono<Person> requiresNew(String name) {
            return this.people.save(Person.of(name));
        }
    }

    private List<String> names() {
        return await(this.people.names());
    }

    @Test
    void rollbackRules() {
        IllegalStateException unchecked = new IllegalStateException("failed");
        CheckedException checked = new CheckedException();

        assertThatThrownBy(() -> await(this.service.saveAndFail("1", unchecked)))
                .hasMessage("failed");
        assertThatThrownBy(() -> await(this.service.saveAndRollBackFor("2", checked)))
                .hasCause(checked);
        assertThat(names()).isEmpty();
        assertThatThrownBy(() -> await(this.service.saveAndFail("3", checked))).hasCause(checked);
        assertThatThrownBy(() -> await(this.service.saveAndDoNotRollBackFor("4", unchecked)))
                .hasMessage("failed");
        assertThat(names()).containsExactly("3", "4");
    }

    @Test
    void readOnlyTransactionRefusesWritesAndNothingOfItRemains() {
        assertThat(await(this.service.countReadOnly())).isZero();
        assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
                .isThrownBy(() -> await(this.service.saveReadOnly("Ann")));
        await(this.people.save(Person.of("Ben")));
        assertThat(names()).containsExactly("Ben");
    }

    @Test
    void nestedTransactionIsASavepoint() {
        await(this.service.outerAndNested(true));
        assertThat(names()).containsExactly("outer", "after");
        await(this.service.outerAndNested(false));
        assertThat(names()).containsExactly("outer", "after", "outer", "nested", "after");
    }

    @Test
    void newTransactionWorksInsideOneThatOnlyReadsOrHasRunNothing() {
        await(this.service.readAndRequireNew());
        assertThatThrownBy(() -> await(this.service.requireNewFirst())).hasMessage("outer fails");
        assertThat(names()).containsExactly("inner", "inner");
    }

    /**
     * SQLite has one writer: the inner transaction waits for the outer one, which waits for the inner. The outer one has
     * the lock from its first statement on, even if that only reads.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void newTransactionInsideOneThatMayWriteTimesOut(boolean write) {
        Mono<Void> transaction =
                write ? this.service.writeAndRequireNew() : this.service.readInOneThatMayWriteAndRequireNew();

        assertThatExceptionOfType(QueryTimeoutException.class)
                .isThrownBy(() -> await(transaction))
                .withStackTraceContaining("lock")
                .withStackTraceContaining("lockWaitTimeout");
        assertThat(names()).isEmpty();
    }

    /** Spring's timeout of a transaction is how long it waits for a lock: this one would wait for an hour otherwise. */
    @Test
    void timeoutOfATransactionIsItsLockWait() {
        ConnectionFactory patient = ConnectionFactories.get(sharedUrl("?lockWaitTimeout=1h"));
        DefaultTransactionDefinition oneSecond = new DefaultTransactionDefinition();
        oneSecond.setTimeout(1);
        Mono<Long> timedOut = TransactionalOperator.create(new R2dbcTransactionManager(patient), oneSecond)
                .transactional(DatabaseClient.create(patient)
                        .sql("INSERT INTO person (name) VALUES ('Ann')")
                        .fetch()
                        .rowsUpdated());

        TransactionalOperator holding = TransactionalOperator.create(this.manager);
        Mono<Throwable> failure = holding.transactional(
                this.people.save(Person.of("Ben")).then(timedOut).materialize().map(Signal::getThrowable));

        assertThat(await(failure)).isInstanceOf(QueryTimeoutException.class);
        assertThat(names()).containsExactly("Ben");
    }

    @Test
    void isolationAndTimeoutAreAccepted() {
        await(this.service.saveSerializable("Ann"));
        await(this.service.saveReadCommitted("Ben"));
        await(this.service.saveWithin("Cid"));
        assertThat(names()).containsExactly("Ann", "Ben", "Cid");
    }

    @Test
    void operatorCommitsAndRollsBack() {
        TransactionalOperator operator = TransactionalOperator.create(this.manager);

        await(operator.transactional(this.people.save(Person.of("Ann"))));
        await(operator.execute(
                status -> this.people.save(Person.of("Ben")).doOnNext(saved -> status.setRollbackOnly())));
        assertThat(names()).containsExactly("Ann");
    }

    @Test
    void cancelRollsBack() {
        assertThat(await(this.service.saveAll("Ann", "Ben", "Cid").take(2))).hasSize(2);
        assertThat(names()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void readOnlyMayBeEnforcedBySqlToo(boolean write) {
        R2dbcTransactionManager enforcing = new R2dbcTransactionManager(this.factory);
        enforcing.setEnforceReadOnly(true);
        DefaultTransactionDefinition readOnly = new DefaultTransactionDefinition();
        readOnly.setReadOnly(true);
        TransactionalOperator operator = TransactionalOperator.create(enforcing, readOnly);
        await(this.people.save(Person.of("Ann")));

        if (write) {
            assertThatExceptionOfType(PermissionDeniedDataAccessException.class)
                    .isThrownBy(() -> await(operator.transactional(this.people.save(Person.of("Ben")))));
        } else {
            assertThat(await(operator.transactional(this.people.count()))).isEqualTo(1);
        }
        TransactionalOperator writing = TransactionalOperator.create(enforcing);
        await(writing.transactional(this.people.save(Person.of("Cid"))));
        assertThat(names()).containsExactly("Ann", "Cid");
    }

    /** Transactions that read and then write do not fail half-way: they begin with the write lock. */
    @Test
    void readModifyWriteInParallelLosesNothing() {
        await(this.people.save(Person.of("counter", 0)));

        List<Integer> ages = await(Flux.range(0, 100).flatMap(i -> this.service.incrementAge("counter"), 64));

        assertThat(ages).doesNotHaveDuplicates().hasSize(100);
        assertThat(await(this.people.findByName("counter")).age()).isEqualTo(100);
    }

    @Test
    void severalTransactionsAfterOneAnotherAreOneEach() {
        AtomicInteger failures = new AtomicInteger();
        TransactionalOperator operator = TransactionalOperator.create(
                this.manager, new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRED));

        await(Flux.range(0, 20)
                .concatMap(i -> operator.transactional(this.people
                                .save(Person.of("p" + i))
                                .then(i % 2 == 0 ? Mono.<Void>error(new IllegalStateException()) : Mono.empty()))
                        .onErrorResume(failed -> {
                            failures.incrementAndGet();
                            return Mono.empty();
                        })));

        assertThat(failures).hasValue(10);
        assertThat(await(this.people.count())).isEqualTo(10);
    }
}
