package fabwafer.classifier.evaluation;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;

/**
 * What a person and a model said of one wafer.
 *
 * @param wafer the wafer with its ground truth
 * @param predicted the model's label
 * @param probability the label's probability, in [0, 1]
 */
public record Outcome(LabelledWafer wafer, String predicted, double probability) {

  /**
   * Whether the ground truth is exactly the predicted label. A wafer with two patterns never is.
   */
  public boolean correct() {
    return wafer.patterns().size() == 1 && wafer.label().label().equals(predicted);
  }

  boolean truthIsNone() {
    return wafer.patterns().contains(DefectPattern.NONE);
  }
}
