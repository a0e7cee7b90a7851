package fabwafer.classifier.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * What is left of the errors if the model may keep silent where it is not sure.
 *
 * @param coverage share of the wafers, by weight, that it speaks of
 * @param error share of wrong predictions among these, by weight
 * @param threshold least confidence at which it speaks
 */
public record SelectivePoint(double coverage, double error, double threshold) {
  private static final double[] COVERAGES = {1, 0.99, 0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5};

  // What sums of weights may lack of the share asked for.
  private static final double ROUNDING = 1e-12;

  /**
   * For each coverage asked for, the point of the largest threshold that covers so much; points
   * that fall together are given once.
   *
   * @param byConfidence the surest first
   */
  static List<SelectivePoint> of(List<Answer> byConfidence, double noneWeight) {
    List<SelectivePoint> all = all(byConfidence, noneWeight);
    List<SelectivePoint> points = new ArrayList<>();
    for (double coverage : COVERAGES) {
      all.stream()
          .filter(point -> point.coverage >= coverage * (1 - ROUNDING))
          .findFirst()
          .filter(point -> points.isEmpty() || !points.getLast().equals(point))
          .ifPresent(points::add);
    }
    return List.copyOf(points);
  }

  /**
   * A point for each confidence, by rising coverage. Wafers of equal confidence are taken together.
   */
  static List<SelectivePoint> all(List<Answer> byConfidence, double noneWeight) {
    double whole = byConfidence.stream().mapToDouble(answer -> answer.weight(noneWeight)).sum();
    List<SelectivePoint> points = new ArrayList<>();
    double covered = 0;
    double wrong = 0;
    for (int i = 0; i < byConfidence.size(); i++) {
      Answer answer = byConfidence.get(i);
      covered += answer.weight(noneWeight);
      wrong += answer.right() ? 0 : answer.weight(noneWeight);
      boolean last = i + 1 == byConfidence.size();
      if (last || byConfidence.get(i + 1).confidence() < answer.confidence()) {
        points.add(
            new SelectivePoint(last ? 1 : covered / whole, wrong / covered, answer.confidence()));
      }
    }
    return points;
  }
}
