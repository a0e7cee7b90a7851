package fabwafer.training.quantisation;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How a quantised model agrees with the float model it was made from, over wafers in all eight
 * turns. A turned wafer is another wafer to a network, so rounding decides it anew: eight turns
 * tell a loss from the luck of a few wafers on a border.
 *
 * @param wafers wafers that were classified, each in eight turns
 * @param equalLabels share of equal labels
 * @param meanDifference mean over the wafers of the largest difference of a class's probability
 * @param largestDifference the largest of these differences
 * @param plain macro-F1 of both, each wafer counting 1
 * @param weighted macro-F1 of both, a wafer labelled none counting the none weight
 */
public record Agreement(
    int wafers,
    double equalLabels,
    double meanDifference,
    double largestDifference,
    Loss plain,
    Loss weighted) {
  private static final int CHUNK = Classifier.MAX_BATCH;

  /**
   * Macro-F1 of both models, the mean over eight turns; over the wafers with one pattern and the
   * classes they have.
   *
   * @param ofFloat the float model's
   * @param ofQuantised the quantised model's
   * @param error standard error of their difference, from its spread over the turns
   */
  public record Loss(double ofFloat, double ofQuantised, double error) {
    /** Macro-F1 that the quantised model loses; below 0 where it wins. */
    public double lost() {
      return ofFloat - ofQuantised;
    }

    private static Loss of(List<double[]> pairs) {
      double first = pairs.stream().mapToDouble(pair -> pair[0]).average().orElseThrow();
      double second = pairs.stream().mapToDouble(pair -> pair[1]).average().orElseThrow();
      double squares = 0;
      for (double[] pair : pairs) {
        double off = pair[0] - pair[1] - (first - second);
        squares += off * off;
      }
      int count = pairs.size();
      return new Loss(first, second, Math.sqrt(squares / (count * (count - 1.0))));
    }
  }

  /**
   * Classifies wafers with both models.
   *
   * @param noneWeight what a wafer labelled none counts
   */
  static Agreement of(
      Classifier floatModel, Classifier quantised, List<LabelledWafer> wafers, double noneWeight) {
    List<double[]> plain = new ArrayList<>();
    List<double[]> weighted = new ArrayList<>();
    long equal = 0;
    double sum = 0;
    double most = 0;
    for (Turn turn : Turn.values()) {
      Confusion ofFloat = new Confusion();
      Confusion ofQuantised = new Confusion();
      for (int from = 0; from < wafers.size(); from += CHUNK) {
        List<LabelledWafer> chunk = wafers.subList(from, Math.min(from + CHUNK, wafers.size()));
        List<WaferMap> turned = chunk.stream().map(wafer -> wafer.wafer().turned(turn)).toList();
        List<Prediction> expected = floatModel.classify(turned);
        List<Prediction> found = quantised.classify(turned);
        for (int i = 0; i < chunk.size(); i++) {
          double difference = difference(expected.get(i), found.get(i));
          sum += difference;
          // Math.max keeps a NaN, so a model that answers nonsense shows.
          most = Math.max(most, difference);
          equal += expected.get(i).label().equals(found.get(i).label()) ? 1 : 0;
          ofFloat.add(chunk.get(i), expected.get(i).label());
          ofQuantised.add(chunk.get(i), found.get(i).label());
        }
      }
      plain.add(new double[] {ofFloat.macroF1(1), ofQuantised.macroF1(1)});
      weighted.add(new double[] {ofFloat.macroF1(noneWeight), ofQuantised.macroF1(noneWeight)});
    }
    double runs = (double) wafers.size() * Turn.values().length;
    return new Agreement(
        wafers.size(), equal / runs, sum / runs, most, Loss.of(plain), Loss.of(weighted));
  }

  private static double difference(Prediction one, Prediction other) {
    double most = 0;
    for (Map.Entry<String, Double> entry : one.probabilities().entrySet()) {
      double difference =
          Math.abs(
              entry.getValue() - other.probabilities().getOrDefault(entry.getKey(), Double.NaN));
      most = Math.max(most, difference);
    }
    return most;
  }

  /** Wafers by truth and prediction, those of truth none apart, so that their weight comes last. */
  private static final class Confusion {
    private final Map<String, long[]> byLabel = new HashMap<>();

    private static final int RIGHT = 0;
    private static final int MISSED = 1;
    private static final int WRONGLY_SAID = 2;
    private static final int WRONGLY_SAID_OF_NONE = 3;
    private static final int COUNTS = 4;

    void add(LabelledWafer wafer, String said) {
      if (wafer.patterns().size() > 1) {
        return;
      }
      String truth = wafer.label().label();
      if (truth.equals(said)) {
        counts(truth)[RIGHT]++;
      } else {
        counts(truth)[MISSED]++;
        counts(said)[isNone(truth) ? WRONGLY_SAID_OF_NONE : WRONGLY_SAID]++;
      }
    }

    /** Mean F1 of the classes that have wafers; 1 where no wafer has one pattern. */
    double macroF1(double noneWeight) {
      return byLabel.entrySet().stream()
          .filter(entry -> entry.getValue()[RIGHT] + entry.getValue()[MISSED] > 0)
          .mapToDouble(
              entry -> f1(entry.getValue(), isNone(entry.getKey()) ? noneWeight : 1, noneWeight))
          .average()
          .orElse(1);
    }

    private static double f1(long[] counts, double ownWeight, double noneWeight) {
      double right = ownWeight * counts[RIGHT];
      double wrong =
          ownWeight * counts[MISSED]
              + counts[WRONGLY_SAID]
              + noneWeight * counts[WRONGLY_SAID_OF_NONE];
      return 2 * right / (2 * right + wrong);
    }

    private long[] counts(String label) {
      return byLabel.computeIfAbsent(label, any -> new long[COUNTS]);
    }

    private static boolean isNone(String label) {
      return label.equals(DefectPattern.NONE.label());
    }
  }
}
