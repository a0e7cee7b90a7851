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
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Fits the sigmoids of the patterns: one temperature and an offset for each pattern by the least
 * weighed binary negative log-likelihood, and a threshold for each pattern that makes its weighed
 * F1 largest, averaged over bootstrap samples of groups as in {@link ThresholdFit}. A pattern's
 * threshold stays 0.5 where the cross-fitted one does not make its F1 better; calibration and
 * threshold are both fitted anew for each part of the cross-fit.
 */
final class PatternFit {
  private static final int SAMPLES = 20;
  private static final int MAX_STEPS = 50;
  private static final int MAX_HALVINGS = 30;
  private static final double ENOUGH = 1e-10;

  /** Holds the offsets to 0, as so many wafers would. */
  private static final double RIDGE = 1;

  /** Largest log odds of a threshold either way: 0.05 to 0.95. */
  private static final double MOST = Math.log(19);

  private static final double LEAST_SLOPE = 0.01;
  private static final double MOST_SLOPE = 100;
  private static final double MOST_BIAS = 100;

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
    int wafers = weights.length;
    double[] whole = calibration(CardFit.ones(groupCount));
    double[][] crossedOdds = new double[wafers][];
    double[][] crossedThresholds = new double[wafers][];
    for (int fold = 0; fold < GroupFolds.FOLDS; fold++) {
      double[] outside = folds.outside(fold);
      double[][] odds = odds(calibration(outside));
      double[] thresholds = bagged(odds, outside);
      for (int i = 0; i < wafers; i++) {
        if (folds.foldOf(groups[i]) == fold) {
          crossedOdds[i] = odds[i];
          crossedThresholds[i] = thresholds;
        }
      }
    }
    double[] fitted = bagged(odds(whole), CardFit.ones(groupCount));
    Map<String, Double> bias = new LinkedHashMap<>();
    Map<String, Double> thresholds = new LinkedHashMap<>();
    List<Fitted.PatternRow> rows = new ArrayList<>();
    boolean[] exactBefore = new boolean[wafers];
    boolean[] exactAfter = new boolean[wafers];
    Arrays.fill(exactBefore, true);
    Arrays.fill(exactAfter, true);
    for (int p = 0; p < labels.size(); p++) {
      int pattern = p;
      bias.put(labels.get(p), whole[1 + p]);
      IntPredicate today = i -> logits[i][pattern] >= 0;
      IntPredicate calibrated = i -> crossedOdds[i][pattern] >= 0;
      IntPredicate cut = i -> crossedOdds[i][pattern] >= crossedThresholds[i][pattern];
      double before = f1(p, calibrated);
      double after = f1(p, cut);
      boolean kept = after > before;
      double threshold = kept ? 1 / (1 + Math.exp(-fitted[p])) : Patterns.DEFAULT_THRESHOLD;
      if (kept) {
        thresholds.put(labels.get(p), threshold);
      }
      int having = 0;
      for (int i = 0; i < wafers; i++) {
        having += truth[i][p] ? 1 : 0;
        exactBefore[i] &= today.test(i) == truth[i][p];
        exactAfter[i] &= (kept ? cut : calibrated).test(i) == truth[i][p];
      }
      rows.add(
          new Fitted.PatternRow(labels.get(p), having, threshold, f1(p, today), before, after));
    }
    return new Result(
        new Patterns(labels, 1 / whole[0], bias, thresholds, fittedOn),
        rows,
        new Fitted.ExactMatch(share(exactBefore), share(exactAfter)));
  }

  /** Log odds of every wafer and pattern by a slope and its patterns' offsets. */
  private double[][] odds(double[] calibration) {
    double[][] odds = new double[weights.length][labels.size()];
    for (int i = 0; i < odds.length; i++) {
      for (int p = 0; p < odds[i].length; p++) {
        odds[i][p] = calibration[0] * logits[i][p] + calibration[1 + p];
      }
    }
    return odds;
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

  /**
   * Slope and offsets of the least loss, by Newton's method. The offsets do not touch each other,
   * so the system to solve has an arrow's shape.
   *
   * @return shape [1 + patterns]
   */
  private double[] calibration(double[] groupFactors) {
    double[] at = new double[1 + labels.size()];
    at[0] = 1;
    double loss = loss(at, groupFactors);
    for (int step = 0; step < MAX_STEPS; step++) {
      double[] direction = direction(at, groupFactors);
      double length = 1;
      double[] next = moved(at, direction, length);
      double nextLoss = loss(next, groupFactors);
      for (int i = 0; i < MAX_HALVINGS && !(nextLoss <= loss); i++) {
        length /= 2;
        next = moved(at, direction, length);
        nextLoss = loss(next, groupFactors);
      }
      if (!(nextLoss < loss - ENOUGH * Math.abs(loss))) {
        break;
      }
      at = next;
      loss = nextLoss;
    }
    return at;
  }

  private static double[] moved(double[] at, double[] direction, double length) {
    double[] moved = new double[at.length];
    moved[0] = Math.clamp(at[0] - length * direction[0], LEAST_SLOPE, MOST_SLOPE);
    for (int i = 1; i < at.length; i++) {
      moved[i] = Math.clamp(at[i] - length * direction[i], -MOST_BIAS, MOST_BIAS);
    }
    return moved;
  }

  private double loss(double[] at, double[] groupFactors) {
    double loss = 0;
    for (int i = 0; i < weights.length; i++) {
      double weight = weights[i] * groupFactors[groups[i]];
      for (int p = 0; p < labels.size() && weight > 0; p++) {
        double odds = at[0] * logits[i][p] + at[1 + p];
        double right = truth[i][p] ? odds : -odds;
        // -log sigmoid(right), without overflow.
        loss += weight * (Math.max(-right, 0) + Math.log1p(Math.exp(-Math.abs(right))));
      }
    }
    for (int p = 1; p < at.length; p++) {
      loss += RIDGE / 2 * at[p] * at[p];
    }
    return loss;
  }

  private double[] direction(double[] at, double[] groupFactors) {
    double[] gradient = new double[at.length];
    double[] diagonal = new double[at.length];
    double[] withSlope = new double[at.length];
    for (int i = 0; i < weights.length; i++) {
      double weight = weights[i] * groupFactors[groups[i]];
      for (int p = 0; p < labels.size() && weight > 0; p++) {
        double logit = logits[i][p];
        double probability = 1 / (1 + Math.exp(-(at[0] * logit + at[1 + p])));
        double slope = weight * (probability - (truth[i][p] ? 1 : 0));
        double curve = weight * probability * (1 - probability);
        gradient[0] += slope * logit;
        diagonal[0] += curve * logit * logit;
        gradient[1 + p] += slope;
        diagonal[1 + p] += curve;
        withSlope[1 + p] += curve * logit;
      }
    }
    double top = gradient[0];
    double corner = diagonal[0] + ENOUGH;
    for (int p = 1; p < at.length; p++) {
      gradient[p] += RIDGE * at[p];
      diagonal[p] += RIDGE;
      top -= withSlope[p] * gradient[p] / diagonal[p];
      corner -= withSlope[p] * withSlope[p] / diagonal[p];
    }
    double[] direction = new double[at.length];
    direction[0] = top / Math.max(corner, ENOUGH);
    for (int p = 1; p < at.length; p++) {
      direction[p] = (gradient[p] - withSlope[p] * direction[0]) / diagonal[p];
    }
    return direction;
  }

  /** Weighed F1 of a pattern that is said of these wafers. */
  private double f1(int p, IntPredicate says) {
    double is = 0;
    double said = 0;
    double both = 0;
    for (int i = 0; i < weights.length; i++) {
      boolean here = says.test(i);
      is += truth[i][p] ? weights[i] : 0;
      said += here ? weights[i] : 0;
      both += here && truth[i][p] ? weights[i] : 0;
    }
    return is + said > 0 ? 2 * both / (is + said) : 0;
  }

  /** The mean over bootstrap samples of the best threshold of each pattern's log odds. */
  private double[] bagged(double[][] odds, double[] groupFactors) {
    double[] thresholds = new double[labels.size()];
    for (int p = 0; p < thresholds.length; p++) {
      int pattern = p;
      int[] order =
          IntStream.range(0, weights.length)
              .filter(i -> groupFactors[groups[i]] > 0)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -odds[i][pattern]))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int draw = 0; draw < SAMPLES; draw++) {
        thresholds[p] += best(p, odds, order, GroupFolds.draw(groupCount, draw)) / SAMPLES;
      }
    }
    return thresholds;
  }

  /**
   * The threshold of the largest F1: between two neighbours of the order.
   *
   * @param order wafers by descending log odds
   */
  private double best(int p, double[][] odds, int[] order, double[] times) {
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
      double here = odds[i][p];
      double next = k + 1 < order.length ? odds[order[k + 1]][p] : -MOST;
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
