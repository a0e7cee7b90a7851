package fabwafer.classifier.calibration;

import fabwafer.classifier.Classifier.Views;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a model that was not trained on a wafer gave for it, and what a person said.
 *
 * @param views the graph's outputs in one view and averaged over all
 * @param before what the model's card makes of the one view today
 * @param label the class id of its ground truth; empty where it has several patterns
 * @param patterns labels of its defect patterns; empty where it has none
 * @param group wafers of one group may be of one lot and are never parted
 */
public record HeldOutWafer(
    Views views, Said before, OptionalInt label, Set<String> patterns, int group) {

  /**
   * An answer.
   *
   * @param label class id
   * @param confidence in [0, 1]
   */
  public record Said(int label, double confidence) {}

  public HeldOutWafer {
    patterns = Set.copyOf(patterns);
  }
}
