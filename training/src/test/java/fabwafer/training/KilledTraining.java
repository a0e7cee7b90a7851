package fabwafer.training;

import java.nio.file.Path;
import java.util.Set;

/** A process that dies in the middle of its third epoch. */
final class KilledTraining {
  static final int HALTED = 77;

  private KilledTraining() {}

  public static void main(String[] args) {
    Training.run(
        TrainingData.of(TinyWafers.dataset(300), Set.of(2)),
        TinyWafers.options(4, 3),
        Path.of(args[0]),
        false,
        new TrainingListener() {
          @Override
          public void stepped(int epoch, int step) {
            if (epoch == 3 && step == 4) {
              Runtime.getRuntime().halt(HALTED);
            }
          }
        });
  }
}
