package fabwafer.training;

import fabwafer.training.EpochPlan.Sample;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a batch's outputs are held against. The loss is minus the sum of log-probabilities times
 * these numbers, which hold weights, label smoothing and the batch's size already.
 *
 * @param classes shape [size, classes]; zeros for a wafer that has several patterns or is composed:
 *     it has no one class
 * @param patterns shape [size, patterns, 2]: what "has it" and "has it not" count for
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package's numeric code
record Targets(float[] classes, float[] patterns) {
  private static final int CLASSES = DefectPattern.labels().size();
  private static final int PATTERNS = CLASSES - 1;

  /**
   * What a batch is held against.
   *
   * @param shown the patterns that can be seen on each sample, as it was drawn
   * @param soft what teachers say of the wafers; a composed sample has its label alone
   */
  static Targets of(
      List<Sample> samples,
      List<Set<DefectPattern>> shown,
      List<LabelledWafer> wafers,
      Optional<SoftLabels> soft,
      ClassBalance balance,
      TrainingOptions.Loss loss) {
    int size = samples.size();
    float[] classes = new float[size * CLASSES];
    float[] patterns = new float[size * PATTERNS * 2];
    for (int i = 0; i < size; i++) {
      Sample sample = samples.get(i);
      LabelledWafer wafer = wafers.get(sample.wafer());
      boolean one = sample.composition() == null && wafer.patterns().size() == 1;
      double weight = (one ? balance.weight(wafer.label().id()) : 1) / size;
      if (one) {
        smooth(classes, i * CLASSES, wafer.label().id(), weight, loss.labelSmoothing());
      }
      sets(
          patterns,
          i * PATTERNS * 2,
          shown.get(i),
          weight * loss.patternShare(),
          loss.labelSmoothing());
      if (one && soft.isPresent()) {
        SoftLabels said = soft.get();
        blend(classes, i * CLASSES, said.classes()[sample.wafer()], weight, loss.teacherShare());
        float[] has = said.patterns()[sample.wafer()];
        for (int p = 0; p < PATTERNS; p++) {
          blend(
              patterns,
              (i * PATTERNS + p) * 2,
              new float[] {has[p], 1 - has[p]},
              weight * loss.patternShare(),
              loss.teacherShare());
        }
      }
    }
    return new Targets(classes, patterns);
  }

  private static void smooth(
      float[] classes, int offset, int label, double weight, double smoothing) {
    for (int c = 0; c < CLASSES; c++) {
      double share = smoothing / CLASSES + (c == label ? 1 - smoothing : 0);
      classes[offset + c] = (float) (weight * share);
    }
  }

  /** Puts what the teachers say in the place of their share of the label. */
  private static void blend(
      float[] targets, int offset, float[] said, double weight, double share) {
    for (int k = 0; k < said.length; k++) {
      targets[offset + k] = (float) ((1 - share) * targets[offset + k] + share * weight * said[k]);
    }
  }

  private static void sets(
      float[] patterns, int offset, Set<DefectPattern> shown, double weight, double smoothing) {
    for (DefectPattern pattern : DefectPattern.values()) {
      if (pattern == DefectPattern.NONE) {
        continue;
      }
      double has = shown.contains(pattern) ? 1 - smoothing / 2 : smoothing / 2;
      patterns[offset + 2 * pattern.id()] = (float) (weight * has);
      patterns[offset + 2 * pattern.id() + 1] = (float) (weight * (1 - has));
    }
  }
}
