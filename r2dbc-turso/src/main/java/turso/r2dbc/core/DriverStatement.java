package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.api.TursoStatement;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.StatementText;
import turso.r2dbc.sql.ParsedSql;
import turso.r2dbc.sql.ParsedStatement;

/** A statement: its text, split by the scanner alone, and the values bound so far. */
final class DriverStatement implements TursoStatement {

    private final ConnectionContext context;

    private final ParsedSql sql;

    /** The statement, if it is a query and the only one. */
    private final @Nullable StatementText query;

    private final ParameterEncoder encoder;

    /** The sets that are complete. */
    private List<Bindings> sets = List.of();

    private Bindings current;

    /** Whether a plan has the current set, so that it must stay as it is. */
    private boolean planned;

    private boolean trailingAdd;

    private @Nullable List<String> generatedColumns;

    DriverStatement(ConnectionContext context, String sql) {
        this.context = context;
        KnownSql known = context.parser().known(sql);
        this.sql = known.parsed();
        this.query = known.query();
        this.encoder = context.encoder();
        this.current = new Bindings(this.sql);
    }

    @Override
    public TursoStatement add() {
        this.current.requireComplete();
        if (this.sets.isEmpty()) {
            this.sets = new ArrayList<>();
        }
        this.sets.add(this.current);
        this.current = new Bindings(this.sql);
        this.planned = false;
        this.trailingAdd = true;
        return this;
    }

    @Override
    public TursoStatement bind(int index, Object value) {
        Object encoded = this.encoder.encode(value);
        bindSlot(slot(index), encoded);
        return this;
    }

    @Override
    public TursoStatement bind(String name, Object value) {
        Require.notNull(name, "name");
        Object encoded = this.encoder.encode(value);
        for (int slot : slots(name)) {
            bindSlot(slot, encoded);
        }
        return this;
    }

    @Override
    public TursoStatement bindNull(int index, Class<?> type) {
        this.encoder.requireType(type);
        bindSlot(slot(index), null);
        return this;
    }

    @Override
    public TursoStatement bindNull(String name, Class<?> type) {
        Require.notNull(name, "name");
        this.encoder.requireType(type);
        for (int slot : slots(name)) {
            bindSlot(slot, null);
        }
        return this;
    }

    private void bindSlot(int slot, @Nullable Object encoded) {
        if (this.planned) {
            this.current = this.current.copy();
            this.planned = false;
        }
        this.current.bind(slot, encoded);
        this.trailingAdd = false;
    }

    private int slot(int index) {
        if (index < 0 || index >= this.sql.parameterCount()) {
            throw new IndexOutOfBoundsException("Parameter index " + index + " is not within 0 and "
                    + (this.sql.parameterCount() - 1) + " in: " + this.sql.sql());
        }
        return index;
    }

    private int[] slots(String name) {
        int[] slots = this.sql.slots(name);
        if (slots.length == 0) {
            throw new NoSuchElementException("No parameter '" + name + "' in: " + this.sql.sql());
        }
        return slots;
    }

    @Override
    public TursoStatement fetchSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("rows must not be negative: " + rows);
        }
        return this;
    }

    @Override
    public TursoStatement returnGeneratedValues(String... columns) {
        Require.notNull(columns, "columns");
        for (String column : columns) {
            Require.notNull(column, "column");
        }
        this.generatedColumns = List.copyOf(Arrays.asList(columns));
        return this;
    }

    @Override
    public Flux<TursoResult> execute() {
        if (this.trailingAdd) {
            throw new IllegalStateException("add() was called without binding values after it");
        }
        List<ParsedStatement> statements = this.sql.statements();
        if (statements.isEmpty()) {
            return Flux.error(() -> Failures.badGrammar("There is no SQL statement to execute", this.sql.sql()));
        }
        StatementText only = this.query;
        if (only != null && this.sets.isEmpty()) {
            this.current.requireComplete();
            if (!this.current.hasLargeObjects()) {
                return query(only, statements.get(0));
            }
        }
        Plan plan = Plan.of(this.sql, completeSets(), this.generatedColumns);
        this.planned = true;
        if (plan.hasLargeObjects()) {
            return plan.withLargeObjects(this.context);
        }
        return new ExecuteFlux(this.context, plan);
    }

    /** {@return a query that runs when its rows are asked for} It needs no plan, which would take a good part of its time. */
    private Flux<TursoResult> query(StatementText text, ParsedStatement statement) {
        this.planned = true;
        Execution execution = new Execution(text, null, List.<@Nullable Object[]>of(this.current.last(statement)));
        return new QueryFlux(this.context, statement.kind(), execution);
    }

    private List<Bindings> completeSets() {
        if (this.sets.isEmpty()) {
            this.current.requireComplete();
            return List.of(this.current);
        }
        List<Bindings> all = new ArrayList<>(this.sets);
        if (!this.current.isEmpty()) {
            this.current.requireComplete();
            all.add(this.current);
        }
        return all;
    }
}
