package turso.r2dbc.examples.aioflow

import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.reactor.mono
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import turso.r2dbc.Turso

/** Coroutines get the flow from Reactor's types, through kotlinx-coroutines-reactor, without any code of the driver. */
class CoroutinesTest {

    @Test
    fun `the flow in coroutines`() {
        runBlocking {
            withTimeout(30_000) {
                val conn = Turso.connect(":memory:").awaitSingle()
                conn.executeScript(
                    """
                    CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT);
                    INSERT INTO users VALUES (1, 'alice'), (2, 'bob');
                    """,
                ).awaitSingleOrNull()

                val row = conn.execute("SELECT * FROM users WHERE id = ?", 1).fetchOne().awaitSingleOrNull()
                assertThat(row?.values()).containsExactly(1L, "alice")
                assertThat(conn.execute("SELECT * FROM users WHERE id = ?", 99).fetchOne().awaitSingleOrNull()).isNull()

                val names = conn.execute("SELECT name FROM users ORDER BY id").fetchAll().asFlow()
                    .map { it.getString("name") }.toList()
                assertThat(names).containsExactly("alice", "bob")

                val inserted = conn.transaction { tx ->
                    mono { tx.execute("INSERT INTO users (name) VALUES (?)", "carol").lastInsertRowId().awaitSingle() }
                }.awaitSingle()
                assertThat(inserted).isEqualTo(3L)

                conn.close().awaitSingleOrNull()
            }
        }
    }
}
