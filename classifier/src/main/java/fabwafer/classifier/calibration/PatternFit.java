package fabwafer.classifier.calibration;

import fabwafer.classifier.Judgement.Patterns;
import fabwafer.wafer.DefectPattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Fits the sigmoids of the patterns: one temperature by the least weighed binary negative
 * log-likelihood, and a threshold for each pattern that makes its weighed F1 largest, averaged over
 * bootstrap samples of groups as in {@link ThresholdFit}. A pattern's threshold stays 0.5 where the
 * cross-fitted one does not make its F1 better.
 */
final class PatternFit {
  private static final int SAMPLES = 20;
  private static final int ROUNDS = 60;
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;
  private static final double LEAST_LOG_TEMPERATURE = Math.log(0.05);
  private static final double MOST_LOG_TEMPERATURE = Math.log(20);

  /** Largest log odds of a threshold either way: 0.05 to 0.95. */
  private static final double MOST = Math.log(19);

  private final List<String> labels;
  private final double[][] logits;
  private final boolean[][] truth;
  private final double[] weights;
  private final int[] groups;
  private final int groupCount;
  private final GroupFolds folds;

  /**
   * What was fitted.
   *
   * @param patterns the card's part
   */
  record Result(Patterns patterns, List<Fitted.PatternRow> rows, Fitted.ExactMatch exactMatch) {}

  /**
   * @param logits of the patterns, for each wafer as it is seen
   */
  PatternFit(List<String> labels, List<HeldOutWafer> wafers, double[][] logits, double noneWeight) {
    this.labels = labels;
    this.logits = logits;
    this.truth = new boolean[wafers.size()][labels.size()];
    this.weights = new double[wafers.size()];
    Map<Integer, Integer> known = new HashMap<>();
    this.groups =
        wafers.stream()
            .mapToInt(wafer -> known.computeIfAbsent(wafer.group(), _ -> known.size()))
            .toArray();
    this.groupCount = known.size();
    this.folds = new GroupFolds(groupCount);
    for (int i = 0; i < weights.length; i++) {
      Set<String> patterns = wafers.get(i).patterns();
      weights[i] =
          patterns.isEmpty() || patterns.equals(Set.of(DefectPattern.NONE.label()))
              ? noneWeight
              : 1;
      for (int p = 0; p < labels.size(); p++) {
        truth[i][p] = patterns.contains(labels.get(p));
      }
    }
  }

  Result fit(String fittedOn) {
    double temperature = temperature();
    int wafers = weights.length;
    double[] ones = new double[groupCount];
    Arrays.fill(ones, 1);
    Map<String, Double> thresholds = new LinkedHashMap<>();
    List<Fitted.PatternRow> rows = new ArrayList<>();
    boolean[] exactBefore = new boolean[wafers];
    boolean[] exactAfter = new boolean[wafers];
    Arrays.fill(exactBefore, true);
    Arrays.fill(exactAfter, true);
    for (int p = 0; p < labels.size(); p++) {
      double[] odds = new double[wafers];
      Arrays.fill(odds, 0);
      double[] crossed = new double[wafers];
      for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
        double threshold = bagged(p, folds.outside(fold));
        for (int i = 0; i < wafers; i++) {
          crossed[i] = folds.foldOf(groups[i]) == fold ? threshold : crossed[i];
        }
      }
      double before = f1(p, odds);
      double after = f1(p, crossed);
      boolean kept = after > before;
      double threshold = kept ? bagged(p, ones) : 0;
      double probability = 1 / (1 + Math.exp(-threshold / temperature));
      if (kept) {
        thresholds.put(labels.get(p), Math.clamp(probability, 1e-6, 1 - 1e-6));
      }
      int having = 0;
      for (int i = 0; i < wafers; i++) {
        having += truth[i][p] ? 1 : 0;
        exactBefore[i] &= logits[i][p] >= 0 == truth[i][p];
        exactAfter[i] &= logits[i][p] >= (kept ? crossed[i] : 0) == truth[i][p];
      }
      rows.add(new Fitted.PatternRow(labels.get(p), having, probability, before, after));
    }
    return new Result(
        new Patterns(labels, temperature, thresholds, fittedOn),
        rows,
        new Fitted.ExactMatch(share(exactBefore), share(exactAfter)));
  }

  private double share(boolean[] exact) {
    double all = 0;
    double met = 0;
    for (int i = 0; i < exact.length; i++) {
      all += weights[i];
      met += exact[i] ? weights[i] : 0;
    }
    return met / all;
  }

  /** Golden section over the log temperature; the loss has one minimum in 1 / temperature. */
  private double temperature() {
    double low = LEAST_LOG_TEMPERATURE;
    double high = MOST_LOG_TEMPERATURE;
    for (int i = 0; i < ROUNDS && high - low > 1e-4; i++) {
      double left = high - GOLDEN * (high - low);
      double right = low + GOLDEN * (high - low);
      if (loss(Math.exp(left)) < loss(Math.exp(right))) {
        high = right;
      } else {
        low = left;
      }
    }
    return Math.exp((low + high) / 2);
  }

  private double loss(double temperature) {
    double loss = 0;
    for (int i = 0; i < weights.length; i++) {
      for (int p = 0; p < labels.size(); p++) {
        double odds = (truth[i][p] ? logits[i][p] : -logits[i][p]) / temperature;
        // -log sigmoid(odds), without overflow.
        loss += weights[i] * (Math.max(-odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))));
      }
    }
    return loss;
  }

  /** Weighed F1 of a pattern that is said where its logit is at least the wafer's threshold. */
  private double f1(int p, double[] thresholds) {
    double is = 0;
    double said = 0;
    double both = 0;
    for (int i = 0; i < weights.length; i++) {
      boolean says = logits[i][p] >= thresholds[i];
      is += truth[i][p] ? weights[i] : 0;
      said += says ? weights[i] : 0;
      both += says && truth[i][p] ? weights[i] : 0;
    }
    return is + said > 0 ? 2 * both / (is + said) : 0;
  }

  /** The mean over bootstrap samples of the best threshold of a pattern's logit. */
  private double bagged(int p, double[] groupFactors) {
    int[] order =
        IntStream.range(0, weights.length)
            .filter(i -> groupFactors[groups[i]] > 0)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -logits[i][p]))
            .mapToInt(Integer::intValue)
            .toArray();
    double sum = 0;
    for (int draw = 0; draw < SAMPLES; draw++) {
      sum += best(p, order, GroupFolds.draw(groupCount, draw));
    }
    return sum / SAMPLES;
  }

  /**
   * The threshold of the largest F1: between two neighbours of the order.
   *
   * @param order wafers by descending logit
   */
  private double best(int p, int[] order, double[] times) {
    double is = 0;
    for (int i : order) {
      is += truth[i][p] ? weights[i] * times[groups[i]] : 0;
    }
    double said = 0;
    double both = 0;
    double most = 0;
    double best = 0;
    for (int k = 0; k < order.length; k++) {
      int i = order[k];
      double weight = weights[i] * times[groups[i]];
      said += weight;
      both += truth[i][p] ? weight : 0;
      double here = logits[i][p];
      double next = k + 1 < order.length ? logits[order[k + 1]][p] : -MOST;
      double f1 = is + said > 0 ? 2 * both / (is + said) : 0;
      double middle = (here + next) / 2;
      if (next < here && f1 > most && Math.abs(middle) <= MOST) {
        most = f1;
        best = middle;
      }
    }
    return best;
  }
}
