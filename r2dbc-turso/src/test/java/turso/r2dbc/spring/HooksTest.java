package turso.r2dbc.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.proxy.ProxyConnectionFactory;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.test.MockConnectionFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.data.r2dbc.dialect.DialectResolver;
import org.springframework.data.r2dbc.dialect.R2dbcDialect;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.From;
import org.springframework.data.relational.core.sql.LockMode;
import org.springframework.data.relational.core.sql.LockOptions;
import org.springframework.data.relational.core.sql.SQL;
import org.springframework.data.relational.core.sql.Select;
import org.springframework.data.relational.core.sql.SqlIdentifier;
import org.springframework.r2dbc.core.binding.BindMarkers;
import org.springframework.r2dbc.core.binding.BindMarkersFactoryResolver;

/** Spring finds the hooks in the jar, and the dialect speaks SQLite. */
class HooksTest {

    private final R2dbcDialect dialect = DialectResolver.getDialect(plain());

    private static ConnectionFactory plain() {
        return ConnectionFactories.get("r2dbc:turso:mem:///");
    }

    static Stream<ConnectionFactory> factories() {
        return Stream.of(
                plain(),
                new ConnectionPool(ConnectionPoolConfiguration.builder(plain())
                        .initialSize(0)
                        .build()),
                ProxyConnectionFactory.builder(plain()).build(),
                new ConnectionPool(ConnectionPoolConfiguration.builder(
                                ProxyConnectionFactory.builder(plain()).build())
                        .initialSize(0)
                        .build()));
    }

    @ParameterizedTest
    @MethodSource("factories")
    void factoryHasDialectAndMarkersWhateverIsAroundIt(ConnectionFactory factory) {
        BindMarkers markers = BindMarkersFactoryResolver.resolve(factory).create();

        assertThat(markers.next().getPlaceholder()).isEqualTo("?1");
        assertThat(markers.next("name").getPlaceholder()).isEqualTo("?2");
        assertThat(DialectResolver.getDialect(factory)).isSameAs(TursoDialect.INSTANCE);
    }

    @Test
    void factoriesOfOthersAreLeftToOthers() {
        ConnectionFactory other = MockConnectionFactory.empty();

        assertThat(new TursoBindMarkersProvider().getBindMarkers(other)).isNull();
        assertThat(new TursoDialectProvider().getDialect(other)).isEmpty();
        assertThatExceptionOfType(DialectResolver.NoDialectException.class)
                .isThrownBy(() -> DialectResolver.getDialect(other));
    }

    @Test
    void limitAndOffset() {
        assertThat(this.dialect.limit().getLimit(2)).isEqualTo("LIMIT 2");
        assertThat(this.dialect.limit().getOffset(3)).isEqualTo("LIMIT -1 OFFSET 3");
        assertThat(this.dialect.limit().getLimitOffset(2, 3)).isEqualTo("LIMIT 2 OFFSET 3");
    }

    @Test
    void rowsAreNotLocked() {
        LockClause lock = this.dialect.lock();
        From anything =
                Select.builder().select(SQL.literalOf(1)).from("person").build().getFrom();

        assertThat(lock.getLock(new LockOptions(LockMode.PESSIMISTIC_WRITE, anything)))
                .isEmpty();
    }

    @Test
    void namesAreQuotedOnceAndKeepTheirCase() {
        assertThat(SqlIdentifier.quoted("weird \"Name").toSql(this.dialect.getIdentifierProcessing()))
                .isEqualTo("\"weird \"\"Name\"");
        assertThat(this.dialect.getIdentifierProcessing().standardizeLetterCase("Name"))
                .isEqualTo("Name");
        assertThat(this.dialect.renderForGeneratedValues(SqlIdentifier.quoted("id")))
                .isEqualTo("id");
    }

    @Test
    void markersOfStatementsThatSpringDataRendersTellOfEscapedPatterns() {
        BindMarkers markers = this.dialect.getBindMarkersFactory().create();

        assertThat(this.dialect.getBindMarkersFactory().identifiablePlaceholders())
                .isTrue();
        assertThat(markers.next("first \"name").getPlaceholder()).isEqualTo("@escaped_0");
        assertThat(markers.next().getPlaceholder()).isEqualTo("@escaped_1");
    }

    @Test
    void insertWithoutValuesSequencesAndUpsert() {
        assertThat(this.dialect.getInsertRenderContext().getDefaultValuesInsertPart())
                .isEqualTo(" DEFAULT VALUES");
        assertThat(this.dialect.getIdGeneration().sequencesSupported()).isFalse();
        assertThat(TursoDialect.INSTANCE.getName()).isEqualTo("postgres");
    }

    @Test
    void arraysAreNotSupported() {
        assertThat(this.dialect.getArraySupport().isSupported()).isFalse();
    }
}
