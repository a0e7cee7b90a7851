package fabwafer.hub.similarity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class NearestDirectionsTest {
  private static final int LENGTH = 24;

  private final SplittableRandom random = new SplittableRandom(1);

  private Direction any() {
    float[] features = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      features[i] = (float) random.nextGaussian();
    }
    return Direction.of(features);
  }

  @Test
  void cosine_ofStoredBytes_isThatOfTheFeatures_withinAHundredth() {
    float[] one = {3, 0, 4};
    float[] other = {0, 5, 12};

    assertThat(Direction.of(one).cosine(Direction.of(other))).isEqualTo(48.0 / 65, within(0.01));
    assertThat(Direction.of(one).cosine(Direction.of(new float[] {6, 0, 8}))).isEqualTo(1);
    assertThat(Direction.of(one).cosine(Direction.of(new float[3]))).isZero();
  }

  @Test
  void nearest_areThoseOfASearchByHand() {
    NearestDirections directions = new NearestDirections(LENGTH, 1_000_000);
    List<Direction> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      all.add(any());
      directions.add(i, all.getLast());
    }
    Direction to = any();
    List<Long> byHand =
        LongStream.range(0, all.size())
            .boxed()
            .sorted(
                Comparator.comparingDouble((Long id) -> -to.cosine(all.get(id.intValue())))
                    .thenComparing(Comparator.reverseOrder()))
            .limit(25)
            .toList();

    assertThat(directions.nearest(to, 25, -1))
        .extracting(NearestDirections.Found::id)
        .containsExactlyElementsOf(byHand);
    assertThat(directions.nearest(to, 25, 0.999)).isEmpty();
  }

  @Test
  void theOldest_goWhereThereAreTooMany() {
    NearestDirections directions = new NearestDirections(LENGTH, 3 * NearestDirections.BLOCK);
    Direction first = any();
    directions.add(0, first);
    for (int i = 1; i < 5 * NearestDirections.BLOCK; i++) {
      directions.add(i, any());
    }

    assertThat(directions.count()).isEqualTo(3 * NearestDirections.BLOCK);
    assertThat(directions.nearest(first, 1, 0.9999)).isEmpty();
  }

  @Test
  void anotherLength_isRefused() {
    NearestDirections directions = new NearestDirections(LENGTH, 10);

    assertThatThrownBy(() -> directions.add(1, Direction.of(new float[3])))
        .hasMessage("expected 24 features, got 3");
  }
}
