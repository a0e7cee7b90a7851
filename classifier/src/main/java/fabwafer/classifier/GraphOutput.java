package fabwafer.classifier;

import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a graph gave for one wafer, or the mean of that over several views of it: numbers that the
 * card has not judged yet. Immutable.
 */
public final class GraphOutput {
  private final double[] logits;
  private final double @Nullable [] patterns;
  private final OptionalDouble novelty;
  private final @Nullable Embedding embedding;

  /**
   * @param logits shape [classes], finite; not copied
   * @param patterns logits, shape [patterns], finite; null where the card has no patterns
   * @param novelty finite; empty where the card has no novelty
   * @param embedding null where the graph has none
   */
  GraphOutput(
      double[] logits,
      double @Nullable [] patterns,
      OptionalDouble novelty,
      @Nullable Embedding embedding) {
    this.logits = logits;
    this.patterns = patterns;
    this.novelty = novelty;
    this.embedding = embedding;
  }

  /**
   * What a graph gave for one wafer, from numbers kept elsewhere.
   *
   * @param logits shape [classes], finite; copied
   * @param patterns logits, shape [patterns], finite; copied; empty where there are none
   * @param novelty finite
   */
  public static GraphOutput of(double[] logits, double[] patterns, OptionalDouble novelty) {
    return new GraphOutput(
        logits.clone(), patterns.length == 0 ? null : patterns.clone(), novelty, null);
  }

  /** The classes' logits in class-id order, finite; a copy. */
  public double[] logits() {
    return logits.clone();
  }

  /** The patterns' logits in the card's order, finite; a copy, or empty where there are none. */
  public double[] patterns() {
    return patterns == null ? new double[0] : patterns.clone();
  }

  /** The graph's own measure of novelty; larger is less like the wafers of training. */
  public OptionalDouble novelty() {
    return novelty;
  }

  /** This without the features, which many kept outputs would hold in memory. */
  public GraphOutput withoutEmbedding() {
    return new GraphOutput(logits, patterns, novelty, null);
  }

  /** The features before the last layer, or null. */
  @Nullable Embedding embedding() {
    return embedding;
  }

  /** The logits themselves, which nobody may change. */
  double[] ownLogits() {
    return logits;
  }

  /** The patterns' logits themselves, which nobody may change. */
  double @Nullable [] ownPatterns() {
    return patterns;
  }

  /** The mean of the outputs of one graph for several views of one wafer, at least one. */
  static GraphOutput mean(List<GraphOutput> views) {
    GraphOutput first = views.getFirst();
    double[] logits = new double[first.logits.length];
    double[] patterns = first.patterns == null ? null : new double[first.patterns.length];
    double novelty = 0;
    double[] features = first.embedding == null ? null : new double[first.embedding.length()];
    for (GraphOutput view : views) {
      add(logits, view.logits, views.size());
      if (patterns != null && view.patterns != null) {
        add(patterns, view.patterns, views.size());
      }
      novelty += view.novelty.orElse(0) / views.size();
      if (features != null && view.embedding != null) {
        view.embedding.addTo(features, 1.0 / views.size());
      }
    }
    return new GraphOutput(
        logits,
        patterns,
        first.novelty.isPresent() ? OptionalDouble.of(novelty) : OptionalDouble.empty(),
        features == null ? null : Embedding.of(features));
  }

  private static void add(double[] sum, double[] view, int views) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += view[i] / views;
    }
  }
}
