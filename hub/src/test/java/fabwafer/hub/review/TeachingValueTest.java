package fabwafer.hub.review;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TeachingValueTest {
  private static final Map<String, Double> SURE = Map.of("Center", 0.99, "Loc", 0.01);

  private static TeachingValue of(
      Map<String, Double> probabilities,
      double novelty,
      List<String> neighbours,
      Map<String, String> cameras) {
    return TeachingValue.of(
        "Center", probabilities, OptionalDouble.of(novelty), neighbours, cameras);
  }

  @Test
  void aSureOrdinaryWafer_teachesNextToNothing() {
    TeachingValue value = of(SURE, 0.5, List.of("Center", "Center", "Center"), Map.of());

    assertThat(value.score()).isLessThan(TeachingValue.LEAST);
    assertThat(value.reasons()).isEmpty();
  }

  @Test
  void eachReason_isTold_andCounts() {
    TeachingValue uncertain =
        of(Map.of("Center", 0.41, "Donut", 0.38, "Loc", 0.21), 0, List.of(), Map.of());
    TeachingValue novel = of(SURE, 0.995, List.of(), Map.of());
    TeachingValue neighbours = of(SURE, 0, List.of("Donut", "Center", "Donut", "Loc"), Map.of());
    TeachingValue camera = of(SURE, 0, List.of(), Map.of("camera2", "Scratch"));

    assertThat(uncertain.score()).isEqualTo(0.97, within(0.01));
    assertThat(uncertain.reasons()).containsExactly("uncertain: Center 41 %, Donut 38 %");
    assertThat(novel.score()).isEqualTo(0.9, within(0.01));
    assertThat(novel.reasons()).containsExactly("novel: unlike 99.5 % of known wafers");
    assertThat(neighbours.reasons()).containsExactly("3 of 4 similar wafers are otherwise: Donut");
    assertThat(neighbours.score()).isEqualTo(0.75, within(0.01));
    assertThat(camera.reasons()).containsExactly("camera2 says Scratch");
    assertThat(camera.score()).isEqualTo(1, within(0.01));
  }

  @Test
  void fewNeighbours_haveNoSay() {
    assertThat(of(SURE, 0, List.of("Donut", "Donut"), Map.of()).score())
        .isLessThan(TeachingValue.LEAST);
  }

  @Test
  void draws_areEven_andTheSameAgain_andAnotherSeedsAreOthers() {
    Draw draw = new Draw(7);
    long within =
        LongStream.range(0, 20_000)
            .filter(i -> Draw.isWithin(draw.of(new Cursor(i, "img" + i)), 20))
            .count();
    Map<ReviewKind, Integer> kinds = new EnumMap<>(ReviewKind.class);
    ReviewConfig config = ReviewConfig.DEFAULT;
    for (int turn = 0; turn < 20_000; turn++) {
      kinds.merge(draw.kind("eva", turn, config), 1, Integer::sum);
    }

    assertThat(within).isBetween(900L, 1_100L);
    assertThat(new Draw(7).of(new Cursor(5, "a"))).isEqualTo(draw.of(new Cursor(5, "a")));
    assertThat(new Draw(8).of(new Cursor(5, "a"))).isNotEqualTo(draw.of(new Cursor(5, "a")));
    assertThat(kinds.get(ReviewKind.RANDOM)).isBetween(3_800, 4_200);
    assertThat(kinds.get(ReviewKind.SECOND)).isBetween(1_850, 2_150);
    assertThat(kinds.get(ReviewKind.KNOWN)).isBetween(900, 1_100);
    assertThat(kinds.get(ReviewKind.TEACHING)).isBetween(12_600, 13_400);
  }
}
