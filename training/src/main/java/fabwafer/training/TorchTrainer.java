package fabwafer.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import fabwafer.classifier.Preprocessing;
import fabwafer.wafer.dataset.LabelledWafer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network under training: its weights, their running average, the optimiser. Holds native memory
 * until closed; for one thread.
 */
final class TorchTrainer implements AutoCloseable {
  private static final float TO_UNIT = 1 / 255f;

  private final Engine engine = Torch.engine();
  private final NDManager manager = NDManager.newBaseManager(Device.cpu());
  private final ResidualNetwork network;
  private final Preprocessing preprocessing;
  private final int classes;
  private final Weights weights;
  private final Weights averaged;
  private final AdamW optimiser;
  private final double averaging;
  private long steps;

  TorchTrainer(ResidualNetwork network, int classes, TrainingOptions options) {
    this.network = network;
    this.classes = classes;
    this.preprocessing = Preprocessing.area(options.architecture().side());
    this.averaging = options.averaging();
    this.weights = Weights.initial(network, manager, options.seed());
    this.averaged = weights.copy(manager);
    this.optimiser = new AdamW(weights, manager, options.weightDecay());
    weights.trained().forEach(name -> weights.get(name).setRequiresGradient(true));
  }

  /** Steps done. */
  long steps() {
    return steps;
  }

  /**
   * One step on one batch.
   *
   * @param targets shape [size, classes]: what each class's log-probability counts for
   * @return the loss
   */
  double step(BatchLoader.Batch batch, float[] targets, double rate) {
    double loss;
    try (NDManager local = manager.newSubManager()) {
      NDArray input = input(local, batch);
      NDArray wanted = local.create(targets, new Shape(batch.size(), classes));
      try (GradientCollector collector = engine.newGradientCollector()) {
        NDArray logits = network.forward(new TorchOperations(weights, true), input);
        NDArray sum = logits.logSoftmax(1).mul(wanted).sum().neg();
        collector.backward(sum);
        loss = sum.getFloat();
      }
    }
    optimiser.step(rate, steps);
    steps++;
    // Young averages forget their start quickly.
    averaged.moveTowards(weights, (float) Math.min(averaging, (1.0 + steps) / (10.0 + steps)));
    return loss;
  }

  /** The averaged network's logits for wafers as they lie, shape [wafers, classes]. */
  float[][] logits(List<LabelledWafer> wafers, int batchSize) {
    float[][] logits = new float[wafers.size()][];
    try (BatchLoader loader =
        new BatchLoader(wafers, EpochPlan.ofAll(wafers.size()), batchSize, preprocessing)) {
      for (int done = 0; done < wafers.size(); ) {
        BatchLoader.Batch batch = loader.next();
        try (NDManager local = manager.newSubManager()) {
          float[] flat =
              network
                  .forward(new TorchOperations(averaged, false), input(local, batch))
                  .toFloatArray();
          for (int i = 0; i < batch.size(); i++) {
            logits[done + i] = Arrays.copyOfRange(flat, i * classes, (i + 1) * classes);
          }
        }
        done += batch.size();
        loader.release(batch);
      }
    }
    return logits;
  }

  /** The averaged network's numbers. */
  Map<String, float[]> averaged() {
    return averaged.toArrays();
  }

  void setAveraged(Map<String, float[]> numbers) {
    averaged.set(numbers);
  }

  /** Everything that changes from step to step, for a checkpoint. */
  Map<String, float[]> state() {
    Map<String, float[]> numbers = new LinkedHashMap<>();
    weights.toArrays().forEach((name, values) -> numbers.put("weights." + name, values));
    averaged.toArrays().forEach((name, values) -> numbers.put("averaged." + name, values));
    numbers.putAll(optimiser.toArrays());
    return numbers;
  }

  /** Goes back to a state. */
  void set(Map<String, float[]> numbers, long stepsDone) {
    weights.set(Training.part(numbers, "weights."));
    averaged.set(Training.part(numbers, "averaged."));
    optimiser.set(numbers);
    steps = stepsDone;
  }

  @Override
  public void close() {
    manager.close();
  }

  /** [N, H, W, C] bytes to [N, C, H, W] numbers in 0 to 1 that lie channels last. */
  private NDArray input(NDManager local, BatchLoader.Batch batch) {
    int side = preprocessing.side();
    // A view of the loader's buffer; converting it copies, so the buffer may be used again.
    NDArray bytes =
        local.create(
            batch.inputs(),
            new Shape(batch.size(), side, side, Preprocessing.PLANES),
            DataType.UINT8);
    return bytes.toType(DataType.FLOAT32, true).mul(TO_UNIT).transpose(0, 3, 1, 2);
  }
}
