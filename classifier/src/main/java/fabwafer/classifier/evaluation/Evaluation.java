package fabwafer.classifier.evaluation;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What an evaluation found. A model says one label; on a data set whose wafers may have several
 * patterns that is a set of one, so a wafer with two can never be wholly right.
 *
 * @param protocol how it was made
 * @param labelling how many patterns a wafer of the data set may have
 * @param wafers wafers evaluated
 * @param groups groups the bootstrap drew from
 * @param classes labels that the model can say or the wafers have: the confusion matrix' columns
 * @param truths ground truths: its rows
 * @param confusion wafers by ground truth and prediction, not weighted, shape [truths, classes]
 * @param weighted figures with none weighed as the protocol says
 * @param plain figures with each wafer counting 1
 * @param confusedPairs most frequent mistakes first, at most {@link #MAX_PAIRS}
 * @param worstMistakes wrong predictions, the most confident first, at most {@link #MAX_MISTAKES}
 * @param saidOneOfThem share of wafers whose prediction is one of their patterns; equal to the
 *     plain accuracy where each wafer has one
 */
public record Evaluation(
    Protocol protocol,
    Labelling labelling,
    int wafers,
    int groups,
    List<String> classes,
    List<String> truths,
    List<List<Integer>> confusion,
    Figures weighted,
    Figures plain,
    List<ConfusedPair> confusedPairs,
    List<Outcome> worstMistakes,
    double saidOneOfThem) {
  /** Most confused pairs of a report. */
  public static final int MAX_PAIRS = 10;

  /** Most pictures of mistakes in a report. */
  public static final int MAX_MISTAKES = 24;

  private static final double[] COVERAGES = {1, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5};

  /**
   * Figures at one weight of none.
   *
   * @param intervals figure's name → 95 % interval, the names of {@link Metrics#values()}
   * @param selective falling coverage
   * @param reliability bins by rising confidence
   */
  public record Figures(
      Metrics metrics,
      Map<String, Interval> intervals,
      List<SelectivePoint> selective,
      List<ReliabilityBin> reliability) {}

  /**
   * A mistake that the model makes again and again.
   *
   * @param wafers how many have this ground truth and this prediction
   * @param ofTruth how many have this ground truth
   */
  public record ConfusedPair(String truth, String predicted, int wafers, int ofTruth) {}

  /**
   * The evaluation of outcomes.
   *
   * @param modelClasses labels the model can say, in its order; holds every predicted label
   * @param outcomes at least one
   */
  static Evaluation of(
      List<String> modelClasses, List<Outcome> outcomes, Labelling labelling, Protocol protocol) {
    Classes classes = Classes.of(modelClasses, outcomes);
    Tally tally = new Tally(classes);
    outcomes.forEach(tally::add);
    Bootstrap bootstrap = Bootstrap.of(classes, outcomes);
    List<Outcome> byConfidence =
        outcomes.stream()
            .sorted(Comparator.comparingDouble(Outcome::probability).reversed())
            .toList();
    Figures plain = figures(tally, bootstrap, byConfidence, protocol, 1);
    long saidOne =
        outcomes.stream()
            .filter(
                outcome ->
                    outcome.wafer().patterns().stream()
                        .map(DefectPattern::label)
                        .anyMatch(outcome.predicted()::equals))
            .count();
    return new Evaluation(
        protocol,
        labelling,
        outcomes.size(),
        bootstrap.groups(),
        classes.columns(),
        names(classes),
        confusion(classes, tally),
        protocol.weighted()
            ? figures(tally, bootstrap, byConfidence, protocol, protocol.noneWeight())
            : plain,
        plain,
        pairs(classes, tally),
        byConfidence.stream().filter(outcome -> !outcome.correct()).limit(MAX_MISTAKES).toList(),
        (double) saidOne / outcomes.size());
  }

  private static Figures figures(
      Tally tally,
      Bootstrap bootstrap,
      List<Outcome> byConfidence,
      Protocol protocol,
      double noneWeight) {
    List<ReliabilityBin> reliability = new ArrayList<>();
    for (int bin = 0; bin < Tally.BINS; bin++) {
      reliability.add(tally.reliability(bin, noneWeight));
    }
    return new Figures(
        tally.metrics(noneWeight),
        bootstrap.intervals(protocol.resamples(), protocol.seed(), noneWeight),
        selective(byConfidence, noneWeight),
        List.copyOf(reliability));
  }

  /**
   * For each coverage asked for, the largest threshold that covers so much. Wafers of equal
   * confidence are taken together, so the coverage can be larger; points that fall together are
   * given once.
   */
  static List<SelectivePoint> selective(List<Outcome> byConfidence, double noneWeight) {
    double all = 0;
    for (Outcome outcome : byConfidence) {
      all += weight(outcome, noneWeight);
    }
    List<SelectivePoint> points = new ArrayList<>();
    for (double coverage : COVERAGES) {
      double covered = 0;
      double wrong = 0;
      double threshold = 1;
      for (Outcome outcome : byConfidence) {
        if (covered >= coverage * all * (1 - 1e-12) && outcome.probability() < threshold) {
          break;
        }
        threshold = outcome.probability();
        covered += weight(outcome, noneWeight);
        wrong += outcome.correct() ? 0 : weight(outcome, noneWeight);
      }
      SelectivePoint point = new SelectivePoint(covered / all, wrong / covered, threshold);
      if (points.isEmpty() || !points.getLast().equals(point)) {
        points.add(point);
      }
    }
    return List.copyOf(points);
  }

  private static double weight(Outcome outcome, double noneWeight) {
    return outcome.truthIsNone() ? noneWeight : 1;
  }

  private static List<String> names(Classes classes) {
    List<String> names = new ArrayList<>();
    for (int row = 0; row < classes.rows(); row++) {
      names.add(classes.rowName(row));
    }
    return List.copyOf(names);
  }

  private static List<List<Integer>> confusion(Classes classes, Tally tally) {
    List<List<Integer>> matrix = new ArrayList<>();
    for (int row = 0; row < classes.rows(); row++) {
      List<Integer> counts = new ArrayList<>();
      for (int column = 0; column < classes.columns().size(); column++) {
        counts.add((int) Math.round(tally.count(row, column)));
      }
      matrix.add(List.copyOf(counts));
    }
    return List.copyOf(matrix);
  }

  private static List<ConfusedPair> pairs(Classes classes, Tally tally) {
    List<ConfusedPair> pairs = new ArrayList<>();
    List<List<Integer>> matrix = confusion(classes, tally);
    for (int row = 0; row < matrix.size(); row++) {
      int ofTruth = matrix.get(row).stream().mapToInt(Integer::intValue).sum();
      for (int column = 0; column < classes.columns().size(); column++) {
        String label = classes.columns().get(column);
        int wafers = matrix.get(row).get(column);
        if (wafers > 0 && !classes.rowIs(row, label)) {
          pairs.add(new ConfusedPair(classes.rowName(row), label, wafers, ofTruth));
        }
      }
    }
    pairs.sort(Comparator.comparingInt(ConfusedPair::wafers).reversed());
    return List.copyOf(pairs.subList(0, Math.min(MAX_PAIRS, pairs.size())));
  }
}
