package turso.r2dbc.neighbours

import io.r2dbc.spi.ConnectionFactories
import io.r2dbc.spi.ConnectionFactory
import java.nio.file.Path
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.asFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout
import org.assertj.core.api.Assertions.assertThat
import org.assertj.core.api.Assertions.assertThatExceptionOfType
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.BeforeEach
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.springframework.beans.factory.getBean
import org.springframework.context.annotation.AnnotationConfigApplicationContext
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.support.registerBean
import org.springframework.dao.DuplicateKeyException
import org.springframework.dao.PermissionDeniedDataAccessException
import org.springframework.data.annotation.Id
import org.springframework.data.r2dbc.config.AbstractR2dbcConfiguration
import org.springframework.data.r2dbc.repository.Modifying
import org.springframework.data.r2dbc.repository.Query
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories
import org.springframework.data.repository.kotlin.CoroutineCrudRepository
import org.springframework.r2dbc.connection.R2dbcTransactionManager
import org.springframework.r2dbc.core.DatabaseClient
import org.springframework.r2dbc.core.await
import org.springframework.transaction.annotation.EnableTransactionManagement
import org.springframework.transaction.annotation.Transactional

/** Spring Data's repositories in coroutines: functions that suspend, flows and transactions around both. */
class CoroutineRepositoryTest {

    @TempDir
    private lateinit var directory: Path

    private lateinit var context: AnnotationConfigApplicationContext

    private val books by lazy { context.getBean<BookRepository>() }

    private val shelf by lazy { context.getBean<Shelf>() }

    private val database by lazy { context.getBean<DatabaseClient>() }

    data class Book(@Id val id: Long?, val title: String, val pages: Int?)

    interface BookRepository : CoroutineCrudRepository<Book, Long> {

        suspend fun findByTitle(title: String): Book?

        fun findByPagesGreaterThanOrderByPages(pages: Int): Flow<Book>

        @Query("SELECT title FROM book ORDER BY title")
        fun titles(): Flow<String>

        @Modifying
        @Query("UPDATE book SET pages = pages + :more WHERE pages IS NOT NULL")
        suspend fun lengthen(more: Int): Int
    }

    @Transactional
    open class Shelf(private val books: BookRepository) {

        open suspend fun put(titles: List<String>, beforeCommit: suspend () -> Unit) {
            for (title in titles) {
                books.save(Book(null, title, null))
            }
            beforeCommit()
        }

        open fun putAll(titles: List<String>): Flow<Book> = books.saveAll(titles.map { Book(null, it, null) })

        @Transactional(readOnly = true)
        open suspend fun putReadOnly(title: String): Book = books.save(Book(null, title, null))
    }

    @Configuration(proxyBeanMethods = false)
    @EnableR2dbcRepositories(considerNestedRepositories = true)
    @EnableTransactionManagement
    class Beans(private val database: ConnectionFactory) : AbstractR2dbcConfiguration() {

        override fun connectionFactory() = database

        @Bean
        fun transactionManager() = R2dbcTransactionManager(database)

        @Bean
        fun shelf(books: BookRepository) = Shelf(books)
    }

    @BeforeEach
    fun open() {
        val file = directory.resolve("books.db").toUri().rawPath
        context = AnnotationConfigApplicationContext()
        context.registerBean<ConnectionFactory> { ConnectionFactories.get("r2dbc:turso:file://$file") }
        context.register(Beans::class.java)
        context.refresh()
        test {
            database.sql("CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT UNIQUE, pages INTEGER)").await()
        }
    }

    @AfterEach
    fun close() = context.close()

    private fun test(body: suspend CoroutineScope.() -> Unit) = runBlocking { withTimeout(30_000, body) }

    private suspend fun titles() = books.titles().toList()

    @Test
    fun `entities are saved, found and deleted`() = test {
        val saved = books.save(Book(null, "one", 100))
        val all = books.saveAll(listOf(Book(null, "two", 200), Book(null, "three", null)).asFlow()).toList()

        assertThat(saved.id).isNotNull()
        assertThat(books.findById(saved.id!!)).isEqualTo(saved)
        assertThat(books.findByTitle("two")).isEqualTo(all.first())
        assertThat(books.findByTitle("four")).isNull()
        assertThat(books.lengthen(1)).isEqualTo(2)
        assertThat(books.findByPagesGreaterThanOrderByPages(0).map { it.pages }.toList()).containsExactly(101, 201)
        books.delete(saved)
        assertThat(titles()).containsExactly("three", "two")
        assertThat(books.count()).isEqualTo(2)
    }

    @Test
    fun `flow ends when it has been taken from enough`() = test {
        shelf.putAll((1..1000).map { "title $it" }).toList()

        assertThat(books.findAll().take(3).map { it.id }.toList()).containsExactly(1, 2, 3)
        assertThat(books.findAll().first().title).isEqualTo("title 1")
        assertThat(books.findAll().toList()).hasSize(1000)
    }

    @Test
    fun `suspending function is one transaction`() {
        test { shelf.put(listOf("one", "two")) {} }
        assertThatExceptionOfType(IllegalStateException::class.java)
            .isThrownBy {
                test {
                    shelf.put(listOf("three")) {
                        database.sql("INSERT INTO book (title) VALUES ('beside')").await()
                        assertThat(titles()).containsExactly("beside", "one", "three", "two")
                        error("failed")
                    }
                }
            }
        assertThatExceptionOfType(DuplicateKeyException::class.java)
            .isThrownBy { test { shelf.put(listOf("four", "one")) {} } }
        assertThatExceptionOfType(PermissionDeniedDataAccessException::class.java)
            .isThrownBy { test { shelf.putReadOnly("five") } }
        test { assertThat(titles()).containsExactly("one", "two") }
    }

    @Test
    fun `flow is one transaction`() {
        test { assertThat(shelf.putAll(listOf("one", "two")).toList()).extracting("id").doesNotContainNull() }
        assertThatExceptionOfType(DuplicateKeyException::class.java)
            .isThrownBy { test { shelf.putAll(listOf("three", "one")).toList() } }
        // Far more than a flow has asked for in advance when its first is taken.
        test { assertThat(shelf.putAll((1..1000).map { "title $it" }).first().title).isEqualTo("title 1") }
        test { assertThat(titles()).containsExactly("one", "two") }
    }

    @Test
    fun `cancelled coroutine rolls back`() = test {
        val written = CompletableDeferred<Unit>()
        val job = launch {
            shelf.put(listOf("one")) {
                written.complete(Unit)
                awaitCancellation()
            }
        }
        written.await()
        job.cancelAndJoin()

        // Which waits for the lock of the transaction, should it still be there.
        books.save(Book(null, "two", null))
        assertThat(titles()).containsExactly("two")
    }
}
