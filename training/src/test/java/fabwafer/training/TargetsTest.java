package fabwafer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fabwafer.training.EpochPlan.Sample;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.dataset.LabelledWafer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TargetsTest {
  private static final int CLASSES = DefectPattern.labels().size();
  private static final int PATTERNS = CLASSES - 1;
  private static final int CENTER = DefectPattern.CENTER.id();
  private static final LabelledWafer WAFER = TinyWafers.dataset(1).wafers().getFirst();
  private static final List<Sample> SAMPLES = List.of(new Sample(0, Turn.IDENTITY, null, 0));

  @Test
  void withoutTeachers_aLabelIsSmoothed() {
    float[] classes = targets(Optional.empty(), 0.7).classes();

    assertThat(sum(classes)).isCloseTo(1, within(1e-5f));
    assertThat(classes[CENTER]).isCloseTo(0.95f + 0.05f / CLASSES, within(1e-5f));
  }

  @Test
  void whatTeachersSay_takesItsShareOfTheLabel_andNoMore() {
    float[] said = new float[CLASSES];
    said[CENTER] = 0.25f;
    said[DefectPattern.NONE.id()] = 0.75f;
    float[] has = new float[PATTERNS];
    has[CENTER] = 0.25f;
    SoftLabels soft =
        new SoftLabels(List.of("0".repeat(64)), new float[][] {said}, new float[][] {has});
    Targets hard = targets(Optional.empty(), 0.7);
    Targets taught = targets(Optional.of(soft), 0.7);

    assertThat(sum(taught.classes())).isCloseTo(1, within(1e-5f));
    assertThat(taught.classes()[CENTER])
        .isCloseTo(0.3f * hard.classes()[CENTER] + 0.7f * 0.25f, within(1e-5f));
    assertThat(taught.patterns()[2 * CENTER])
        .isCloseTo(0.3f * hard.patterns()[2 * CENTER] + 0.7f * 0.5f * 0.25f, within(1e-5f));
    assertThat(sum(taught.patterns())).isCloseTo(sum(hard.patterns()), within(1e-5f));
    assertThat(targets(Optional.of(soft), 0).classes()).isEqualTo(hard.classes());
  }

  private static Targets targets(Optional<SoftLabels> soft, double teacherShare) {
    return Targets.of(
        SAMPLES,
        List.of(WAFER.patterns()),
        List.of(WAFER),
        soft,
        ClassBalance.of(ones(), ones(), 1),
        new TrainingOptions.Loss(0.05, 0.5, teacherShare));
  }

  private static int[] ones() {
    int[] counts = new int[CLASSES];
    Arrays.fill(counts, 1);
    return counts;
  }

  private static float sum(float[] values) {
    float sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum;
  }
}
