package fabwafer.classifier.evaluation;

import java.util.Set;

/**
 * One outcome in the form that counts on its data set.
 *
 * @param truth labels of the ground truth
 * @param said labels of the answer
 * @param confidence the model's probability that the answer is wholly right
 */
record Answer(Outcome outcome, Set<String> truth, Set<String> said, double confidence) {

  /** Whether the answer is wholly right. */
  boolean right() {
    return truth.equals(said);
  }

  /** Whether the patterns it says, where it has a head for them, are exactly the wafer's. */
  boolean exact() {
    return truth.equals(outcome.saidPatterns());
  }

  double weight(double noneWeight) {
    return outcome.truthIsNone() ? noneWeight : 1;
  }

  int group() {
    return outcome.wafer().group();
  }
}
