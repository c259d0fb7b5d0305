package turso.r2dbc.core;

import org.jspecify.annotations.Nullable;
import turso.r2dbc.session.Session;

/**
 * What a handle of a connection gives to its statements: the connection itself is one, and so is what a transaction scope
 * works on.
 *
 * @param session what runs them
 * @param transactions the connection's transaction
 * @param control what changes it
 * @param ownership who has the connection
 * @param settings what the connection started with
 * @param parser what splits SQL
 * @param encoder what encodes values to bind
 * @param scope the scope this is the handle of; null for the connection itself
 */
public record ConnectionContext(
        Session session,
        Transactions transactions,
        TransactionControl control,
        Ownership ownership,
        ConnectionSettings settings,
        SqlParser parser,
        ParameterEncoder encoder,
        @Nullable Scope scope) {

    static ConnectionContext of(Session session, ConnectionSettings settings, SqlParser parser) {
        Transactions transactions = new Transactions(session, settings);
        return new ConnectionContext(
                session,
                transactions,
                new TransactionControl(session, settings, transactions),
                new Ownership(session, transactions, settings.maxQueuedTasks()),
                settings,
                parser,
                new ParameterEncoder(settings.codecs()),
                null);
    }

    /** {@return the same connection, for work inside a scope} */
    public ConnectionContext within(Scope inner) {
        return new ConnectionContext(
                this.session,
                this.transactions,
                this.control,
                this.ownership,
                this.settings,
                this.parser,
                this.encoder,
                inner);
    }
}
