package fabwafer.classifier.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * The probability of one class, or of one pattern, against how often wafers have it. Weighted.
 *
 * @param label the class
 * @param said wafers whose answer holds it, not weighted
 * @param confidence mean of its probability where the answer holds it; 0 where it never does
 * @param precision how often that was right; 0 where it never is said
 * @param meanProbability mean of its probability over all wafers
 * @param share share of all wafers that have it
 * @param ece |mean probability - share| over {@value Tally#BINS} bins of its probability, over all
 *     wafers. Source: M. Kull et al., "Beyond temperature scaling", NeurIPS 2019, arXiv 1910.12656:
 *     classwise ECE
 */
public record ClassCalibration(
    String label,
    int said,
    double confidence,
    double precision,
    double meanProbability,
    double share,
    double ece) {

  static List<ClassCalibration> of(Answers model, List<Answer> answers, double noneWeight) {
    List<String> labels = model.sets() ? model.patternLabels() : model.classes();
    List<ClassCalibration> all = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      Sums sums = new Sums(labels.get(label));
      for (Answer answer : answers) {
        List<Double> probabilities =
            model.sets()
                ? answer.outcome().patterns().orElseThrow().probabilities()
                : answer.outcome().probabilities();
        if (!probabilities.isEmpty()) {
          sums.add(answer, probabilities.get(label), answer.weight(noneWeight));
        }
      }
      if (sums.all > 0) {
        all.add(sums.calibration());
      }
    }
    return all;
  }

  private static final class Sums {
    private final String label;
    private final double[] gaps = new double[Tally.BINS];
    private double all;
    private double probabilities;
    private double has;
    private int saidWafers;
    private double said;
    private double saidProbabilities;
    private double saidAndHas;

    Sums(String label) {
      this.label = label;
    }

    void add(Answer answer, double probability, double weight) {
      boolean present = answer.truth().contains(label);
      all += weight;
      probabilities += weight * probability;
      has += present ? weight : 0;
      gaps[Tally.binOf(probability)] += weight * (probability - (present ? 1 : 0));
      if (answer.said().contains(label)) {
        saidWafers++;
        said += weight;
        saidProbabilities += weight * probability;
        saidAndHas += present ? weight : 0;
      }
    }

    ClassCalibration calibration() {
      double gap = 0;
      for (double bin : gaps) {
        gap += Math.abs(bin);
      }
      return new ClassCalibration(
          label,
          saidWafers,
          Tally.ratio(saidProbabilities, said),
          Tally.ratio(saidAndHas, said),
          probabilities / all,
          has / all,
          gap / all);
    }
  }
}
