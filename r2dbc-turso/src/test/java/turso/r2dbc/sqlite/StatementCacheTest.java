package turso.r2dbc.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import turso.r2dbc.session.StorageClass;

/** Which statements are kept, and that the others are finalised. */
@ParameterizedClass(name = "{0}")
@EnumSource(Way.class)
class StatementCacheTest {

    private static final @Nullable Object[] NONE = new Object[0];

    @Parameter
    Way way;

    private JdbcEngine jdbc;

    @BeforeEach
    void open() throws Exception {
        this.jdbc = JdbcEngine.open(this.way, "CREATE TABLE t (a)");
    }

    @AfterEach
    void close() throws Exception {
        this.jdbc.close();
    }

    private final SessionNumbers numbers = new SessionNumbers();

    private StatementCache cache(int capacity) {
        return new StatementCache(this.jdbc.engine(), capacity, this.numbers);
    }

    private static void use(StatementCache cache, String sql) throws EngineError {
        EngineStatement statement = cache.acquire(sql);
        statement.start(NONE);
        statement.reset();
        cache.release(statement);
    }

    @Test
    void sameTextGivesTheSameStatement() throws EngineError {
        StatementCache cache = cache(2);
        EngineStatement first = cache.acquire("SELECT 1");
        cache.release(first);

        assertThat(cache.acquire("SELECT 1")).isSameAs(first);
        assertThat(this.numbers.cacheHits.get()).isEqualTo(1);
        assertThat(this.numbers.cacheMisses.get()).isEqualTo(1);
    }

    @Test
    void textsAreComparedExactly() throws EngineError {
        StatementCache cache = cache(2);
        EngineStatement first = cache.acquire("SELECT 1");
        cache.release(first);

        assertThat(cache.acquire("select 1")).isNotSameAs(first);
    }

    @Test
    void leastRecentlyUsedIsFinalised() throws EngineError {
        StatementCache cache = cache(2);
        EngineStatement one = cache.acquire("SELECT 1");
        cache.release(one);
        EngineStatement two = cache.acquire("SELECT 2");
        cache.release(two);
        use(cache, "SELECT 1");

        use(cache, "SELECT 3");

        assertThat(two.isClosed()).isTrue();
        assertThat(one.isClosed()).isFalse();
        assertThat(cache.acquire("SELECT 1")).isSameAs(one);
    }

    @Test
    void oneTextOpenTwiceGetsTwoStatementsOfWhichOneIsKept() throws EngineError {
        StatementCache cache = cache(4);
        EngineStatement first = cache.acquire("SELECT 1 UNION SELECT 2");
        assertThat(first.start(NONE)).isTrue();
        EngineStatement second = cache.acquire("SELECT 1 UNION SELECT 2");
        assertThat(second).isNotSameAs(first);
        assertThat(second.start(NONE)).isTrue();
        assertThat(second.step()).isTrue();
        assertThat(first.longValue(0)).isEqualTo(1);
        assertThat(second.longValue(0)).isEqualTo(2);

        second.reset();
        cache.release(second);
        first.reset();
        cache.release(first);

        assertThat(List.of(first.isClosed(), second.isClosed())).containsExactlyInAnyOrder(true, false);
        EngineStatement kept = cache.acquire("SELECT 1 UNION SELECT 2");
        assertThat(kept.isClosed()).isFalse();
        assertThat(kept.start(NONE)).isTrue();
    }

    @Test
    void statementInUseIsNeverFinalisedByOthers() throws EngineError {
        StatementCache cache = cache(1);
        EngineStatement busy = cache.acquire("SELECT 1 UNION SELECT 2");
        cache.release(busy);
        busy = cache.acquire("SELECT 1 UNION SELECT 2");
        assertThat(busy.start(NONE)).isTrue();

        for (int i = 0; i < 10; i++) {
            use(cache, "SELECT " + i);
        }

        assertThat(busy.isClosed()).isFalse();
        assertThat(busy.step()).isTrue();
        assertThat(busy.longValue(0)).isEqualTo(2);
        busy.reset();
        cache.release(busy);
    }

    @Test
    void capacityOfZeroKeepsNothing() throws EngineError {
        StatementCache cache = cache(0);
        EngineStatement first = cache.acquire("SELECT 1");

        cache.release(first);

        assertThat(first.isClosed()).isTrue();
        assertThat(cache.acquire("SELECT 1")).isNotSameAs(first);
    }

    /** sqlite-jdbc finalises a statement after a generic error. */
    @Test
    void statementThatWasFinalisedUnderWayIsNotKept() throws EngineError {
        StatementCache cache = cache(2);
        use(cache, "SELECT abs(-1)");
        EngineStatement failing = cache.acquire("SELECT abs(?)");
        assertThatThrownBy(() -> failing.start(new Object[] {Long.MIN_VALUE})).isInstanceOf(EngineError.class);

        cache.release(failing);

        EngineStatement fresh = cache.acquire("SELECT abs(?)");
        assertThat(fresh).isNotSameAs(failing);
        assertThat(fresh.start(new Object[] {-3L})).isTrue();
        assertThat(fresh.longValue(0)).isEqualTo(3);
    }

    @Test
    void cachedStatementThatIsFinalisedLaterIsNotKeptEither() throws EngineError {
        StatementCache cache = cache(2);
        EngineStatement statement = cache.acquire("SELECT abs(?)");
        assertThat(statement.start(new Object[] {-1L})).isTrue();
        statement.reset();
        cache.release(statement);
        EngineStatement again = cache.acquire("SELECT abs(?)");
        assertThatThrownBy(() -> again.start(new Object[] {Long.MIN_VALUE})).isInstanceOf(EngineError.class);
        cache.release(again);

        EngineStatement fresh = cache.acquire("SELECT abs(?)");
        assertThat(fresh.isClosed()).isFalse();
        assertThat(fresh.start(new Object[] {-3L})).isTrue();
    }

    @Test
    void largeValuesAreReleasedWithTheStatement() throws EngineError {
        StatementCache cache = cache(2);
        EngineStatement statement = cache.acquire("SELECT ?");
        statement.start(new Object[] {new byte[100_000]});
        statement.reset();

        cache.release(statement);

        EngineStatement again = cache.acquire("SELECT ?");
        assertThat(again).isSameAs(statement);
        assertThat(again.step()).isTrue();
        assertThat(again.storageClass(0)).isEqualTo(StorageClass.NULL);
        again.reset();
    }

    @Test
    void clearFinalisesEverythingKept() throws EngineError {
        StatementCache cache = cache(10);
        List<EngineStatement> kept = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            EngineStatement statement = cache.acquire("SELECT " + i);
            cache.release(statement);
            kept.add(statement);
        }

        cache.clear();

        assertThat(kept).allMatch(EngineStatement::isClosed);
        use(cache, "SELECT 1");
    }

    @Test
    void statementThatCannotBePreparedIsNoTrouble() throws EngineError {
        StatementCache cache = cache(2);
        for (int i = 0; i < 100; i++) {
            assertThatThrownBy(() -> cache.acquire("SELECT * FROM missing")).isInstanceOf(EngineError.class);
        }
        use(cache, "SELECT 1");
    }
}
