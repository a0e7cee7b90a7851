package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.LabelDoubts.OfLabel;
import fabwafer.classifier.evaluation.LabelDoubts.Suspect;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds labels to doubt; {@link LabelDoubts} says how and whence.
 *
 * <p>The threshold of a class is the mean of its probability over the wafers labelled so. A wafer
 * is counted for the most probable of the classes whose thresholds its probabilities reach, and not
 * at all where it reaches none. With several patterns a wafer each pattern is a question of its
 * own, with the classes "has it" and "has it not".
 */
final class ConfidentLearning {
  private static final int NOT_COUNTED = -1;

  private static final Comparator<Suspect> LARGEST_MARGIN =
      Comparator.comparingDouble(Suspect::margin)
          .reversed()
          .thenComparing(suspect -> suspect.outcome().wafer().name());

  private ConfidentLearning() {}

  static Optional<LabelDoubts> doubts(Answers answers, Protocol protocol) {
    if (answers.labelling() == Labelling.MULTIPLE) {
      return answers.sets() ? Optional.of(ofPatterns(answers, protocol)) : Optional.empty();
    }
    List<String> labels = answers.classes();
    List<Outcome> known =
        answers.outcomes().stream()
            .filter(outcome -> !outcome.probabilities().isEmpty())
            .filter(outcome -> labels.contains(outcome.wafer().label().label()))
            .toList();
    return known.isEmpty() ? Optional.empty() : Optional.of(ofLabels(labels, known, protocol));
  }

  /** One question with a class a label. */
  private static LabelDoubts ofLabels(
      List<String> labels, List<Outcome> outcomes, Protocol protocol) {
    Question question = new Question(labels.size());
    for (Outcome outcome : outcomes) {
      question.add(
          outcome,
          labels.indexOf(outcome.wafer().label().label()),
          outcome.probabilities().stream().mapToDouble(Double::doubleValue).toArray());
    }
    question.count();
    List<Suspect> suspects = new ArrayList<>();
    for (Item item : question.items) {
      if (item.doubted()) {
        suspects.add(
            new Suspect(
                item.outcome,
                labels.get(item.counted),
                item.probabilities[item.counted],
                item.margin()));
      }
    }
    suspects.sort(LARGEST_MARGIN);
    Map<String, Interval> intervals = intervals(List.of(question), protocol);
    List<OfLabel> estimates = new ArrayList<>();
    for (int label = 0; label < labels.size(); label++) {
      if (question.wafers[label] > 0) {
        estimates.add(question.estimate(labels.get(label), label, intervals.get(key(0, label))));
      }
    }
    return new LabelDoubts(suspects, estimates);
  }

  /** A question a pattern; a wafer's doubted patterns are gathered to one suspect. */
  private static LabelDoubts ofPatterns(Answers answers, Protocol protocol) {
    List<Outcome> outcomes = answers.outcomes();
    List<Set<Integer>> flips = new ArrayList<>();
    double[] margins = new double[outcomes.size()];
    double[] probabilities = new double[outcomes.size()];
    outcomes.forEach(_ -> flips.add(new TreeSet<>()));
    List<Question> questions = new ArrayList<>();
    for (int pattern = 0; pattern < answers.patternLabels().size(); pattern++) {
      String label = answers.patternLabels().get(pattern);
      Question question = new Question(2);
      for (Outcome outcome : outcomes) {
        double has = outcome.patterns().orElseThrow().probabilities().get(pattern);
        question.add(outcome, outcome.truth().contains(label) ? 1 : 0, new double[] {1 - has, has});
      }
      question.count();
      for (int i = 0; i < outcomes.size(); i++) {
        Item item = question.items.get(i);
        if (item.doubted()) {
          flips.get(i).add(pattern);
          if (item.margin() > margins[i]) {
            margins[i] = item.margin();
            probabilities[i] = item.probabilities[item.counted];
          }
        }
      }
      questions.add(question);
    }
    Map<String, Interval> intervals = intervals(questions, protocol);
    List<OfLabel> estimates = new ArrayList<>();
    for (int pattern = 0; pattern < questions.size(); pattern++) {
      Question question = questions.get(pattern);
      if (question.wafers[1] > 0) {
        estimates.add(
            question.estimate(
                answers.patternLabels().get(pattern), 1, intervals.get(key(pattern, 1))));
      }
    }
    List<Suspect> suspects =
        new ArrayList<>(
            IntStream.range(0, outcomes.size())
                .filter(i -> !flips.get(i).isEmpty())
                .mapToObj(
                    i ->
                        new Suspect(
                            outcomes.get(i),
                            flipped(outcomes.get(i), answers.patternLabels(), flips.get(i)),
                            probabilities[i],
                            margins[i]))
                .toList());
    suspects.sort(LARGEST_MARGIN);
    return new LabelDoubts(suspects, estimates);
  }

