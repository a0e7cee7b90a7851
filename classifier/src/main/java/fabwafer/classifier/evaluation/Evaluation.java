package fabwafer.classifier.evaluation;

import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an evaluation found.
 *
 * <p>Where each wafer has one label, the answer is the model's label. Where wafers may have several
 * patterns, it is the set that the model's pattern head says, or without one its one label, and
 * then a wafer with two patterns can never be wholly right.
 *
 * @param protocol how it was made
 * @param labelling how many patterns a wafer of the data set may have
 * @param classes labels the model can say, the order of the outcomes' probabilities
 * @param patternLabels labels of its pattern head, in its order; empty where it has none
 * @param wafers wafers evaluated
 * @param groups groups the bootstrap drew from
 * @param confusion wafers by ground truth and answer
 * @param weighted figures with none weighed as the protocol says
 * @param plain figures with each wafer counting 1
 * @param confusedPairs most frequent mistakes first, at most {@link #MAX_PAIRS}
 * @param worstMistakes wrong answers, the most confident first, at most {@link #MAX_MISTAKES}
 * @param saidOneOfThem share of wafers whose one label is one of their patterns; equal to the plain
 *     accuracy where each wafer has one
 * @param oneLabel the model's one label held against the wafers with at most one pattern; there
 *     where wafers may have several
 * @param breakdowns the figures of parts of the data; without those of a single part
 * @param certainty whether the model knows what it does not know
 * @param doubts labels that look wrong; empty where the model cannot tell
 */
public record Evaluation(
    Protocol protocol,
    Labelling labelling,
    List<String> classes,
    List<String> patternLabels,
    int wafers,
    int groups,
    Confusion confusion,
    Figures weighted,
    Figures plain,
    List<ConfusedPair> confusedPairs,
    List<Outcome> worstMistakes,
    double saidOneOfThem,
    Optional<OneLabel> oneLabel,
    List<Breakdown> breakdowns,
    Certainty certainty,
    Optional<LabelDoubts> doubts) {
  /** Most confused pairs of a report. */
  public static final int MAX_PAIRS = 10;

  /** Most pictures of mistakes in a report. */
  public static final int MAX_MISTAKES = 24;

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
   * @param wafers how many have this ground truth and this answer
   * @param ofTruth how many have this ground truth
   */
  public record ConfusedPair(String truth, String predicted, int wafers, int ofTruth) {}

  /**
   * The one label of a model on wafers that have one.
   *
   * @param wafers how many have at most one pattern
   */
  public record OneLabel(int wafers, double accuracy, double macroF1) {}

  /** Whether the model says sets of patterns. */
  public boolean patternHead() {
    return !patternLabels.isEmpty();
  }

  /**
   * The evaluation of what a model said.
   *
   * @param parts a wafer's name → its part of the data set, such as {@code official test}; may lack
   *     any
   */
  public static Evaluation of(Answers answers, Protocol protocol, Map<String, String> parts) {
    List<Answer> judged = answers.judged();
    boolean several = answers.labelling() == Labelling.MULTIPLE;
    Classes classes = Classes.of(answers.classes(), judged);
    Tally tally = new Tally(classes, several);
    double[] counts = tally.counts(judged);
    Bootstrap bootstrap = Bootstrap.of(tally.size(), judged, tally::add);
    Spread weighted = new Spread();
    Spread plain = new Spread();
    bootstrap.draw(
        protocol,
        sample -> {
          plain.add(tally.metrics(sample, 1).values());
          if (protocol.weighted()) {
            weighted.add(tally.metrics(sample, protocol.noneWeight()).values());
          }
        });
    List<Answer> byConfidence =
        judged.stream().sorted(Comparator.comparingDouble(Answer::confidence).reversed()).toList();
    Figures ofPlain = figures(tally, counts, plain, byConfidence, 1);
    Confusion confusion = Confusion.of(classes, tally, counts);
    return new Evaluation(
        protocol,
        answers.labelling(),
        answers.classes(),
        answers.patternLabels(),
        judged.size(),
        bootstrap.groups(),
        confusion,
        protocol.weighted()
            ? figures(tally, counts, weighted, byConfidence, protocol.noneWeight())
            : ofPlain,
        ofPlain,
        confusion.pairs(MAX_PAIRS),
        byConfidence.stream()
            .filter(answer -> !answer.right())
            .limit(MAX_MISTAKES)
            .map(Answer::outcome)
            .toList(),
        saidOneOfThem(judged),
        several ? Optional.of(oneLabel(answers, protocol)) : Optional.empty(),
        Breakdowns.of(judged, tally, protocol, parts),
        Certainty.of(answers, byConfidence, protocol),
        LabelDoubts.of(answers, protocol));
  }

  private static Figures figures(
      Tally tally, double[] counts, Spread spread, List<Answer> byConfidence, double noneWeight) {
    List<ReliabilityBin> reliability = new ArrayList<>();
    for (int bin = 0; bin < Tally.BINS; bin++) {
      reliability.add(tally.reliability(counts, bin, noneWeight));
    }
    return new Figures(
        tally.metrics(counts, noneWeight),
        spread.intervals(),
        SelectivePoint.of(byConfidence, noneWeight),
        List.copyOf(reliability));
  }

  private static double saidOneOfThem(List<Answer> answers) {
    long said =
        answers.stream()
            .filter(answer -> answer.truth().contains(answer.outcome().predicted()))
            .count();
    return (double) said / answers.size();
  }

  private static OneLabel oneLabel(Answers answers, Protocol protocol) {
    Answers single =
        new Answers(
            answers.modelId(),
            answers.classes(),
            answers.patternLabels(),
            answers.conformalCoverage(),
            Labelling.SINGLE,
            answers.outcomes().stream()
                .filter(outcome -> outcome.wafer().patterns().size() == 1)
                .toList());
    List<Answer> judged = single.judged();
    Tally tally = new Tally(Classes.of(single.classes(), judged), false);
    double[] figures = tally.accuracyAndMacroF1(tally.counts(judged), protocol.noneWeight());
    return new OneLabel(judged.size(), figures[0], figures[1]);
  }
}
