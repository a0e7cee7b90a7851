package fabwafer.classifier.calibration;

import java.util.OptionalDouble;

/**
 * A pool's wafers as they are seen under a scaling, and calibrated by it. The sample's logits are
 * log probabilities.
 */
final class Calibrated {
  final Scaling scaling;
  final boolean[] turned;
  final Sample sample;

  private Calibrated(Scaling scaling, boolean[] turned, Sample sample) {
    this.scaling = scaling;
    this.turned = turned;
    this.sample = sample;
  }

  /**
   * Fits a scaling and calibrates all wafers by it.
   *
   * @param below limit under which wafers are seen in all views; empty for none
   * @param weights of the pool's wafers in the fit; those of weight 0 take no part
   */
  static Calibrated fit(Pool pool, OptionalDouble below, double ridge, double[] weights) {
    Scaling scaling = ViewsFit.settle(pool, weights, below, ridge);
    boolean[] turned = pool.turned(scaling, below);
    Sample seen = pool.seen(turned).withWeights(weights);
    return new Calibrated(scaling, turned, seen.withLogits(scaling.logProbabilities(seen.logits)));
  }
}
