package fabwafer.training;

/**
 * How a network is trained. Two trainings with equal options on equal data, on the same machine and
 * number of threads, give the same model.
 *
 * @param architecture the network's widths
 * @param schedule how long, in which steps
 * @param sampling what an epoch sees
 * @param loss what is minimised
 * @param seed of the first weights, the order of wafers, their turns and distortions
 * @param noneWeight how many wafers of the fab one wafer labelled none of the data stands for,
 *     0.001 to 1,000; the model's probabilities are for that class mix
 */
public record TrainingOptions(
    Architecture architecture,
    Schedule schedule,
    Sampling sampling,
    Loss loss,
    long seed,
    double noneWeight) {
  /** Most epochs: more than a hundred hours on two cores. */
  public static final int MAX_EPOCHS = 10_000;

  /** Most steps asked for at least: some days on two cores. */
  public static final int MAX_STEPS = 1_000_000;

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
          Architecture.DEFAULT,
          new Schedule(20, 128, 3e-3, 0.05, 0.998, 0),
          new Sampling(8_000, 3_000, 4_000, 0.5),
          new Loss(0.05, 0.5, 0.7),
          1,
          WM811K_NONE_WEIGHT);

  /**
   * How long and in which steps.
   *
   * @param epochs 1 to {@link #MAX_EPOCHS}; the learning rate is spread over all of them
   * @param batch wafers a step, 2 to {@link #MAX_BATCH}
   * @param peakLearningRate of AdamW, reached after a sixth of the steps
   * @param weightDecay of AdamW, a step's share is this times the learning rate
   * @param averaging share that the averaged network keeps of itself a step, 0 to 1
   * @param patience epochs without a better macro-F1 after which training stops, and the best epoch
   *     is taken; 0: all epochs, and the last is taken, so that validation chooses nothing
   * @param leastSteps where {@code epochs} of few wafers are fewer steps, there are more epochs, 0
   *     to {@link #MAX_STEPS}
   */
  public record Schedule(
      int epochs,
      int batch,
      double peakLearningRate,
      double weightDecay,
      double averaging,
      int patience,
      int leastSteps) {
    public Schedule {
      Architecture.requireRange("epochs", epochs, 1, MAX_EPOCHS);
      Architecture.requireRange("batch", batch, 2, MAX_BATCH);
      requireRange("learning-rate", peakLearningRate, 1e-6, 1);
      requireRange("weight-decay", weightDecay, 0, 1);
      requireRange("averaging", averaging, 0, 1);
      Architecture.requireRange("patience", patience, 0, MAX_EPOCHS);
      Architecture.requireRange("least-steps", leastSteps, 0, MAX_STEPS);
    }

    /** So many epochs, however few steps they are. */
    public Schedule(
        int epochs,
        int batch,
        double peakLearningRate,
        double weightDecay,
        double averaging,
        int patience) {
      this(epochs, batch, peakLearningRate, weightDecay, averaging, patience, 0);
    }

    /** The same with the epochs that its least steps need. */
    Schedule with(int stepsPerEpoch) {
      int needed = Math.min(MAX_EPOCHS, Math.ceilDiv(leastSteps, Math.max(1, stepsPerEpoch)));
      return new Schedule(
          Math.max(epochs, needed),
          batch,
          peakLearningRate,
          weightDecay,
          averaging,
          patience,
          leastSteps);
    }
  }

  /**
   * What an epoch sees. Of a class with more wafers than its bound the next epoch sees the next
   * ones, so that over a training all are seen equally often.
   *
   * @param nonePerEpoch most wafers labelled none; 0: all
   * @param patternPerEpoch most wafers of each defect pattern; 0: all
   * @param composedPerEpoch wafers put together from several, with all their patterns: they teach
   *     the pattern set alone
   * @param distortedShare share of the wafers that is rotated and bent a little, 0 to 1
   */
  public record Sampling(
      int nonePerEpoch, int patternPerEpoch, int composedPerEpoch, double distortedShare) {
    public Sampling {
      Architecture.requireRange("none-per-epoch", nonePerEpoch, 0, Integer.MAX_VALUE);
      Architecture.requireRange("pattern-per-epoch", patternPerEpoch, 0, Integer.MAX_VALUE);
      Architecture.requireRange("composed-per-epoch", composedPerEpoch, 0, 10_000_000);
      requireRange("distorted-share", distortedShare, 0, 1);
    }
  }

  /**
   * What is minimised: cross-entropy of the nine classes, weighed by class, plus the patterns'
   * share times the sum of the patterns' binary cross-entropies.
   *
   * @param labelSmoothing share of a label spread over all classes, 0 to 0.5
   * @param patternShare 0 to 10
   * @param teacherShare how much of a label is what the teachers say, where there are some, 0 to 1
   */
  public record Loss(double labelSmoothing, double patternShare, double teacherShare) {
    public Loss {
      requireRange("label-smoothing", labelSmoothing, 0, 0.5);
      requireRange("pattern-share", patternShare, 0, 10);
      requireRange("teacher-share", teacherShare, 0, 1);
    }
  }

  public TrainingOptions {
    requireRange("none-weight", noneWeight, 1e-3, 1e3);
  }

  /** The same with another seed. */
  public TrainingOptions withSeed(long other) {
    return new TrainingOptions(architecture, schedule, sampling, loss, other, noneWeight);
  }

  /** The same for another network. */
  public TrainingOptions withArchitecture(Architecture other) {
    return new TrainingOptions(other, schedule, sampling, loss, seed, noneWeight);
  }

  /** The same with another schedule. */
  TrainingOptions withSchedule(Schedule other) {
    return new TrainingOptions(architecture, other, sampling, loss, seed, noneWeight);
  }

  private static void requireRange(String what, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new TrainingException(
          "%s must be %s to %s, got %s".formatted(what, least, most, value));
    }
  }
}
