package fabwafer.training;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.GraphOutput;
import fabwafer.classifier.ModelCard;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What trained models make of the training wafers, to learn from beside the labels (Hinton et al.,
 * "Distilling the Knowledge in a Neural Network", 2015): the mean of the teachers, each over all
 * views. A label that several teachers doubt then counts for less, and one view learns what eight
 * say. The probabilities are the networks' own, before any correction for the class mix: a student
 * of the same recipe sees the same mix.
 *
 * @param teachers the models' ids
 * @param classes [wafers][classes], each row sums to 1
 * @param patterns [wafers][patterns], each in [0, 1]
 */
@SuppressWarnings("ArrayRecordComponent") // a value of this package's numeric code
public record SoftLabels(List<String> teachers, float[][] classes, float[][] patterns) {
  private static final List<String> PATTERNS =
      DefectPattern.labels().stream()
          .filter(label -> !label.equals(DefectPattern.NONE.label()))
          .toList();

  public SoftLabels {
    teachers = List.copyOf(teachers);
  }

  /**
   * Asks the teachers, on all cores.
   *
   * @param teachers folders or zips of models, at least one
   * @param wafers the training wafers, in their order
   * @throws TrainingException if a teacher knows other classes or patterns than the student will
   */
  public static SoftLabels of(List<Path> teachers, List<LabelledWafer> wafers) {
    List<String> ids = new ArrayList<>();
    float[][] classes = new float[wafers.size()][DefectPattern.labels().size()];
    float[][] patterns = new float[wafers.size()][PATTERNS.size()];
    float share = 1f / teachers.size();
    int batches = Math.ceilDiv(wafers.size(), Classifier.MAX_BATCH);
    for (Path teacher : teachers) {
      try (Classifier classifier = Classifier.open(teacher)) {
        requireFits(teacher, classifier.card());
        ids.add(classifier.card().id());
        IntStream.range(0, batches)
            .parallel()
            .forEach(
                batch -> {
                  int from = batch * Classifier.MAX_BATCH;
                  int to = Math.min(from + Classifier.MAX_BATCH, wafers.size());
                  List<Classifier.Views> views =
                      classifier.views(
                          wafers.subList(from, to).stream().map(LabelledWafer::wafer).toList());
                  for (int i = from; i < to; i++) {
                    GraphOutput output = views.get(i - from).averaged();
                    add(softmax(output.logits()), share, classes[i]);
                    add(sigmoids(output.patterns()), share, patterns[i]);
                  }
                });
      }
    }
    return new SoftLabels(ids, classes, patterns);
  }

  /** The teachers in a few words, for a fingerprint. */
  String words() {
    return teachers.stream().map(id -> id.substring(0, 12)).collect(Collectors.joining(", "));
  }

  private static void requireFits(Path teacher, ModelCard card) {
    List<String> patterns = card.judgement().patterns().map(p -> p.labels()).orElse(List.of());
    if (!card.classes().equals(DefectPattern.labels()) || !patterns.equals(PATTERNS)) {
      throw new TrainingException(
          "%s cannot teach: it knows the classes %s and the patterns %s, the student %s and %s"
              .formatted(teacher, card.classes(), patterns, DefectPattern.labels(), PATTERNS));
    }
  }

  private static void add(double[] values, float share, float[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += (float) values[i] * share;
    }
  }

  private static double[] softmax(double[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      most = Math.max(most, logit);
    }
    double[] shares = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      shares[i] = Math.exp(logits[i] - most);
      sum += shares[i];
    }
    for (int i = 0; i < logits.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  private static double[] sigmoids(double[] logits) {
    double[] values = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      values[i] = 1 / (1 + Math.exp(-logits[i]));
    }
    return values;
  }
}
