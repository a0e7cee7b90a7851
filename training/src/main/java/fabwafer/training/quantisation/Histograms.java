package fabwafer.training.quantisation;

import ai.onnx.proto.OnnxMl.ModelProto;
import fabwafer.classifier.ModelCard;
import fabwafer.training.TrainingException;
import fabwafer.wafer.WaferMap;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values that tensors of a float graph have on calibration wafers. */
final class Histograms {
  private final Map<String, Histogram> byTensor;

  private Histograms(Map<String, Histogram> byTensor) {
    this.byTensor = byTensor;
  }

  /**
   * Runs the graph twice: for the ends, then for what lies between them.
   *
   * @throws TrainingException if a tensor has a value that is no finite number
   */
  static Histograms of(
      ModelProto model, ModelCard card, List<String> tensors, List<WaferMap> wafers) {
    Map<String, float[]> ends = new HashMap<>();
    Map<String, Histogram> byTensor = new LinkedHashMap<>();
    try (GraphRunner runner = GraphRunner.open(model, card, tensors)) {
      runner.run(
          wafers,
          (name, values) -> widen(ends.computeIfAbsent(name, any -> new float[2]), name, values));
      ends.forEach((name, end) -> byTensor.put(name, new Histogram(end[0], end[1])));
      runner.run(
          wafers,
          (name, values) -> {
            Histogram histogram = byTensor.get(name);
            while (histogram != null && values.hasRemaining()) {
              histogram.add(values.get());
            }
          });
    }
    return new Histograms(byTensor);
  }

  /** Each tensor's range by a rule. */
  Map<String, Range> ranges(RangeRule rule) {
    Map<String, Range> ranges = new LinkedHashMap<>();
    byTensor.forEach((name, histogram) -> ranges.put(name, rule.of(histogram)));
    return ranges;
  }

  private static void widen(float[] ends, String name, FloatBuffer values) {
    while (values.hasRemaining()) {
      float value = values.get();
      if (!Float.isFinite(value)) {
        throw new TrainingException("the graph's " + name + " has a value that is no number");
      }
      ends[0] = Math.min(ends[0], value);
      ends[1] = Math.max(ends[1], value);
    }
  }
}
