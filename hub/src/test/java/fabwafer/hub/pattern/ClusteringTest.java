package fabwafer.hub.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.similarity.Direction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ClusteringTest {
  private static final int LENGTH = 64;

  private final SplittableRandom random = new SplittableRandom(1);

  /** A direction as a network's features have it: some features, none below 0. */
  private float[] middle() {
    float[] middle = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      middle[i] = random.nextInt(4) == 0 ? 3 : 0;
    }
    return middle;
  }

  private Map<Cursor, Direction> near(String name, float[] middle, int wafers, double noise) {
    Map<Cursor, Direction> near = new LinkedHashMap<>();
    for (int i = 0; i < wafers; i++) {
      float[] features = new float[LENGTH];
      for (int j = 0; j < LENGTH; j++) {
        features[j] = (float) Math.abs(middle[j] + noise * random.nextGaussian());
      }
      near.put(new Cursor(i, name + i), Direction.of(features));
    }
    return near;
  }

  private static List<String> names(Clustering.Cluster cluster) {
    return cluster.wafers().stream()
        .map(wafer -> wafer.imgid().replaceFirst("[0-9]+$", ""))
        .distinct()
        .toList();
  }

  @Test
  void aLoneGroup_isACluster_andWafersUnlikeEachOther_areNone() {
    Map<Cursor, Direction> wafers = near("a", middle(), 8, 0.3);
    assertThat(Clustering.of(wafers))
        .singleElement()
        .satisfies(found -> assertThat(found.wafers()).hasSize(8));

    Map<Cursor, Direction> noise = new LinkedHashMap<>();
    for (int i = 0; i < 30; i++) {
      noise.putAll(near("noise" + i + "x", middle(), 1, 0.3));
    }
    assertThat(Clustering.of(noise)).isEmpty();
    noise.putAll(wafers);
    assertThat(Clustering.of(noise))
        .singleElement()
        .satisfies(found -> assertThat(names(found)).containsExactly("a"));
    assertThat(Clustering.of(Map.of())).isEmpty();
  }

  @Test
  void groups_areKeptApart_theLargestFirst_inWhateverOrderTheirWafersCome() {
    Map<Cursor, Direction> wafers = near("a", middle(), 6, 0.3);
    wafers.putAll(near("b", middle(), 9, 0.3));
    List<Map.Entry<Cursor, Direction>> shuffled = new ArrayList<>(wafers.entrySet());
    Collections.shuffle(shuffled, new Random(3));
    Map<Cursor, Direction> otherOrder = new LinkedHashMap<>();
    shuffled.forEach(wafer -> otherOrder.put(wafer.getKey(), wafer.getValue()));

    List<Clustering.Cluster> clusters = Clustering.of(wafers);

    assertThat(clusters)
        .extracting(ClusteringTest::names)
        .containsExactly(List.of("b"), List.of("a"));
    assertThat(Clustering.of(otherOrder)).isEqualTo(clusters);
  }

  @Test
  void aPrototype_reachesAsFarAsItsWafersAreSpread_withinBounds() {
    float[] middle = middle();
    List<Direction> narrow = List.copyOf(near("a", middle, 20, 0.02).values());
    List<Direction> wide = List.copyOf(near("b", middle, 20, 0.8).values());
    List<Direction> widest = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      widest.addAll(near("c", middle(), 1, 0.1).values());
    }

    assertThat(Prototype.of(narrow).least()).isEqualTo(Prototype.MOST_OF_ALL);
    assertThat(Prototype.of(wide).least())
        .isBetween(Prototype.LEAST_OF_ALL, Prototype.MOST_OF_ALL)
        .isLessThan(Prototype.MOST_OF_ALL);
    assertThat(Prototype.of(widest).least()).isEqualTo(Prototype.LEAST_OF_ALL);
    assertThat(Prototype.of(narrow).centre().cosine(Direction.of(middle)))
        .isEqualTo(1, within(0.01));
    assertThat(Prototype.of(narrow.subList(0, 1)).least()).isEqualTo(Prototype.MOST_OF_ALL);
  }
}