  /** The wafer's patterns with those doubted turned round. */
  private static String flipped(Outcome outcome, List<String> labels, Set<Integer> flips) {
    Set<String> patterns = new LinkedHashSet<>();
    for (int i = 0; i < labels.size(); i++) {
      if (outcome.truth().contains(labels.get(i)) != flips.contains(i)) {
        patterns.add(labels.get(i));
      }
    }
    return patterns.isEmpty() ? DefectPattern.NONE.label() : Classes.name(patterns);
  }

  /** Intervals of the shares of questions on the same wafers, by {@link #key}. */
  private static Map<String, Interval> intervals(List<Question> questions, Protocol protocol) {
    int size = questions.getFirst().joint.length;
    List<Item> items = questions.getFirst().items;
    Spread spread = new Spread();
    Bootstrap.<Integer>of(
            size * questions.size(),
            IntStream.range(0, items.size()).boxed().toList(),
            i -> items.get(i).outcome.wafer().group(),
            (i, counts) -> {
              for (int q = 0; q < questions.size(); q++) {
                Question question = questions.get(q);
                question.add(question.items.get(i), counts, q * size);
              }
            })
        .draw(
            protocol,
            sample -> {
              for (int q = 0; q < questions.size(); q++) {
                Question question = questions.get(q);
                for (int given = 0; given < question.classes; given++) {
                  if (question.counted(sample, q * size, given) > 0) {
                    spread.add(key(q, given), question.share(sample, q * size, given));
                  }
                }
              }
            });
    return spread.intervals();
  }

  private static String key(int question, int given) {
    return question + " " + given;
  }

  /** One wafer in one question. */
  private static final class Item {
    final Outcome outcome;
    final int given;
    final double[] probabilities;
    int counted = NOT_COUNTED;

    Item(Outcome outcome, int given, double[] probabilities) {
      this.outcome = outcome;
      this.given = given;
      this.probabilities = probabilities;
    }

    double margin() {
      return probabilities[counted] - probabilities[given];
    }

    /** Counted elsewhere, and more probable there: else the model itself still holds the label. */
    boolean doubted() {
      return counted != NOT_COUNTED && counted != given && margin() > 0;
    }
  }

  private static final class Question {
    final List<Item> items = new ArrayList<>();
    final int[] wafers;
    final int[] doubted;
    final int[] suggested;
    private final int classes;
    private final double[] thresholds;
    private final double[] joint;

    Question(int classes) {
      this.classes = classes;
      this.wafers = new int[classes];
      this.doubted = new int[classes];
      this.suggested = new int[classes];
      this.thresholds = new double[classes];
      this.joint = new double[classes * classes];
    }

    void add(Outcome outcome, int given, double[] probabilities) {
      items.add(new Item(outcome, given, probabilities));
      wafers[given]++;
      thresholds[given] += probabilities[given];
    }

    void count() {
      for (int c = 0; c < classes; c++) {
        // A class that no wafer has gives no measure of how sure is sure enough.
        thresholds[c] = wafers[c] == 0 ? Double.POSITIVE_INFINITY : thresholds[c] / wafers[c];
      }
      for (Item item : items) {
        for (int c = 0; c < classes; c++) {
          if (item.probabilities[c] >= thresholds[c]
              && (item.counted == NOT_COUNTED
                  || item.probabilities[c] > item.probabilities[item.counted])) {
            item.counted = c;
          }
        }
        add(item, joint, 0);
        if (item.doubted()) {
          doubted[item.given]++;
          suggested[item.counted]++;
        }
      }
    }

    OfLabel estimate(String label, int given, @Nullable Interval interval) {
      return new OfLabel(
          label,
          wafers[given],
          doubted[given],
          share(joint, 0, given),
          Optional.ofNullable(interval),
          suggested[given],
          thresholds[given]);
    }

    /** Adds an item to joint counts that begin at an offset. */
    void add(Item item, double[] counts, int offset) {
      if (item.counted != NOT_COUNTED) {
        counts[offset + item.given * classes + item.counted]++;
      }
    }

    double share(double[] counts, int offset, int given) {
      double counted = counted(counts, offset, given);
      return Tally.ratio(counted - counts[offset + given * classes + given], counted);
    }

    double counted(double[] counts, int offset, int given) {
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += counts[offset + given * classes + c];
      }
      return sum;
    }
  }
}
