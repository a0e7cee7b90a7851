package fabwafer.classifier.evaluation;

import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a model's rule to accept an answer or to ask a person is worth. Shares are weighted.
 *
 * @param wafers wafers it decided on
 * @param coverage share of them it accepts
 * @param coverageInterval bootstrap by group
 * @param error share of wrong answers among the accepted; 0 where it accepts none
 * @param errorInterval bootstrap by group; absent where no sample accepted any
 * @param reviewError share of wrong answers among those that a person sees; 0 where there are none
 * @param errorsSeen share of all wrong answers that a person sees; 0 where there are none
 * @param reasons why a person is asked → how many wafers, the most frequent first, at most {@link
 *     #MAX_REASONS}
 */
public record DecisionCheck(
    int wafers,
    double coverage,
    Optional<Interval> coverageInterval,
    double error,
    Optional<Interval> errorInterval,
    double reviewError,
    double errorsSeen,
    Map<String, Integer> reasons) {
  public DecisionCheck {
    reasons = Collections.unmodifiableMap(new LinkedHashMap<>(reasons));
  }

  /** Most reasons told. */
  public static final int MAX_REASONS = 10;

  // Reasons may name a wafer's own numbers: these are cut off, or no two would be the same.
  private static final String NUMBERS = "[0-9]+([.,][0-9]+)*( ?%)?";

  private static final int ACCEPTED_RIGHT = 0;
  private static final int ACCEPTED_WRONG = 1;
  private static final int REVIEW_RIGHT = 2;
  private static final int REVIEW_WRONG = 3;
  private static final int VALUES = 4;

  /** Empty where the model does not decide. */
  static Optional<DecisionCheck> of(List<Answer> answers, Protocol protocol) {
    List<Answer> decided =
        answers.stream().filter(answer -> answer.outcome().decision().isPresent()).toList();
    if (decided.isEmpty()) {
      return Optional.empty();
    }
    double[] counts = new double[VALUES];
    decided.forEach(answer -> add(answer, protocol, counts));
    Spread spread = new Spread();
    Bootstrap.of(VALUES, decided, (answer, sums) -> add(answer, protocol, sums))
        .draw(
            protocol,
            sample -> {
              double accepted = sample[ACCEPTED_RIGHT] + sample[ACCEPTED_WRONG];
              spread.add("coverage", accepted / all(sample));
              if (accepted > 0) {
                spread.add("error", sample[ACCEPTED_WRONG] / accepted);
              }
            });
    Map<String, Interval> intervals = spread.intervals();
    double accepted = counts[ACCEPTED_RIGHT] + counts[ACCEPTED_WRONG];
    double review = counts[REVIEW_RIGHT] + counts[REVIEW_WRONG];
    return Optional.of(
        new DecisionCheck(
            decided.size(),
            accepted / all(counts),
            Optional.ofNullable(intervals.get("coverage")),
            Tally.ratio(counts[ACCEPTED_WRONG], accepted),
            Optional.ofNullable(intervals.get("error")),
            Tally.ratio(counts[REVIEW_WRONG], review),
            Tally.ratio(counts[REVIEW_WRONG], counts[REVIEW_WRONG] + counts[ACCEPTED_WRONG]),
            reasons(decided)));
  }

  private static void add(Answer answer, Protocol protocol, double[] counts) {
    boolean accepted = answer.outcome().accepted();
    int index =
        accepted
            ? (answer.right() ? ACCEPTED_RIGHT : ACCEPTED_WRONG)
            : (answer.right() ? REVIEW_RIGHT : REVIEW_WRONG);
    counts[index] += answer.weight(protocol.noneWeight());
  }

  private static double all(double[] counts) {
    return counts[ACCEPTED_RIGHT]
        + counts[ACCEPTED_WRONG]
        + counts[REVIEW_RIGHT]
        + counts[REVIEW_WRONG];
  }

  private static Map<String, Integer> reasons(List<Answer> decided) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (Answer answer : decided) {
      for (String reason : answer.outcome().decision().orElseThrow().reasons()) {
        counts.merge(reason.replaceAll(NUMBERS, "…"), 1, Integer::sum);
      }
    }
    Map<String, Integer> most = new LinkedHashMap<>();
    counts.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(MAX_REASONS)
        .forEach(entry -> most.put(entry.getKey(), entry.getValue()));
    return most;
  }
}
