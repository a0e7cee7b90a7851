package fabwafer.agent.model;

import fabwafer.protocol.model.ModelReport.Counts;
import java.time.Duration;

/** What a model did since it serves a camera. Safe on any thread. */
final class Tally {
  private static final double NANOS_A_MILLI = Duration.ofMillis(1).toNanos();

  private final int probation;
  private long answered;
  private long errors;
  private long compared;
  private long disagreements;
  private long nanos;
  private long previousNanos;

  /**
   * @param probation how many wafers are compared
   */
  Tally(int probation) {
    this.probation = probation;
  }

  synchronized void answered(long took) {
    answered++;
    nanos += took;
  }

  synchronized void failed() {
    errors++;
  }

  /** Whether one more wafer is to be shown to the model before. */
  synchronized boolean mayCompare() {
    return compared < probation;
  }

  /** Whether the model before has seen enough. */
  synchronized boolean isOver() {
    return compared >= probation;
  }

  synchronized void compared(boolean disagrees, long took) {
    compared++;
    disagreements += disagrees ? 1 : 0;
    previousNanos += took;
  }

  synchronized Counts counts() {
    return new Counts(
        answered + errors,
        errors,
        compared,
        disagreements,
        answered == 0 ? 0 : nanos / NANOS_A_MILLI / answered,
        compared == 0 ? 0 : previousNanos / NANOS_A_MILLI / compared);
  }
}
