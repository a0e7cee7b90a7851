package fabwafer.training.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import fabwafer.classifier.ModelCard;
import fabwafer.training.TrainingException;
import fabwafer.training.quantisation.Plan.Layer;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A float graph with what calibration wafers showed of it, from which quantised graphs are made and
 * held against it.
 */
final class Draft {
  /**
   * A mean divergence that nobody would notice: with it two labels in a thousand changed, those of
   * wafers on the border of two classes.
   */
  private static final double ENOUGH = 3e-4;

  // Each layer left in float costs some of the speed that all this is for.
  private static final int MAX_FLOAT_LAYERS = 4;

  private static final String LOGITS = "logits";

  private final String where;
  private final FloatGraph graph;
  private final ModelCard card;
  private final List<WaferMap> wafers;
  private final Plan whole;
  private final Histograms histograms;
  private final String output;
  private final List<double[]> expected;

  /**
   * Runs a float graph on calibration wafers.
   *
   * @param where the graph, for messages
   * @param bytes its ONNX file
   * @throws TrainingException if it cannot be quantised
   */
  Draft(String where, byte[] bytes, ModelCard card, List<WaferMap> wafers) {
    this.where = where;
    this.graph = FloatGraph.parse(where, bytes);
    this.card = card;
    this.wafers = List.copyOf(wafers);
    this.whole = Plan.of(where, graph, Set.of());
    this.output = output(where, graph.model());
    this.histograms = Histograms.of(graph.model(), card, whole.rounded(), this.wafers);
    this.expected = probabilities(graph.model());
  }

  /**
   * A quantised graph.
   *
   * @param floatLayers convolutions that were left in float
   * @param divergence how far it is from the float graph on the calibration wafers: the mean
   *     Kullback-Leibler divergence of its classes from the float graph's, in nats
   * @param bytes its ONNX file
   */
  record Candidate(RangeRule rule, Set<String> floatLayers, double divergence, ByteString bytes) {}

  /** Convolutions that can run on whole numbers. */
  int layers() {
    return whole.layers().size();
  }

  /**
   * The graph that is closest to the float graph, first over the rules; where that is not {@link
   * #ENOUGH}, the layers whose rounding harms most go back to float, one after the other.
   */
  Candidate best() {
    Candidate best = candidate(RangeRule.MIN_MAX, Set.of());
    for (RangeRule rule : List.of(RangeRule.PERCENTILE, RangeRule.LEAST_SQUARES)) {
      best = closer(best, candidate(rule, Set.of()));
    }
    int most = Math.min(MAX_FLOAT_LAYERS, layers() - 1);
    while (best.divergence() > ENOUGH && best.floatLayers().size() < most) {
      Candidate before = best;
      for (Layer layer : whole.layers()) {
        Set<String> floatLayers = new TreeSet<>(before.floatLayers());
        if (floatLayers.add(layer.name())) {
          best = closer(best, candidate(before.rule(), floatLayers));
        }
      }
      if (best.floatLayers().size() == before.floatLayers().size()) {
        return best;
      }
    }
    return best;
  }

  Candidate candidate(RangeRule rule, Set<String> floatLayers) {
    Map<String, String> notes = new LinkedHashMap<>();
    notes.put("fabwafer.quantised", "u8 activations, s8 weights by channel");
    notes.put("fabwafer.ranges", "%s over %,d wafers".formatted(rule.word(), wafers.size()));
    notes.put("fabwafer.floatLayers", String.join(" ", floatLayers));
    notes.put("fabwafer.parent", card.id());
    byte[] bytes =
        QdqGraph.write(graph, Plan.of(where, graph, floatLayers), histograms.ranges(rule), notes);
    return new Candidate(rule, floatLayers, divergence(bytes), ByteString.copyFrom(bytes));
  }

  private static Candidate closer(Candidate one, Candidate other) {
    return other.divergence() < one.divergence() ? other : one;
  }

  private double divergence(byte[] quantised) {
    List<double[]> found = probabilities(FloatGraph.read("the quantised graph", quantised));
    double sum = 0;
    for (int i = 0; i < expected.size(); i++) {
      double[] p = expected.get(i);
      double[] q = found.get(i);
      for (int c = 0; c < p.length; c++) {
        sum += p[c] > 0 ? p[c] * Math.log(p[c] / Math.max(q[c], Double.MIN_NORMAL)) : 0;
      }
    }
    return sum / expected.size();
  }

  private List<double[]> probabilities(ModelProto model) {
    List<double[]> probabilities = new ArrayList<>();
    int classes = card.classes().size();
    try (GraphRunner runner = GraphRunner.open(model, card, List.of(output))) {
      runner.run(
          wafers,
          (name, logits) -> {
            while (logits.remaining() >= classes) {
              double[] row = new double[classes];
              for (int c = 0; c < classes; c++) {
                row[c] = logits.get();
              }
              probabilities.add(softmax(row));
            }
          });
    }
    return probabilities;
  }

  private static double[] softmax(double[] logits) {
    double most = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      most = Math.max(most, logit);
    }
    double sum = 0;
    double[] shares = new double[logits.length];
    for (int c = 0; c < logits.length; c++) {
      shares[c] = Math.exp(logits[c] - most);
      sum += shares[c];
    }
    for (int c = 0; c < logits.length; c++) {
      shares[c] /= sum;
    }
    return shares;
  }

  private static String output(String where, ModelProto model) {
    List<String> names =
        model.getGraph().getOutputList().stream().map(ValueInfoProto::getName).toList();
    if (names.contains(LOGITS)) {
      return LOGITS;
    }
    if (names.size() != 1) {
      throw new TrainingException(
          "%s must have an output called %s, or one output; it has %s"
              .formatted(where, LOGITS, names));
    }
    return names.getFirst();
  }
}
