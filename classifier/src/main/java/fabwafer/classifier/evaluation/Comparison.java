package fabwafer.classifier.evaluation;

import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Two models on the same wafers. Each bootstrap sample draws the same groups for both, so that what
 * makes a group hard for both falls out of the difference: a paired bootstrap, source: T.
 * Berg-Kirkpatrick, D. Burkett, D. Klein, "An Empirical Investigation of Statistical Significance
 * in NLP", EMNLP 2012.
 *
 * @param protocol how it was made; names the first model
 * @param against id of the second model
 * @param wafers wafers both were held against
 * @param groups groups the bootstrap drew from
 * @param deciding name of the figure that decides: {@code macroF1}, or {@code exactMatch} where
 *     wafers may have several patterns
 * @param differences figures that both models have, the deciding one among them
 * @param onlyFirstRight wafers that only the first model has wholly right
 * @param onlySecondRight wafers that only the second model has wholly right
 * @param bothWrong wafers that neither has
 */
public record Comparison(
    Protocol protocol,
    String against,
    int wafers,
    int groups,
    String deciding,
    List<Difference> differences,
    int onlyFirstRight,
    int onlySecondRight,
    int bothWrong) {
  private static final String RECALL_PREFIX = "perClass.";
  private static final String RECALL_SUFFIX = ".recall";

  /** What a comparison shows. */
  public enum Verdict {
    /** The deciding figure's interval lies above 0. */
    BETTER,
    /** It lies below 0. */
    WORSE,
    /** It holds 0: these wafers do not tell which model is better. */
    UNDECIDED
  }

  /**
   * One figure of both models, weighted as the protocol says.
   *
   * @param name a name of {@link Metrics#values()}
   * @param first the first model's
   * @param second the second model's
   * @param interval 95 % interval of first less second
   * @param shareHigher share of bootstrap samples in which the first model's is higher
   */
  public record Difference(
      String name, double first, double second, Interval interval, double shareHigher) {
    /** First less second. */
    public double value() {
      return first - second;
    }

    /** Whether the interval says that the first model's figure is higher. */
    public boolean higher() {
      return interval.low() > 0;
    }

    /** Whether the interval says that the first model's figure is lower. */
    public boolean lower() {
      return interval.high() < 0;
    }
  }

  public Comparison {
    differences = List.copyOf(differences);
  }

  /**
   * Compares what two models said of the same wafers.
   *
   * @throws IllegalArgumentException if they are not the same wafers in the same order
   */
  public static Comparison of(Answers first, Answers second, Protocol protocol) {
    requireSameWafers(first, second);
    List<Answer> ofFirst = first.judged();
    List<Answer> ofSecond = second.judged();
    boolean several = first.labelling() == Labelling.MULTIPLE;
    Tally tally = new Tally(Classes.of(first, ofFirst, second, ofSecond), several);
    List<Pair> pairs =
        IntStream.range(0, ofFirst.size())
            .mapToObj(i -> new Pair(ofFirst.get(i), ofSecond.get(i)))
            .toList();
    int size = tally.size();
    Bootstrap bootstrap =
        Bootstrap.<Pair>of(
            2 * size,
            pairs,
            pair -> pair.first.group(),
            (pair, counts) -> {
              tally.add(pair.first, counts, 0);
              tally.add(pair.second, counts, size);
            });
    Spread spread = new Spread();
    bootstrap.draw(
        protocol,
        sample -> {
          Map<String, Double> other =
              figures(tally, Arrays.copyOfRange(sample, size, 2 * size), protocol);
          figures(tally, Arrays.copyOf(sample, size), protocol)
              .forEach(
                  (name, value) ->
                      Optional.ofNullable(other.get(name))
                          .ifPresent(less -> spread.add(name, value - less)));
        });
    Map<String, Interval> intervals = spread.intervals();
    Map<String, Double> firstFigures = figures(tally, tally.counts(ofFirst), protocol);
    Map<String, Double> secondFigures = figures(tally, tally.counts(ofSecond), protocol);
    List<Difference> differences = new ArrayList<>();
    firstFigures.forEach(
        (name, value) -> {
          Double other = secondFigures.get(name);
          Interval interval = intervals.get(name);
          if (other != null && interval != null) {
            differences.add(
                new Difference(name, value, other, interval, spread.shareAboveZero(name)));
          }
        });
    return new Comparison(
        protocol,
        second.modelId(),
        pairs.size(),
        bootstrap.groups(),
        several ? "exactMatch" : "macroF1",
        differences,
        count(pairs, true, false),
        count(pairs, false, true),
        count(pairs, false, false));
  }

  private record Pair(Answer first, Answer second) {}

  private static Map<String, Double> figures(Tally tally, double[] counts, Protocol protocol) {
    return tally.metrics(counts, protocol.noneWeight()).values();
  }

  private static int count(List<Pair> pairs, boolean firstRight, boolean secondRight) {
    return (int)
        pairs.stream()
            .filter(pair -> pair.first.right() == firstRight)
            .filter(pair -> pair.second.right() == secondRight)
            .count();
  }

  private static void requireSameWafers(Answers first, Answers second) {
    if (first.labelling() != second.labelling()
        || first.outcomes().size() != second.outcomes().size()) {
      throw new IllegalArgumentException(
          "two models are compared on the same wafers, got %,d and %,d"
              .formatted(first.outcomes().size(), second.outcomes().size()));
    }
    for (int i = 0; i < first.outcomes().size(); i++) {
      LabelledWafer one = first.outcomes().get(i).wafer();
      LabelledWafer other = second.outcomes().get(i).wafer();
      if (!one.name().equals(other.name()) || !one.patterns().equals(other.patterns())) {
        throw new IllegalArgumentException(
            "two models are compared on the same wafers, but wafer %,d is %s and %s"
                .formatted(i, one.name(), other.name()));
      }
    }
  }

  /** Whether the first model is better. */
  public Verdict verdict() {
    Difference decided = decidedBy();
    if (decided.higher()) {
      return Verdict.BETTER;
    }
    return decided.lower() ? Verdict.WORSE : Verdict.UNDECIDED;
  }

  /** The deciding difference. */
  public Difference decidedBy() {
    return difference(deciding).orElseThrow();
  }

  /** The difference of one figure; empty where one model does not have it. */
  public Optional<Difference> difference(String name) {
    return differences.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  /** The recall of each class. */
  List<Difference> recalls() {
    return differences.stream()
        .filter(one -> one.name().startsWith(RECALL_PREFIX))
        .filter(one -> one.name().endsWith(RECALL_SUFFIX))
        .toList();
  }

  /** Recalls of classes whose interval says that the first model's is lower, worst first. */
  public List<Difference> lowerRecalls() {
    return recalls().stream()
        .filter(Difference::lower)
        .sorted((one, other) -> Double.compare(one.value(), other.value()))
        .toList();
  }

  /** The verdict in words, with the classes whose recall is lower. */
  public String sentence() {
    Difference decided = decidedBy();
    String figure = EvaluationText.HEADLINES.getOrDefault(deciding, deciding);
    String range = "95 %% interval of the difference %s".formatted(range(decided.interval()));
    String said =
        switch (verdict()) {
          case BETTER ->
              "The model is better: its %s is higher by %s (%s)."
                  .formatted(figure, amount(decided.value()), range);
          case WORSE ->
              "The model is worse: its %s is lower by %s (%s)."
                  .formatted(figure, amount(decided.value()), range);
          case UNDECIDED ->
              "These wafers do not show which model is better: %s differs by %s (%s)."
                  .formatted(figure, signed(decided.value()), range);
        };
    List<String> lower =
        lowerRecalls().stream()
            .map(one -> "%s by %s".formatted(labelOf(one), amount(one.value())))
            .toList();
    return lower.isEmpty()
        ? said
        : said + " Its recall is lower for " + String.join(", ", lower) + ".";
  }

  /** The label of a recall's name. */
  static String labelOf(Difference recall) {
    return recall
        .name()
        .substring(RECALL_PREFIX.length(), recall.name().length() - RECALL_SUFFIX.length());
  }

  private static String amount(double value) {
    return String.format(Locale.ROOT, "%.4f", Math.abs(value));
  }

  /** A difference with its sign, such as {@code +0.0012}. */
  static String signed(double value) {
    return String.format(Locale.ROOT, "%+.4f", value);
  }

  /** An interval of a difference, such as {@code -0.0010 to +0.0123}. */
  static String range(Interval interval) {
    return signed(interval.low()) + " to " + signed(interval.high());
  }
}
