package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;
import org.springframework.data.relational.core.query.Query;

/** Versions and auditing. */
class DocumentTest extends SpringTest {

    @Autowired
    private R2dbcEntityTemplate template;

    @Test
    void staleVersionIsRefused() {
        Document first = await(this.template.insert(Document.of("draft")));
        Document second = await(this.template.update(first.renamed("final")));

        assertThat(second.version()).isEqualTo(first.version() + 1);
        assertThatExceptionOfType(OptimisticLockingFailureException.class)
                .isThrownBy(() -> await(this.template.update(first.renamed("late"))));
        assertThatExceptionOfType(OptimisticLockingFailureException.class)
                .isThrownBy(() -> await(this.template.delete(first)));
        assertThat(await(this.template.selectOne(Query.empty(), Document.class)))
                .isEqualTo(second);
    }

    @Test
    void auditingFillsInWhoAndWhen() {
        Instant before = Instant.now();
        Document created = await(this.template.insert(Document.of("draft")));
        Document changed = await(this.template.update(created.renamed("final")));
        Document read = await(this.template.selectOne(Query.empty(), Document.class));

        assertThat(read.author()).isEqualTo("alice");
        assertThat(read.createdAt()).isAfterOrEqualTo(before).isEqualTo(created.createdAt());
        assertThat(read.modifiedAt()).isAfterOrEqualTo(created.modifiedAt()).isEqualTo(changed.modifiedAt());
    }
}
