package fabwafer.training.quantisation;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Judge;
import fabwafer.classifier.Prediction;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Turn;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a quantised model agrees with the float model it was made from, over wafers in all eight
 * turns, each for itself whatever the card says of views. A turned wafer is another wafer to a
 * network, so rounding decides it anew: eight turns tell a loss from the luck of a few wafers on a
 * border. The mean over all turns, which a card may ask for, is the same eight times.
 *
 * @param wafers wafers that were classified, each in eight turns
 * @param equalLabels share of equal labels
 * @param meanDifference mean over the wafers of the largest difference of a class's probability
 * @param largestDifference the largest of these differences
 * @param plain macro-F1 of both, each wafer counting 1
 * @param weighted macro-F1 of both, a wafer labelled none counting the none weight
 * @param others what else the models say, where both do: the share of equal pattern sets, conformal
 *     sets and decisions, and the mean difference of the novelty
 */
public record Agreement(
    int wafers,
    double equalLabels,
    double meanDifference,
    double largestDifference,
    Loss plain,
    Loss weighted,
    Map<String, Double> others) {
  private static final String EQUAL = "equal";
  private static final String DIFFERENCE = "difference";
  private static final int CHUNK = Classifier.MAX_BATCH;

  public Agreement {
    others = Collections.unmodifiableMap(new LinkedHashMap<>(others));
  }

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
    Means others = new Means();
    Means own = new Means();
    double most = 0;
    for (Turn turn : Turn.values()) {
      Confusion ofFloat = new Confusion();
      Confusion ofQuantised = new Confusion();
      for (int from = 0; from < wafers.size(); from += CHUNK) {
        List<LabelledWafer> chunk = wafers.subList(from, Math.min(from + CHUNK, wafers.size()));
        List<WaferMap> turned = chunk.stream().map(wafer -> wafer.wafer().turned(turn)).toList();
        List<Prediction> expected = inOneView(floatModel, turned);
        List<Prediction> found = inOneView(quantised, turned);
        for (int i = 0; i < chunk.size(); i++) {
          double difference = difference(expected.get(i), found.get(i));
          own.add(DIFFERENCE, difference);
          // Math.max keeps a NaN, so a model that answers nonsense shows.
          most = Math.max(most, difference);
          own.addEqual(EQUAL, expected.get(i).label(), found.get(i).label());
          addOthers(others, expected.get(i), found.get(i));
          ofFloat.add(chunk.get(i), expected.get(i).label());
          ofQuantised.add(chunk.get(i), found.get(i).label());
        }
      }
      plain.add(new double[] {ofFloat.macroF1(1), ofQuantised.macroF1(1)});
      weighted.add(new double[] {ofFloat.macroF1(noneWeight), ofQuantised.macroF1(noneWeight)});
    }
    return new Agreement(
        wafers.size(),
        own.of(EQUAL),
        own.of(DIFFERENCE),
        most,
        Loss.of(plain),
        Loss.of(weighted),
        others.all());
  }

  private static List<Prediction> inOneView(Classifier model, List<WaferMap> wafers) {
    Judge judge = Judge.of(model.card());
    return model.outputs(wafers, 1).stream().map(output -> judge.prediction(output, 1)).toList();
  }

  private static void addOthers(Means others, Prediction expected, Prediction found) {
    if (expected.patterns().isPresent() && found.patterns().isPresent()) {
      others.addEqual(
          "patternSetsAsParent",
          expected.patterns().orElseThrow().said(),
          found.patterns().orElseThrow().said());
    }
    if (expected.conformalSet().isPresent()) {
      others.addEqual("conformalSetsAsParent", expected.conformalSet(), found.conformalSet());
    }
    if (expected.decision().isPresent() && found.decision().isPresent()) {
      others.addEqual(
          "decisionsAsParent",
          expected.decision().orElseThrow().kind(),
          found.decision().orElseThrow().kind());
    }
    if (expected.novelty().isPresent() && found.novelty().isPresent()) {
      others.add(
          "noveltyDifference.mean",
          Math.abs(expected.novelty().orElseThrow() - found.novelty().orElseThrow()));
    }
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

  /** Means of numbers by name. */
  private static final class Means {
    private final Map<String, double[]> sums = new LinkedHashMap<>();

    void add(String name, double value) {
      double[] sum = sums.computeIfAbsent(name, any -> new double[2]);
      sum[0] += value;
      sum[1]++;
    }

    void addEqual(String name, Object one, Object other) {
      add(name, one.equals(other) ? 1 : 0);
    }

    double of(String name) {
      return all().getOrDefault(name, Double.NaN);
    }

    Map<String, Double> all() {
      Map<String, Double> means = new LinkedHashMap<>();
      sums.forEach((name, sum) -> means.put(name, sum[0] / sum[1]));
      return means;
    }
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
