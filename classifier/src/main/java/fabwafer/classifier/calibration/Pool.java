package fabwafer.classifier.calibration;

import fabwafer.classifier.GraphOutput;
import fabwafer.classifier.ModelCard;
import fabwafer.wafer.DefectPattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** Held-out wafers as the fits read them, in one view and averaged over all. */
final class Pool {
  final List<HeldOutWafer> wafers;

  /** The bias of the card as it is, shape [classes]. */
  final double[] bias;

  final Sample single;
  final Sample averaged;

  /**
   * @param wafers each with one label
   */
  private Pool(List<HeldOutWafer> wafers, double[] bias, Sample single, Sample averaged) {
    this.wafers = wafers;
    this.bias = bias;
    this.single = single;
    this.averaged = averaged;
  }

  /**
   * The wafers that have one label of the classes.
   *
   * @param noneWeight weight of the wafers labelled none; the others have 1
   */
  static Pool of(ModelCard card, List<HeldOutWafer> all, double noneWeight) {
    List<String> classes = card.classes();
    List<HeldOutWafer> wafers = all.stream().filter(wafer -> wafer.label().isPresent()).toList();
    int none = classes.indexOf(DefectPattern.NONE.label());
    int[] labels = wafers.stream().mapToInt(wafer -> wafer.label().getAsInt()).toArray();
    double[] weights = new double[labels.length];
    for (int i = 0; i < labels.length; i++) {
      weights[i] = labels[i] == none ? noneWeight : 1;
    }
    Map<Integer, Integer> known = new HashMap<>();
    int[] groups =
        wafers.stream()
            .mapToInt(wafer -> known.computeIfAbsent(wafer.group(), _ -> known.size()))
            .toArray();
    return new Pool(
        wafers,
        classes.stream()
            .mapToDouble(label -> card.calibration().bias().getOrDefault(label, 0.0))
            .toArray(),
        new Sample(logits(wafers, false), labels, weights, groups, known.size()),
        new Sample(logits(wafers, true), labels, weights, groups, known.size()));
  }

  private static double[][] logits(List<HeldOutWafer> wafers, boolean averaged) {
    return wafers.stream()
        .map(wafer -> (averaged ? wafer.views().averaged() : wafer.views().single()).logits())
        .toArray(double[][]::new);
  }

  /** Which wafers are seen in all views under a limit; none where there is no limit. */
  boolean[] turned(Scaling scaling, OptionalDouble below) {
    boolean[] turned = new boolean[wafers.size()];
    if (below.isPresent()) {
      for (int i = 0; i < turned.length; i++) {
        turned[i] = isTurned(scaling, below.getAsDouble(), single.logits[i]);
      }
    }
    return turned;
  }

  /** As {@link fabwafer.classifier.Judge#wantsAllViews} says it of a card. */
  static boolean isTurned(Scaling scaling, double below, double[] single) {
    double most = Double.NEGATIVE_INFINITY;
    for (double log : scaling.logProbabilities(single)) {
      most = Math.max(most, log);
    }
    return below >= 1 || Math.exp(most) < below;
  }

  /** Each wafer as it is seen: averaged where it is turned. */
  Sample seen(boolean[] turned) {
    double[][] logits = new double[turned.length][];
    for (int i = 0; i < turned.length; i++) {
      logits[i] = turned[i] ? averaged.logits[i] : single.logits[i];
    }
    return single.withLogits(logits);
  }

  /** What the graph gave for a wafer as it is seen. */
  GraphOutput output(int wafer, boolean[] turned) {
    HeldOutWafer one = wafers.get(wafer);
    return turned[wafer] ? one.views().averaged() : one.views().single();
  }
}
