package turso.r2dbc.core;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import turso.r2dbc.api.TransactionMode;
import turso.r2dbc.session.Columns;
import turso.r2dbc.session.Command;
import turso.r2dbc.session.Command.Rows;
import turso.r2dbc.session.Execution;
import turso.r2dbc.session.RowReader;

/** Some statements of a plan that run as one command, and the results that come of them. */
final class Group {

    /** What takes effect together. */
    private enum Unit {
        /** Each statement by itself, as the transaction there is has it. */
        STATEMENTS,
        /** All of them, as a transaction. */
        TRANSACTION,
        /** All of them, as a part of the transaction there is. */
        SAVEPOINT
    }

    private static final String SAVEPOINT = "turso_batch";

    private final ConnectionContext context;

    private final Unit unit;

    private final List<PlannedStatement> statements;

    /** Which statement an execution of the command belongs to; shorter than the command's list where COMMIT follows. */
    private final List<PlannedStatement> executed;

    private final @Nullable Command command;

    private final List<DriverResult> results;

    /** The execution that is running, and how many sets of values it has finished. */
    private int running;

    private int finishedSets;

    private boolean endsTransaction;

    private @Nullable RowBuffer rows;

    private Group(
            ConnectionContext context,
            Unit unit,
            List<PlannedStatement> statements,
            List<PlannedStatement> executed,
            @Nullable Command command,
            List<DriverResult> results) {
        this.context = context;
        this.unit = unit;
        this.statements = statements;
        this.executed = executed;
        this.command = command;
        this.results = results;
    }

    /** Statements in the transaction there is, or each in its own. */
    static Group sequence(ConnectionContext context, List<PlannedStatement> statements) {
        Transactions transactions = context.transactions();
        if (transactions.isDoneOrRefused(statements.get(0))) {
            return behind(context, statements);
        }
        return sequence(context, statements, new ArrayList<>());
    }

    /** The first statement had nothing to do; those behind it have. */
    private static Group behind(ConnectionContext context, List<PlannedStatement> statements) {
        List<DriverResult> results = new ArrayList<>();
        results.add(StoredResult.of(statements.get(0).kind(), null, 0));
        if (statements.size() == 1) {
            return new Group(context, Unit.STATEMENTS, statements, List.of(), null, results);
        }
        return sequence(context, statements.subList(1, statements.size()), results);
    }

    private static Group sequence(
            ConnectionContext context, List<PlannedStatement> statements, List<DriverResult> results) {
        Transactions transactions = context.transactions();
        List<Execution> executions = new ArrayList<>(statements.size());
        boolean mayReturnRows = false;
        for (PlannedStatement planned : statements) {
            executions.add(planned.execution());
            mayReturnRows |= planned.mayReturnRows();
        }
        Command command = new Command(
                transactions.prelude(statements.get(0)),
                executions,
                mayReturnRows ? Rows.ALL : Rows.DISCARDED,
                transactions.timeouts(),
                true);
        StatementLog.log(executions);
        return new Group(context, Unit.STATEMENTS, statements, statements, command, results);
    }

    /**
     * Statements in a transaction of their own, or in a savepoint of the one there is. Unless that is asked for, a query
     * runs within it only if a statement that writes follows; otherwise it sees the same data after the commit.
     */
    static Group atomic(ConnectionContext context, Plan plan) {
        List<PlannedStatement> statements = plan.statements();
        TransactionMode mode = plan.mode();
        int end = 0;
        boolean mayReturnRows = false;
        for (int i = 0; i < statements.size(); i++) {
            if (mode != null || statements.get(i).execution().writes()) {
                end = i + 1;
            }
            mayReturnRows |= statements.get(i).mayReturnRows();
        }
        List<PlannedStatement> executed = List.copyOf(statements.subList(0, end));
        List<Execution> executions = new ArrayList<>(executed.size() + 1);
        executed.forEach(planned -> executions.add(planned.execution()));
        Transactions transactions = context.transactions();
        boolean nested = transactions.isOpen();
        executions.add(nested ? TransactionSql.release(SAVEPOINT) : TransactionSql.COMMIT);
        List<Execution> prelude = nested
                ? preludeWithSavepoint(transactions, statements.get(0))
                : transactions.preludeOfItsOwn(mode == null ? TransactionMode.IMMEDIATE : mode);
        StatementLog.log(executions);
        Command command = new Command(
                prelude, executions, mayReturnRows ? Rows.ALL : Rows.DISCARDED, transactions.timeouts(), true);
        return new Group(
                context, nested ? Unit.SAVEPOINT : Unit.TRANSACTION, statements, executed, command, new ArrayList<>());
    }

    private static List<Execution> preludeWithSavepoint(Transactions transactions, PlannedStatement first) {
        transactions.refuseIfLost(first.execution().sql());
        List<Execution> prelude = new ArrayList<>(transactions.prelude(first.kind()));
        prelude.add(TransactionSql.savepoint(SAVEPOINT));
        return prelude;
    }

    /** {@return what undoes a group that is all or nothing and has failed} */
    Command rollBack() {
        List<Execution> undo = this.unit == Unit.SAVEPOINT
                ? List.of(TransactionSql.rollbackTo(SAVEPOINT), TransactionSql.release(SAVEPOINT))
                : List.of(TransactionSql.ROLLBACK);
        return new Command(
                List.of(), undo, Rows.DISCARDED, this.context.transactions().timeouts(), false);
    }

    @Nullable
    Command command() {
        return this.command;
    }

    boolean isAtomic() {
        return this.unit != Unit.STATEMENTS;
    }

    /** {@return whether a statement that has run ended the transaction on purpose} */
    boolean endsTransaction() {
        return isAtomic() || this.endsTransaction;
    }

    void onColumns(Columns columns) {
        this.rows = new RowBuffer(RowShape.of(columns, this.context.settings().codecs()));
    }

    void onRow(RowReader row) {
        RowBuffer buffer = this.rows;
        if (buffer == null) {
            throw new IllegalStateException("A row without columns");
        }
        PlannedStatement current = this.executed.get(this.running);
        if (current.isQuery() && buffer.size() == this.context.settings().maxBufferedRows()) {
            throw Failures.boundReached(
                    "A query that runs within the transaction of a batch has more than " + buffer.size()
                            + " rows (option maxBufferedRows)",
                    current.execution().sql());
        }
        buffer.add(row);
    }

    void onExecuted(int execution, long changes) {
        if (execution >= this.executed.size()) {
            return; // COMMIT
        }
        PlannedStatement planned = this.executed.get(execution);
        this.finishedSets++;
        if (this.finishedSets == planned.sets().size()) {
            this.running = execution + 1;
            this.finishedSets = 0;
        }
        this.endsTransaction |= planned.endsTransaction(this.context.session());
        this.results.add(StoredResult.of(planned.kind(), this.rows, changes));
        this.rows = null;
    }

    /** {@return the results of what has run, and of queries that need not have run} */
    List<DriverResult> results() {
        if (isAtomic()) {
            for (PlannedStatement query : this.statements.subList(this.executed.size(), this.statements.size())) {
                for (int set = 0; set < query.sets().size(); set++) {
                    this.results.add(QueryResult.of(this.context, query.kind(), query.single(set)));
                }
            }
        }
        return this.results;
    }
}
