package fabwafer.classifier.evaluation;

import java.util.List;
import java.util.Optional;

/**
 * How well novelty gives away wafers with a pattern that the model was not trained on.
 *
 * @param label the pattern
 * @param wafers wafers that have it
 * @param others all other wafers
 * @param auroc the probability that one of the wafers is more novel than one of the others, ties
 *     counted half, in [0, 1]: the area under the receiver operating characteristic; not weighted
 * @param interval of it, bootstrap by group
 */
public record UnseenPattern(
    String label, int wafers, int others, double auroc, Optional<Interval> interval) {
  /** Novelty is a rank in [0, 1]: wafers that share one of so many bins are ties. */
  private static final int BINS = 4_000;

  /** Empty where the protocol names no pattern, or novelty or one of the two kinds is missing. */
  static Optional<UnseenPattern> of(List<Answer> answers, Protocol protocol) {
    if (protocol.unseen().isEmpty()) {
      return Optional.empty();
    }
    String label = protocol.unseen().get();
    List<Answer> ranked =
        answers.stream().filter(answer -> answer.outcome().novelty().isPresent()).toList();
    long wafers = ranked.stream().filter(answer -> answer.truth().contains(label)).count();
    if (wafers == 0 || wafers == ranked.size()) {
      return Optional.empty();
    }
    double[] counts = new double[2 * BINS];
    ranked.forEach(answer -> add(answer, label, counts));
    Spread spread = new Spread();
    Bootstrap.of(2 * BINS, ranked, (answer, sums) -> add(answer, label, sums))
        .draw(
            protocol,
            sample -> {
              double area = area(sample);
              if (!Double.isNaN(area)) {
                spread.add("auroc", area);
              }
            });
    return Optional.of(
        new UnseenPattern(
            label,
            (int) wafers,
            ranked.size() - (int) wafers,
            area(counts),
            Optional.ofNullable(spread.intervals().get("auroc"))));
  }

  private static void add(Answer answer, String label, double[] counts) {
    double novelty = answer.outcome().novelty().orElse(0);
    int bin = Math.clamp((long) (novelty * BINS), 0, BINS - 1);
    counts[(answer.truth().contains(label) ? BINS : 0) + bin]++;
  }

  /** NaN where a sample lacks one kind. */
  private static double area(double[] counts) {
    double below = 0;
    double won = 0;
    double wafers = 0;
    for (int bin = 0; bin < BINS; bin++) {
      won += counts[BINS + bin] * (below + counts[bin] / 2);
      below += counts[bin];
      wafers += counts[BINS + bin];
    }
    return won / (below * wafers);
  }
}
