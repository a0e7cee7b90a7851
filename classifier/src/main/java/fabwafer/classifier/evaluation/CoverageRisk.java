package fabwafer.classifier.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * The share of errors among the wafers a model speaks of, over how many it speaks of, the surest
 * first.
 *
 * @param curve at most {@link #MAX_POINTS} points by rising coverage, for a picture
 * @param area area under the whole curve: the mean error over all coverages, 0 is best
 * @param leastArea what a model with as many errors would have that is least sure of exactly these:
 *     e + (1 - e) ln(1 - e). Source: Y. Geifman, G. Uziel, R. El-Yaniv, "Bias-Reduced Uncertainty
 *     Estimation for Deep Neural Classifiers", ICLR 2019, arXiv 1805.08206
 */
public record CoverageRisk(List<SelectivePoint> curve, double area, double leastArea) {
  /** Points of the picture. */
  public static final int MAX_POINTS = 200;

  static CoverageRisk of(List<Answer> byConfidence, double noneWeight) {
    List<SelectivePoint> all = SelectivePoint.all(byConfidence, noneWeight);
    double area = 0;
    double before = 0;
    for (SelectivePoint point : all) {
      area += (point.coverage() - before) * point.error();
      before = point.coverage();
    }
    double error = all.getLast().error();
    double least = error == 1 ? 1 : error + (1 - error) * Math.log1p(-error);
    return new CoverageRisk(thinned(all), area, least);
  }

  /** Points of about evenly spread coverage, the last among them. */
  private static List<SelectivePoint> thinned(List<SelectivePoint> all) {
    List<SelectivePoint> thin = new ArrayList<>();
    for (SelectivePoint point : all) {
      double next = (double) (thin.size() + 1) / MAX_POINTS;
      if (point.coverage() >= next && thin.size() < MAX_POINTS - 1) {
        thin.add(point);
      }
    }
    if (thin.isEmpty() || !thin.getLast().equals(all.getLast())) {
      thin.add(all.getLast());
    }
    return List.copyOf(thin);
  }
}
