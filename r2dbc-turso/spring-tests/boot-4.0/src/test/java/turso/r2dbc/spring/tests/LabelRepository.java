package turso.r2dbc.spring.tests;

import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import reactor.core.publisher.Flux;

interface LabelRepository extends ReactiveCrudRepository<Label, Label.Key> {

    Flux<Label> findByWeightGreaterThanOrderByWeight(int weight);
}
