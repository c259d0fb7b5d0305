package turso.r2dbc.spring.tests;

import java.time.Instant;
import org.springframework.data.annotation.CreatedBy;
import org.springframework.data.annotation.CreatedDate;
import org.springframework.data.annotation.Id;
import org.springframework.data.annotation.LastModifiedDate;
import org.springframework.data.annotation.Version;
import org.springframework.data.relational.core.mapping.Column;

record Document(
        @Id Long id,
        String title,
        @Version Integer version,
        @CreatedBy String author,
        @CreatedDate @Column("created") Instant createdAt,
        @LastModifiedDate @Column("modified") Instant modifiedAt) {

    static Document of(String title) {
        return new Document(null, title, null, null, null, null);
    }

    Document renamed(String title) {
        return new Document(this.id, title, this.version, this.author, this.createdAt, this.modifiedAt);
    }
}
