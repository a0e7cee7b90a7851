package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FamiliarityTest {
  /** Two classes about (0, 0) and (10, 0), variance 4 along x and 1 along y, uncorrelated. */
  @Test
  void novelty_isTheSquaredDistanceToTheNearestMean_inStandardDeviationsAndOverTheLength() {
    Random random = new Random(2);
    float[][] embeddings = new float[20_000][];
    int[] labels = new int[embeddings.length];
    for (int i = 0; i < embeddings.length; i++) {
      labels[i] = i % 3 == 0 ? 4 : 1;
      double x = (labels[i] == 4 ? 10 : 0) + 2 * random.nextGaussian();
      embeddings[i] = new float[] {(float) x, (float) random.nextGaussian()};
    }
    Familiarity familiarity = Familiarity.of(embeddings, labels, 9);
    assertThat(familiarity.means()).hasDimensions(2, 2);
    assertThat(familiarity.novelty(new float[] {0, 3})).isCloseTo(4.5, within(0.2));
    assertThat(familiarity.novelty(new float[] {10, 3})).isCloseTo(4.5, within(0.2));
    assertThat(familiarity.novelty(new float[] {4, 0})).isCloseTo(2, within(0.15));
    assertThat(familiarity.novelty(new float[] {10, 0})).isCloseTo(0, within(0.05));
  }

  @Test
  void of_embeddingsThatLieInFewerDimensions_staysFinite() {
    float[][] flat = {{1, 0}, {2, 0}, {3, 0}, {4, 0}};
    Familiarity familiarity = Familiarity.of(flat, new int[] {0, 0, 1, -1}, 9);
    assertThat(familiarity.novelty(new float[] {1, 5})).isFinite().isGreaterThan(100);
  }
}
