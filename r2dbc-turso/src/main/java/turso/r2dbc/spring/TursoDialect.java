package turso.r2dbc.spring;

import java.net.URI;
import java.util.Collection;
import java.util.Set;
import org.springframework.data.r2dbc.dialect.R2dbcDialect;
import org.springframework.data.relational.core.dialect.AbstractDialect;
import org.springframework.data.relational.core.dialect.IdGeneration;
import org.springframework.data.relational.core.dialect.InsertRenderContext;
import org.springframework.data.relational.core.dialect.LimitClause;
import org.springframework.data.relational.core.dialect.LockClause;
import org.springframework.data.relational.core.sql.IdentifierProcessing;
import org.springframework.data.relational.core.sql.LockOptions;
import org.springframework.data.relational.core.sql.SqlIdentifier;
import org.springframework.r2dbc.core.binding.BindMarkersFactory;
import turso.r2dbc.api.TursoStatement;

/** SQLite's SQL, for Spring Data R2DBC. Stateless. */
final class TursoDialect extends AbstractDialect implements R2dbcDialect {

    static final TursoDialect INSTANCE = new TursoDialect();

    /** A name's length is no concern of SQLite's; Spring wants a limit all the same. */
    private static final int LONGEST_MARKER = 32;

    /**
     * Spring Data escapes what {@code Containing}, {@code StartingWith} and {@code EndingWith} look for with a backslash
     * and renders no ESCAPE clause: the name tells the driver to add it. What is given to {@code DatabaseClient} goes
     * through the markers of {@link TursoBindMarkersProvider} and keeps SQLite's own rule.
     */
    private static final BindMarkersFactory MARKERS = BindMarkersFactory.named(
            TursoStatement.ESCAPED_PARAMETER.substring(0, 1),
            TursoStatement.ESCAPED_PARAMETER.substring(1),
            LONGEST_MARKER,
            hint -> "");

    private static final Set<Class<?>> SIMPLE_TYPES = Set.of(URI.class);

    private TursoDialect() {}

    @Override
    public BindMarkersFactory getBindMarkersFactory() {
        return MARKERS;
    }

    /**
     * {@return {@code postgres}} From version 4.1 on Spring Data chooses the SQL of an upsert by this name alone, and
     * PostgreSQL's {@code INSERT .. ON CONFLICT .. DO UPDATE} is SQLite's too; for a name it does not know it renders
     * {@code MERGE}. Earlier versions do not ask.
     */
    public String getName() {
        return "postgres";
    }

    @Override
    public LimitClause limit() {
        return Limit.INSTANCE;
    }

    /** {@return nothing to render: SQLite locks databases, not rows} */
    @Override
    public LockClause lock() {
        return NoLock.INSTANCE;
    }

    @Override
    public IdentifierProcessing getIdentifierProcessing() {
        return Identifiers.INSTANCE;
    }

    /** {@return the bare name} The driver quotes it. */
    @Override
    public String renderForGeneratedValues(SqlIdentifier identifier) {
        return identifier.getReference();
    }

    @Override
    public InsertRenderContext getInsertRenderContext() {
        return () -> " DEFAULT VALUES";
    }

    @Override
    public IdGeneration getIdGeneration() {
        return WithoutSequences.INSTANCE;
    }

    @Override
    public Collection<Object> getConverters() {
        return TursoConverters.ALL;
    }

    /** {@return what the driver stores by itself, beyond what Spring Data expects of every driver} */
    @Override
    public Set<Class<?>> simpleTypes() {
        return SIMPLE_TYPES;
    }

    /** {@return the same} Versions before 4.1 ask here. */
    @Override
    public Collection<? extends Class<?>> getSimpleTypes() {
        return SIMPLE_TYPES;
    }

    private enum Limit implements LimitClause {
        INSTANCE;

        @Override
        public String getLimit(long limit) {
            return "LIMIT " + limit;
        }

        /** SQLite knows OFFSET only behind LIMIT. */
        @Override
        public String getOffset(long offset) {
            return "LIMIT -1 OFFSET " + offset;
        }

        @Override
        public String getLimitOffset(long limit, long offset) {
            return "LIMIT " + limit + " OFFSET " + offset;
        }

        @Override
        public Position getClausePosition() {
            return Position.AFTER_ORDER_BY;
        }
    }

    private enum NoLock implements LockClause {
        INSTANCE;

        @Override
        public String getLock(LockOptions lockOptions) {
            return "";
        }

        @Override
        public Position getClausePosition() {
            return Position.AFTER_ORDER_BY;
        }
    }

    /**
     * Names as they are. A class of our own, since {@code IdentifierProcessing.create} has another signature in Spring
     * Data 4.
     */
    private enum Identifiers implements IdentifierProcessing {
        INSTANCE;

        @Override
        public String quote(String identifier) {
            return '"' + identifier.replace("\"", "\"\"") + '"';
        }

        @Override
        public String standardizeLetterCase(String identifier) {
            return identifier;
        }
    }

    private enum WithoutSequences implements IdGeneration {
        INSTANCE;

        @Override
        public boolean sequencesSupported() {
            return false;
        }
    }
}
