package fabwafer.hub.review;

import fabwafer.hub.classification.ClassificationQuery.Cursor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What opinions tell of reviewers and of the model.
 *
 * @param reviewers by name
 * @param pairs of reviewers who judged the same wafers
 * @param precisions of the model by what it said, measured on the random share alone: what is given
 *     out because it teaches is what the model is worst at, and would make it look so
 * @param stages stage of the review → wafers
 */
record ReviewStatistics(
    List<Reviewer> reviewers,
    List<Pair> pairs,
    List<Precision> precisions,
    Map<String, Long> stages) {
  /** Opinions that are looked at, the last ones. */
  static final int MOST_OPINIONS = 50_000;

  /** A longer time between two opinions was spent elsewhere. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  /** Of the standard normal distribution, for intervals of 95 %. */
  private static final double Z = 1.959964;

  private static final double MILLIS_OF_HOUR = 3_600_000;

  /**
   * A reviewer.
   *
   * @param opinions given of wafers that were given out
   * @param wafersPerHour by the times between them, pauses left out; empty below two
   * @param known wafers with a settled label that the reviewer was measured by
   * @param knownRight of them said as settled
   */
  record Reviewer(
      String name, int opinions, OptionalDouble wafersPerHour, int known, int knownRight) {}

  /**
   * Two reviewers.
   *
   * @param wafers that both judged, neither as the third of a dispute
   * @param agreed of them with the same label
   * @param kappa Cohen's; empty where both always said one and the same label
   * @param blind whether of wafers that both judged without what the model says, or of the others
   */
  record Pair(
      String one, String other, int wafers, int agreed, OptionalDouble kappa, boolean blind) {}

  /**
   * How often the model was right where it said a label.
   *
   * @param model its id
   * @param prediction what it said
   * @param wafers of the random share that were reviewed
   * @param right of them with the label, alone or among others
   * @param low lower end of the 95 % interval
   * @param high upper end
   * @param blind whether of wafers judged without what the model says, or of the others
   */
  record Precision(
      String model,
      String prediction,
      int wafers,
      int right,
      double low,
      double high,
      boolean blind) {}

  ReviewStatistics {
    reviewers = List.copyOf(reviewers);
    pairs = List.copyOf(pairs);
    precisions = List.copyOf(precisions);
  }

  /**
   * The statistics.
   *
   * @param opinions oldest first
   * @param settled wafer → the label on which it is settled
   */
  static ReviewStatistics of(
      List<Opinion> opinions, Map<Cursor, String> settled, Map<String, Long> stages) {
    Map<String, List<Opinion>> byReviewer = new TreeMap<>();
    opinions.forEach(
        opinion ->
            byReviewer.computeIfAbsent(opinion.reviewer(), name -> new ArrayList<>()).add(opinion));
    Map<String, Map<Cursor, Opinion>> standing = new TreeMap<>();
    byReviewer.forEach((name, own) -> standing.put(name, standing(own)));
    List<Reviewer> reviewers = new ArrayList<>();
    byReviewer.forEach(
        (name, own) -> reviewers.add(reviewer(name, own, standing.get(name), settled)));
    return new ReviewStatistics(
        reviewers, pairs(standing), precisions(standing.values(), settled), stages);
  }

  /** A reviewer's opinions that count: the last of each wafer, if it was not taken back. */
  private static Map<Cursor, Opinion> standing(List<Opinion> own) {
    Map<Cursor, Opinion> standing = new LinkedHashMap<>();
    for (Opinion opinion : own) {
      standing.remove(opinion.wafer());
      if (opinion.label().isPresent()) {
        standing.put(opinion.wafer(), opinion);
      }
    }
    return standing;
  }

  private static Reviewer reviewer(
      String name,
      List<Opinion> own,
      @Nullable Map<Cursor, Opinion> standing,
      Map<Cursor, String> settled) {
    List<Opinion> counted = List.copyOf(standing == null ? List.of() : standing.values());
    List<Opinion> known =
        counted.stream()
            .filter(opinion -> opinion.kind() == ReviewKind.KNOWN)
            .filter(opinion -> settled.containsKey(opinion.wafer()))
            .toList();
    return new Reviewer(
        name,
        (int) counted.stream().filter(opinion -> opinion.kind() != ReviewKind.DIRECT).count(),
        wafersPerHour(own),
        known.size(),
        (int)
            known.stream()
                .filter(
                    opinion ->
                        opinion.label().equals(Optional.ofNullable(settled.get(opinion.wafer()))))
                .count());
  }

  /** Opinions a time that was spent on them: from one to the next, where that was no pause. */
  private static OptionalDouble wafersPerHour(List<Opinion> own) {
    int counted = 0;
    long millis = 0;
    Optional<Opinion> before = Optional.empty();
    for (Opinion opinion : own) {
      if (opinion.kind() != ReviewKind.DIRECT && opinion.label().isPresent()) {
        if (before.isPresent()) {
          long gap = opinion.atMillis() - before.get().atMillis();
          if (gap >= 0 && gap <= PAUSE.toMillis()) {
            counted++;
            millis += gap;
          }
        }
        before = Optional.of(opinion);
      }
    }
    return millis == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(counted * MILLIS_OF_HOUR / millis);
  }

  private static List<Pair> pairs(Map<String, Map<Cursor, Opinion>> standing) {
    List<Map.Entry<String, Map<Cursor, Opinion>>> all = List.copyOf(standing.entrySet());
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      for (int j = i + 1; j < all.size(); j++) {
        for (boolean blind : new boolean[] {false, true}) {
          pair(all.get(i), all.get(j), blind).ifPresent(pairs::add);
        }
      }
    }
    return pairs;
  }

  /** A third opinion is asked for only where two differ: it would make reviewers look worse. */
  private static boolean isIndependent(Opinion opinion) {
    return opinion.kind() != ReviewKind.DISPUTED && opinion.kind() != ReviewKind.KNOWN;
  }

  private static Optional<Pair> pair(
      Map.Entry<String, Map<Cursor, Opinion>> one,
      Map.Entry<String, Map<Cursor, Opinion>> two,
      boolean blind) {
    List<String> ones = new ArrayList<>();
    List<String> twos = new ArrayList<>();
    int agreed = 0;
    for (Opinion opinion : one.getValue().values()) {
      Opinion other = two.getValue().get(opinion.wafer());
      if (other != null
          && isIndependent(opinion)
          && isIndependent(other)
          && (opinion.blind() && other.blind()) == blind) {
        ones.add(opinion.label().orElseThrow());
        twos.add(other.label().orElseThrow());
        agreed += ones.getLast().equals(twos.getLast()) ? 1 : 0;
      }
    }
    return ones.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Pair(one.getKey(), two.getKey(), ones.size(), agreed, kappa(ones, twos), blind));
  }

  /**
   * Cohen's kappa, (po - pe) / (1 - pe) with po the share of agreement and pe that of two who say
   * their labels by chance as often as these do. J. Cohen, "A coefficient of agreement for nominal
   * scales", Educational and Psychological Measurement 20(1), 1960, doi 10.1177/001316446002000104.
   *
   * @param ones labels of one reviewer
   * @param twos labels of the other, of the same wafers in the same order
   * @return empty where there are none, or both always said the same one label
   */
  static OptionalDouble kappa(List<String> ones, List<String> twos) {
    double all = ones.size();
    Map<String, Double> first = new TreeMap<>();
    Map<String, Double> second = new TreeMap<>();
    double observed = 0;
    for (int i = 0; i < ones.size(); i++) {
      observed += ones.get(i).equals(twos.get(i)) ? 1 / all : 0;
      first.merge(ones.get(i), 1 / all, Double::sum);
      second.merge(twos.get(i), 1 / all, Double::sum);
    }
    double expected = 0;
    for (Map.Entry<String, Double> share : first.entrySet()) {
      expected += share.getValue() * second.getOrDefault(share.getKey(), 0.0);
    }
    double rest = 1 - expected;
    return ones.isEmpty() || rest < 1e-9
        ? OptionalDouble.empty()
        : OptionalDouble.of((observed - expected) / rest);
  }

  private static List<Precision> precisions(
      Iterable<Map<Cursor, Opinion>> standing, Map<Cursor, String> settled) {
    Map<Cursor, Opinion> sampled = new LinkedHashMap<>();
    standing.forEach(
        own ->
            own.values().stream()
                .filter(opinion -> opinion.kind() == ReviewKind.RANDOM)
                .forEach(opinion -> sampled.put(opinion.wafer(), opinion)));
    Map<List<String>, int[]> counts =
        new TreeMap<>((one, other) -> String.join("\n", one).compareTo(String.join("\n", other)));
    sampled.forEach(
        (wafer, opinion) -> {
          String label =
              Optional.ofNullable(settled.get(wafer)).orElse(opinion.label().orElseThrow());
          int[] count =
              counts.computeIfAbsent(
                  List.of(opinion.model(), opinion.prediction(), String.valueOf(opinion.blind())),
                  key -> new int[2]);
          count[0]++;
          count[1] += List.of(label.split("\\+", -1)).contains(opinion.prediction()) ? 1 : 0;
        });
    List<Precision> precisions = new ArrayList<>();
    counts.forEach(
        (key, count) -> {
          double[] interval = interval(count[1], count[0]);
          precisions.add(
              new Precision(
                  key.get(0),
                  key.get(1),
                  count[0],
                  count[1],
                  interval[0],
                  interval[1],
                  Boolean.parseBoolean(key.get(2))));
        });
    return precisions;
  }

  /**
   * The 95 % score interval of a share: E. B. Wilson, "Probable Inference, the Law of Succession,
   * and Statistical Inference", JASA 22, 1927, doi 10.1080/01621459.1927.10502953.
   *
   * @return lower and upper end, in [0, 1]
   */
  static double[] interval(int right, int all) {
    double share = (double) right / all;
    double z2 = Z * Z / all;
    double middle = (share + z2 / 2) / (1 + z2);
    double half = Z / (1 + z2) * Math.sqrt(share * (1 - share) / all + z2 / (4 * all));
    return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
  }
}
