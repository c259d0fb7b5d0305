package turso.r2dbc.spring.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.data.r2dbc.core.R2dbcEntityTemplate;

/** Keys of several columns, which Spring Data has from this generation on. */
class CompositeIdTest extends SpringTest {

    private static final Label FIRST = new Label(new Label.Key(1L, "first"), 10);

    private static final Label SECOND = new Label(new Label.Key(1L, "second"), 20);

    private static final Label OTHER = new Label(new Label.Key(2L, "first"), 30);

    @Autowired
    private LabelRepository labels;

    @Autowired
    private R2dbcEntityTemplate template;

    @BeforeEach
    void insertLabels() {
        execute("INSERT INTO document (id) VALUES (1), (2)");
        for (Label label : List.of(FIRST, SECOND, OTHER)) {
            // To a repository an entity that has its key already is not new.
            await(this.template.insert(label));
        }
    }

    private List<Label> all() {
        return await(this.labels.findAll());
    }

    @Test
    void entitiesAreFoundByTheWholeKey() {
        assertThat(all()).containsExactlyInAnyOrder(FIRST, SECOND, OTHER);
        assertThat(await(this.labels.findById(SECOND.id()))).isEqualTo(SECOND);
        assertThat(await(this.labels.existsById(OTHER.id()))).isTrue();
        assertThat(await(this.labels.existsById(new Label.Key(2L, "second")))).isFalse();
        assertThat(await(this.labels.findAllById(List.of(FIRST.id(), OTHER.id(), new Label.Key(2L, "second")))))
                .containsExactlyInAnyOrder(FIRST, OTHER);
        assertThat(await(this.labels.findByWeightGreaterThanOrderByWeight(10))).containsExactly(SECOND, OTHER);
    }

    @Test
    void onlyTheEntityWithTheWholeKeyIsChanged() {
        Label heavier = new Label(SECOND.id(), 21);

        assertThat(await(this.labels.save(heavier))).isEqualTo(heavier);
        assertThat(all()).containsExactlyInAnyOrder(FIRST, heavier, OTHER);
    }

    @Test
    void onlyTheEntityWithTheWholeKeyIsDeleted() {
        await(this.labels.deleteById(FIRST.id()));
        assertThat(all()).containsExactlyInAnyOrder(SECOND, OTHER);
        await(this.labels.delete(OTHER));
        assertThat(all()).containsExactly(SECOND);
        await(this.labels.deleteAllById(List.of(FIRST.id(), SECOND.id())));
        assertThat(all()).isEmpty();
    }

    @Test
    void wholeKeyIsUnique() {
        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> await(this.template.insert(new Label(SECOND.id(), 22))));
    }
}
