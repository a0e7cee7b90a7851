package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FamiliarityTest {
  private static final float[] SURE = {-20, 20};

  /** Wafers about two directions, at any length. */
  private static Familiarity twoDirections() {
    Random random = new Random(2);
    float[][] embeddings = new float[2_000][];
    for (int i = 0; i < embeddings.length; i++) {
      double angle = (i % 3 == 0 ? 0 : Math.PI / 2) + 0.02 * random.nextGaussian();
      double length = 1 + random.nextDouble();
      embeddings[i] =
          new float[] {(float) (length * Math.cos(angle)), (float) (length * Math.sin(angle))};
    }
    return Familiarity.of(embeddings);
  }

  @Test
  void novelty_isTheCosineDistanceToTheNearestPrototype_whateverTheLength() {
    Familiarity familiarity = twoDirections();
    assertThat(familiarity.prototypes()).hasDimensions(128, 2);
    assertThat(familiarity.novelty(new float[] {5, 0}, SURE)).isCloseTo(0, within(1e-3));
    assertThat(familiarity.novelty(new float[] {0, 0.2f}, SURE)).isCloseTo(0, within(1e-3));
    assertThat(familiarity.novelty(new float[] {1, 1}, SURE)).isBetween(0.2, 0.293);
    assertThat(familiarity.novelty(new float[] {-3, 0}, SURE)).isBetween(0.8, 1.1);
  }

  @Test
  void novelty_growsWithTheDoubtAboutThePatterns() {
    Familiarity familiarity = twoDirections();
    double sure = familiarity.novelty(new float[] {1, 0}, SURE);
    double unsure = familiarity.novelty(new float[] {1, 0}, new float[] {0, 20});
    assertThat(unsure - sure).isCloseTo(0.03 * Math.log(2), within(1e-6));
  }

  @Test
  void of_fewOrEmptyEmbeddings_staysFinite() {
    Familiarity familiarity = Familiarity.of(new float[][] {{0, 0}, {1, 0}});
    assertThat(familiarity.novelty(new float[] {0, 0}, SURE)).isFinite();
    assertThat(familiarity.novelty(new float[] {1, 0}, SURE)).isCloseTo(0, within(1e-3));
  }
}
