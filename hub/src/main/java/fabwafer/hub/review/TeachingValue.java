package fabwafer.hub.review;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a label of a wafer would teach, and why: the larger of three, each in [0, 1], and a tenth of
 * the others, so that a wafer with several reasons comes first.
 *
 * <p>Uncertain: 1 - the margin between the two most probable classes (T. Scheffer, C. Decomain, S.
 * Wrobel, "Active Hidden Markov Models for Information Extraction", 2001). Novel: how far into the
 * upper {@value #NOVEL_FROM} of known wafers. Disagreeing: the share of neighbours that say
 * otherwise, or another camera that does (query by committee: H. S. Seung and others, COLT 1992).
 *
 * @param score in [0, 1.2]
 * @param reasons for people to read
 */
record TeachingValue(double score, List<String> reasons) {
  /** Below it a wafer is not given out for what it teaches. */
  static final double LEAST = 0.3;

  static final double NOVEL_FROM = 0.95;

  private static final int LEAST_NEIGHBOURS = 3;
  private static final double OTHERS = 0.1;
  private static final int PERCENT = 100;

  /**
   * The value.
   *
   * @param prediction what the model in the field said
   * @param probabilities label → probability; empty where it told none
   * @param novelty share of known wafers that are less novel
   * @param neighbours labels of the most similar past wafers
   * @param otherCameras camera → what it said of the same wafer
   */
  static TeachingValue of(
      String prediction,
      Map<String, Double> probabilities,
      OptionalDouble novelty,
      List<String> neighbours,
      Map<String, String> otherCameras) {
    List<String> reasons = new ArrayList<>();
    double uncertain = uncertain(probabilities, reasons);
    double novel = novel(novelty, reasons);
    double disagreeing = disagreeing(prediction, neighbours, otherCameras, reasons);
    double most = Math.max(uncertain, Math.max(novel, disagreeing));
    double score = most + OTHERS * (uncertain + novel + disagreeing - most);
    return new TeachingValue(score, List.copyOf(reasons));
  }

  private static double uncertain(Map<String, Double> probabilities, List<String> reasons) {
    List<Map.Entry<String, Double>> likely =
        probabilities.entrySet().stream()
            .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
            .limit(2)
            .toList();
    if (likely.size() < 2) {
      return 0;
    }
    double margin = likely.getFirst().getValue() - likely.getLast().getValue();
    double uncertain = Math.clamp(1 - margin, 0, 1);
    if (uncertain >= LEAST) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "uncertain: %s %.0f %%, %s %.0f %%",
              likely.getFirst().getKey(),
              PERCENT * likely.getFirst().getValue(),
              likely.getLast().getKey(),
              PERCENT * likely.getLast().getValue()));
    }
    return uncertain;
  }

  private static double novel(OptionalDouble novelty, List<String> reasons) {
    double novel = Math.clamp((novelty.orElse(0) - NOVEL_FROM) / (1 - NOVEL_FROM), 0, 1);
    if (novel >= LEAST) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "novel: unlike %.1f %% of known wafers",
              PERCENT * novelty.getAsDouble()));
    }
    return novel;
  }

  private static double disagreeing(
      String prediction,
      List<String> neighbours,
      Map<String, String> otherCameras,
      List<String> reasons) {
    double others = 0;
    List<String> saying = neighbours.stream().filter(label -> !label.equals(prediction)).toList();
    if (neighbours.size() >= LEAST_NEIGHBOURS) {
      others = (double) saying.size() / neighbours.size();
    }
    if (others >= LEAST) {
      reasons.add(
          "%d of %d similar wafers are otherwise: %s"
              .formatted(saying.size(), neighbours.size(), commonest(saying).orElse("")));
    }
    Optional<Map.Entry<String, String>> camera =
        otherCameras.entrySet().stream()
            .filter(each -> !each.getValue().equals(prediction))
            .min(Map.Entry.comparingByKey());
    camera.ifPresent(each -> reasons.add("%s says %s".formatted(each.getKey(), each.getValue())));
    return camera.isPresent() ? 1 : others;
  }

  private static Optional<String> commonest(List<String> labels) {
    return labels.stream()
        .distinct()
        .min(
            Comparator.comparingLong(
                    (String label) -> -labels.stream().filter(label::equals).count())
                .thenComparing(Comparator.naturalOrder()));
  }
}
