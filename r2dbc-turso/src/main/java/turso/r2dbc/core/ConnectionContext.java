package turso.r2dbc.core;

import turso.r2dbc.session.Session;

/**
 * What a connection gives to its statements.
 *
 * @param session what runs them
 * @param transactions the connection's transaction
 * @param settings what the connection started with
 * @param parser what splits SQL
 * @param encoder what encodes values to bind
 */
record ConnectionContext(
        Session session,
        Transactions transactions,
        ConnectionSettings settings,
        SqlParser parser,
        ParameterEncoder encoder) {}
