package turso.r2dbc.crash;

import static turso.r2dbc.errors.OpenDatabase.get;
import static turso.r2dbc.errors.OpenDatabase.run;
import static turso.r2dbc.errors.OpenDatabase.until;
import static turso.r2dbc.errors.OpenDatabase.value;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;
import turso.r2dbc.api.TursoConnection;
import turso.r2dbc.api.TursoException;
import turso.r2dbc.api.TursoResult;
import turso.r2dbc.errors.OpenDatabase;

/**
 * A program for a process whose files cannot grow beyond a limit, as on a disk that fails: it makes a group of writes that
 * are too large together, but not each by itself, and tells what became of them.
 */
public final class LimitedProcess {

    static final int LIMIT_BYTES = 4 << 20;

    static final int WRITERS = 4;

    private static final int ROW_BYTES = 3 << 19;

    private LimitedProcess() {}

    /** Argument: the file. */
    public static void main(String[] arguments) {
        try (OpenDatabase database = OpenDatabase.file(
                Path.of(arguments[0]),
                // Nothing is written before the commit.
                options -> options.groupCommit(true).pragma("cache_size", "-65536"))) {
            TursoConnection holder = database.open();
            run(holder, "CREATE TABLE t (id INTEGER PRIMARY KEY, filling)", "BEGIN IMMEDIATE");
            List<TursoConnection> writers = new ArrayList<>();
            List<CompletableFuture<String>> outcomes = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                writers.add(database.open());
                outcomes.add(insert(writers.get(i), i).toFuture());
                until(() -> database.factory().metrics().lockWaiters() == outcomes.size());
            }
            run(holder, "COMMIT");
            for (int i = 0; i < WRITERS; i++) {
                String outcome = get(Mono.fromFuture(outcomes.get(i)));
                Object rows = value(writers.get(i), "SELECT count(*) FROM t WHERE id = ?", i);
                System.out.println(outcome + ", " + rows + " there");
            }
        }
    }

    private static Mono<String> insert(TursoConnection writer, int id) {
        return writer.createStatement("INSERT INTO t VALUES (?, zeroblob(" + ROW_BYTES + "))")
                .bind(0, id)
                .execute()
                .concatMap(TursoResult::getRowsUpdated)
                .single()
                .map(Object::toString)
                .onErrorResume(error -> Mono.just("error " + (((TursoException) error).extendedCode() & 0xFF)));
    }
}
