package turso.r2dbc.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.R2dbcException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import turso.r2dbc.TestDatabase;
import turso.r2dbc.api.TursoConnection;

/** C-24 and C-25: savepoints. */
class SavepointContractTest extends ContractTest {

    @BeforeEach
    void createTable() {
        execute("CREATE TABLE t(id INTEGER PRIMARY KEY)");
    }

    private void insert(int id) {
        execute("INSERT INTO t VALUES (" + id + ")");
    }

    private void begin() {
        await(this.connection.beginTransaction());
    }

    private void savepoint(String name) {
        await(this.connection.createSavepoint(name));
    }

    private void rollbackTo(String name) {
        await(this.connection.rollbackTransactionToSavepoint(name));
    }

    private void release(String name) {
        await(this.connection.releaseSavepoint(name));
    }

    private void assertCommitted(Integer... ids) {
        await(this.connection.commitTransaction());
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.query("SELECT id FROM t ORDER BY id", Integer.class))
                .containsExactly(ids);
    }

    @Test
    void c24NamesAreRequired() {
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.createSavepoint(null));
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.releaseSavepoint(null));
        assertThatIllegalArgumentException().isThrownBy(() -> this.connection.rollbackTransactionToSavepoint(null));
    }

    @Test
    void c24RollbackToUndoesWhatCameAfter() {
        begin();
        insert(1);
        savepoint("s");
        insert(2);
        rollbackTo("s");
        insert(3);
        assertCommitted(1, 3);
    }

    @Test
    void c24ReleaseKeepsWhatCameAfter() {
        begin();
        insert(1);
        savepoint("s");
        insert(2);
        release("s");
        assertThat(this.connection.isAutoCommit()).isFalse();
        insert(3);
        assertCommitted(1, 2, 3);
    }

    @Test
    void c24RollbackToReleasesSoThatReleaseIsHarmless() {
        begin();
        insert(1);
        savepoint("s");
        insert(2);
        rollbackTo("s");
        release("s");
        release("s");
        assertCommitted(1);
    }

    @Test
    void c24RollbackToReleasesSoThatTheNameCannotBeRolledBackToAgain() {
        begin();
        savepoint("s");
        insert(1);
        rollbackTo("s");
        insert(2);
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("s")).verifyError(R2dbcException.class);
        assertCommitted(2);
    }

    @Test
    void c24UnknownSavepointIsAnErrorAndKeepsTheTransaction() {
        begin();
        insert(1);
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("unknown"))
                .verifyErrorSatisfies(error ->
                        assertThat(error).isInstanceOf(R2dbcException.class).hasMessageContaining("unknown"));
        StepVerifier.create(this.connection.releaseSavepoint("unknown")).verifyError(R2dbcException.class);
        assertThat(this.connection.isAutoCommit()).isFalse();
        insert(2);
        assertCommitted(1, 2);
    }

    @Test
    void c24SavepointsNest() {
        begin();
        savepoint("a");
        insert(1);
        savepoint("b");
        insert(2);
        savepoint("c");
        insert(3);
        rollbackTo("c");
        insert(4);
        release("b");
        insert(5);
        assertCommitted(1, 2, 4, 5);
        begin();
        savepoint("a");
        insert(6);
        savepoint("b");
        insert(7);
        rollbackTo("a");
        assertCommitted(1, 2, 4, 5);
    }

    @Test
    void c24SameNameMayBeUsedAgain() {
        begin();
        savepoint("s");
        insert(1);
        savepoint("s");
        insert(2);
        rollbackTo("s");
        insert(3);
        rollbackTo("s");
        insert(4);
        savepoint("s");
        insert(5);
        release("s");
        assertCommitted(4, 5);
    }

    @Test
    void c24ReleaseOfANameThatWasRolledBackAndSetAgainReleasesTheNewOne() {
        begin();
        insert(1);
        savepoint("s");
        rollbackTo("s");
        savepoint("s");
        insert(2);
        release("s");
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("s")).verifyError(R2dbcException.class);
        assertCommitted(1, 2);
    }

    @Test
    void c24ReleaseOfAPendingNameThatWasRolledBackAndSetAgainReleasesTheNewOne() {
        begin();
        savepoint("s");
        rollbackTo("s");
        savepoint("s");
        insert(2);
        release("s");
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("s")).verifyError(R2dbcException.class);
        assertCommitted(2);
    }

    @Test
    void c24NamesDifferInCaseNoMoreThanInSqlite() {
        begin();
        insert(1);
        savepoint("Point");
        insert(2);
        rollbackTo("POINT");
        release("point");
        assertCommitted(1);
        begin();
        savepoint("Pending");
        rollbackTo("PENDING");
        release("pending");
        insert(3);
        assertCommitted(1, 3);
    }

    @Test
    void c24PendingSavepointsAreSetWithTheFirstStatement() {
        begin();
        savepoint("a");
        savepoint("b");
        insert(1);
        rollbackTo("b");
        insert(2);
        savepoint("c");
        insert(3);
        rollbackTo("a");
        insert(4);
        assertCommitted(4);
    }

    @Test
    void c24PendingSavepointsAreReleasedOrRolledBackWithoutTheEngine() {
        begin();
        savepoint("a");
        savepoint("b");
        rollbackTo("a");
        release("a");
        savepoint("c");
        release("c");
        insert(1);
        for (String gone : List.of("b", "c")) {
            StepVerifier.create(this.connection.rollbackTransactionToSavepoint(gone))
                    .verifyError(R2dbcException.class);
        }
        assertCommitted(1);
    }

    @Test
    void c24PendingSavepointsNeedNoLock() {
        TursoConnection other = this.database.connect("lockWaitTimeout=0s");
        begin();
        savepoint("a");
        savepoint("b");
        release("b");
        rollbackTo("a");
        savepoint("c");
        release("c");
        assertThat(TestDatabase.update(other, "INSERT INTO t VALUES (1)")).isEqualTo(1);
        assertCommitted(1);
    }

    @Test
    void c24PendingSavepointsBeforeTheOneReleasedStay() {
        begin();
        savepoint("a");
        savepoint("b");
        savepoint("c");
        rollbackTo("b");
        insert(1);
        rollbackTo("a");
        StepVerifier.create(this.connection.releaseSavepoint("c")).verifyError(R2dbcException.class);
        insert(2);
        assertCommitted(2);
    }

    @Test
    void c24UnknownSavepointIsAnErrorBesidePendingOnesToo() {
        begin();
        savepoint("a");
        StepVerifier.create(this.connection.releaseSavepoint("unknown")).verifyError(R2dbcException.class);
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("unknown"))
                .verifyError(R2dbcException.class);
        insert(1);
        rollbackTo("a");
        insert(2);
        assertCommitted(2);
    }

    @Test
    void c24OnlyTheSavepointRolledBackToIsHarmlessToRelease() {
        begin();
        savepoint("outer");
        insert(1);
        savepoint("inner");
        insert(2);
        rollbackTo("inner");
        release("outer");
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("outer"))
                .verifyError(R2dbcException.class);
        assertCommitted(1);
    }

    @ParameterizedTest
    @CsvSource({"AZ, az", "az, AZ", "@[, @["})
    void c24NamesAreFoldedFromAToZ(String set, String released) {
        begin();
        insert(1);
        savepoint(set);
        insert(2);
        rollbackTo(set);
        release(released);
        assertCommitted(1);
    }

    @ParameterizedTest
    @CsvSource({"@, `", "[, {", "\u00c4, \u00e4"})
    void c24OtherCharactersAreNotFolded(String set, String other) {
        begin();
        insert(1);
        savepoint(set);
        rollbackTo(set);
        StepVerifier.create(this.connection.releaseSavepoint(other)).verifyError(R2dbcException.class);
        assertCommitted(1);
    }

    @Test
    void c24PendingReleaseOfAnOuterOneReleasesTheInnerOnes() {
        begin();
        savepoint("a");
        savepoint("b");
        release("a");
        insert(1);
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("b")).verifyError(R2dbcException.class);
        assertCommitted(1);
    }

    @Test
    void c24SavepointOutsideATransactionBeginsOne() {
        savepoint("s");
        assertThat(this.connection.isAutoCommit()).isFalse();
        insert(1);
        rollbackTo("s");
        assertThat(this.connection.isAutoCommit()).isFalse();
        insert(2);
        assertCommitted(2);
    }

    @Test
    void c24ReleaseOfTheOutermostSavepointDoesNotCommit() {
        savepoint("s");
        insert(1);
        release("s");
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
        assertThat(this.database.count("t")).isZero();
    }

    @Test
    void c24ReleaseAndRollbackToOutsideATransactionDoNothing() {
        release("s");
        rollbackTo("s");
        assertThat(this.connection.isAutoCommit()).isTrue();
        insert(1);
        assertThat(this.database.count("t")).isEqualTo(1);
    }

    @Test
    void c24SavepointsOfAnEndedTransactionAreForgotten() {
        begin();
        savepoint("s");
        insert(1);
        rollbackTo("s");
        await(this.connection.rollbackTransaction());
        begin();
        insert(2);
        StepVerifier.create(this.connection.releaseSavepoint("s")).verifyError(R2dbcException.class);
        assertCommitted(2);
    }

    @Test
    void c24PendingSavepointsOfAnEndedTransactionAreForgotten() {
        begin();
        savepoint("s");
        await(this.connection.commitTransaction());
        begin();
        insert(1);
        StepVerifier.create(this.connection.rollbackTransactionToSavepoint("s")).verifyError(R2dbcException.class);
        assertCommitted(1);
    }

    @Test
    void c24ApiAndSqlSavepointsAreTheSame() {
        begin();
        execute("SAVEPOINT raw");
        insert(1);
        rollbackTo("raw");
        savepoint("api");
        insert(2);
        execute("ROLLBACK TO api");
        insert(3);
        execute("RELEASE api");
        assertCommitted(3);
    }

    @Test
    void c24ReleaseOfASavepointThatSqlSetAsTheTransactionEndsIt() {
        execute("SAVEPOINT raw");
        insert(1);
        release("raw");
        assertThat(this.connection.isAutoCommit()).isTrue();
        assertThat(this.database.count("t")).isEqualTo(1);
        insert(2);
        assertThat(this.database.count("t")).isEqualTo(2);
    }

    @Test
    void c24RollbackToASavepointThatSqlSetAsTheTransactionEndsItWithoutLosingIt() {
        execute("SAVEPOINT raw");
        insert(1);
        rollbackTo("raw");
        assertThat(this.connection.isAutoCommit()).isTrue();
        insert(2);
        assertThat(this.database.query("SELECT id FROM t", Integer.class)).containsExactly(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s; drop table t",
                "a\"b",
                "'",
                "\"",
                "",
                " ",
                "select",
                "a b",
                "[x]",
                "`",
                "-- comment",
                "/*",
                "\u00e4\u00f6\u00fc\ud83d\ude00",
                "?",
                ":name",
                "line\nbreak"
            })
    void c25NamesAreQuoted(String name) {
        begin();
        insert(1);
        savepoint(name);
        insert(2);
        rollbackTo(name);
        savepoint(name);
        insert(3);
        release(name);
        assertCommitted(1, 3);
        savepoint(name);
        insert(4);
        rollbackTo(name);
        assertCommitted(1, 3);
    }

    @Test
    void c24SavepointsAreCold() {
        Mono<Void> create = this.connection.createSavepoint("s");
        assertThat(this.connection.isAutoCommit()).isTrue();
        await(create);
        assertThat(this.connection.isAutoCommit()).isFalse();
        await(this.connection.rollbackTransaction());
    }

    @Test
    void c24ErrorWithinASavepointIsCuredByRollingBackToIt() {
        begin();
        insert(1);
        savepoint("s");
        insert(2);
        StepVerifier.create(one("INSERT INTO t VALUES (1)")).verifyError(R2dbcException.class);
        rollbackTo("s");
        insert(3);
        assertCommitted(1, 3);
    }
}
