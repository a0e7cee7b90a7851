package fabwafer.classifier.evaluation;

import java.util.Optional;

/**
 * How an evaluation was made; with it and the program's version anybody can make it again.
 *
 * @param data name of the data set
 * @param dataSha256 SHA-256 of the data set, 64 hexadecimal digits
 * @param split which wafers of it, such as {@code fold 2}
 * @param dieMaskForced whether every wafer map got the data set's common die mask
 * @param modelId id of the model
 * @param noneWeight what a wafer whose ground truth is none counts, above 0; any other counts 1
 * @param resamples bootstrap samples, 1 to {@link #MAX_RESAMPLES}
 * @param seed seed of the bootstrap
 * @param unseen label of a pattern that the model was not trained on, where novelty is measured
 */
public record Protocol(
    String data,
    String dataSha256,
    String split,
    boolean dieMaskForced,
    String modelId,
    double noneWeight,
    int resamples,
    long seed,
    Optional<String> unseen) {
  /** Bootstrap samples of a report. */
  public static final int RESAMPLES = 1_000;

  /** Most bootstrap samples: more say nothing more. */
  public static final int MAX_RESAMPLES = 100_000;

  private static final double MOST_NONE_WEIGHT = 1e6;

  /** A protocol that asks for no unseen pattern. */
  public Protocol(
      String data,
      String dataSha256,
      String split,
      boolean dieMaskForced,
      String modelId,
      double noneWeight,
      int resamples,
      long seed) {
    this(
        data,
        dataSha256,
        split,
        dieMaskForced,
        modelId,
        noneWeight,
        resamples,
        seed,
        Optional.empty());
  }

  public Protocol {
    if (!(noneWeight > 0 && noneWeight <= MOST_NONE_WEIGHT)) {
      throw new IllegalArgumentException(
          "the weight of none must be above 0 and at most %,.0f, got %s"
              .formatted(MOST_NONE_WEIGHT, noneWeight));
    }
    if (resamples < 1 || resamples > MAX_RESAMPLES) {
      throw new IllegalArgumentException(
          "bootstrap samples must be 1 to %,d, got %,d".formatted(MAX_RESAMPLES, resamples));
    }
  }

  /** Whether wafers count differently. */
  public boolean weighted() {
    return noneWeight != 1;
  }
}
