package fabwafer.training;

/**
 * How a network is trained. Two trainings with equal options on equal data, on the same machine and
 * number of threads, give the same model.
 *
 * @param architecture the network's widths
 * @param epochs 1 to {@link #MAX_EPOCHS}; the learning rate is spread over all of them
 * @param batch wafers a step, 2 to {@link #MAX_BATCH}
 * @param nonePerEpoch wafers labelled none that one epoch sees; the next sees the next ones. 0: all
 * @param seed of the first weights, the order of wafers and their turns
 * @param peakLearningRate of AdamW, reached after a sixth of the steps
 * @param weightDecay of AdamW, a step's share is this times the learning rate
 * @param labelSmoothing share of a label spread over all classes, 0 to 0.5
 * @param averaging share that the averaged network keeps of itself a step, 0 to 1
 * @param patience epochs without a better macro-F1 after which training stops
 * @param noneWeight how many wafers of the fab one wafer labelled none of the data stands for; the
 *     model's probabilities are for that class mix
 */
public record TrainingOptions(
    Architecture architecture,
    int epochs,
    int batch,
    int nonePerEpoch,
    long seed,
    double peakLearningRate,
    double weightDecay,
    double labelSmoothing,
    double averaging,
    int patience,
    double noneWeight) {
  /** Most epochs: more than a hundred hours on two cores. */
  public static final int MAX_EPOCHS = 10_000;

  /** Most wafers a step: 4,096 inputs of 64 x 64 cells take some 4 GB as activations. */
  public static final int MAX_BATCH = 4_096;

  /**
   * The whole labelled WM-811K set has 147,431 wafers without a pattern, the part of it that is
   * trained and measured on 36,729 and all the others.
   */
  public static final double WM811K_NONE_WEIGHT = 4.014;

  /** What the model in the project was trained with. */
  public static final TrainingOptions DEFAULT =
      new TrainingOptions(
          Architecture.DEFAULT, 24, 128, 8_000, 1, 3e-3, 0.05, 0.05, 0.998, 10, WM811K_NONE_WEIGHT);

  public TrainingOptions {
    Architecture.requireRange("epochs", epochs, 1, MAX_EPOCHS);
    Architecture.requireRange("batch", batch, 2, MAX_BATCH);
    Architecture.requireRange("none-per-epoch", nonePerEpoch, 0, Integer.MAX_VALUE);
    Architecture.requireRange("patience", patience, 1, MAX_EPOCHS);
    requireRange("learning-rate", peakLearningRate, 1e-6, 1);
    requireRange("weight-decay", weightDecay, 0, 1);
    requireRange("label-smoothing", labelSmoothing, 0, 0.5);
    requireRange("averaging", averaging, 0, 1);
    requireRange("none-weight", noneWeight, 1e-3, 1e3);
  }

  private static void requireRange(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new TrainingException(
          "%s must be %s to %s, got %s".formatted(what, least, most, value));
    }
  }
}
