package fabwafer.training;

/**
 * Is told how a training goes, on the thread that trains; what takes long here makes the training
 * slower.
 */
public interface TrainingListener {
  /**
   * What will be done.
   *
   * @param parameters numbers of the network that training changes
   * @param trainingWafers wafers to learn from
   * @param validationWafers wafers to validate on
   * @param epochs most epochs
   * @param stepsPerEpoch steps of each
   * @param epochsDone epochs that a resumed training has behind it, else 0
   */
  record Plan(
      int parameters,
      int trainingWafers,
      int validationWafers,
      int epochs,
      int stepsPerEpoch,
      int epochsDone) {}

  /** Called once, before the first step. */
  default void started(Plan plan) {}

  /**
   * Called after each step.
   *
   * @param epoch from 1
   * @param step of the epoch, from 1
   */
  default void stepped(int epoch, int step) {}

  /** Called after each epoch, its checkpoint written. */
  default void epochEnded(EpochReport report) {}

  /** Called where training ends before its last epoch, since the score no longer grew. */
  default void stoppedEarly(EpochReport best) {}

  /** Tells two. */
  static TrainingListener both(TrainingListener first, TrainingListener second) {
    return new TrainingListener() {
      @Override
      public void started(Plan plan) {
        first.started(plan);
        second.started(plan);
      }

      @Override
      public void stepped(int epoch, int step) {
        first.stepped(epoch, step);
        second.stepped(epoch, step);
      }

      @Override
      public void epochEnded(EpochReport report) {
        first.epochEnded(report);
        second.epochEnded(report);
      }

      @Override
      public void stoppedEarly(EpochReport best) {
        first.stoppedEarly(best);
        second.stoppedEarly(best);
      }
    };
  }
}
