package fabwafer.training;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
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
import java.util.Optional;

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
  private final Weights weights;
  private final Weights averaged;
  private final AdamW optimiser;
  private final double averaging;
  private final boolean normalised;
  private long steps;

  /**
   * @param start numbers to go on from, whose normalisation stays as it is; empty for fresh ones
   */
  TorchTrainer(
      ResidualNetwork network, TrainingOptions options, Optional<Map<String, float[]>> start) {
    this.network = network;
    this.preprocessing = Preprocessing.area(options.architecture().side());
    this.averaging = options.schedule().averaging();
    this.weights = Weights.initial(network, manager, options.seed());
    start.ifPresent(weights::set);
    this.normalised = start.isEmpty();
    this.averaged = weights.copy(manager);
    this.optimiser = new AdamW(weights, manager, options.schedule().weightDecay());
    weights.trained().forEach(name -> weights.get(name).setRequiresGradient(true));
  }

  /** Steps done. */
  long steps() {
    return steps;
  }

  /**
   * One step on one batch.
   *
   * @return the loss
   */
  double step(BatchLoader.Batch batch, Targets targets, double rate) {
    double loss;
    try (NDManager local = manager.newSubManager()) {
      NDArray input = input(local, batch);
      int size = batch.size();
      int patterns = network.patterns();
      NDArray classes = local.create(targets.classes(), new Shape(size, network.classes()));
      NDArray sets = local.create(targets.patterns(), new Shape(size, patterns, 2));
      NDArray absent = local.zeros(new Shape(size, patterns));
      try (GradientCollector collector = engine.newGradientCollector()) {
        ResidualNetwork.Outputs<NDArray> outputs =
            network.forward(new TorchOperations(weights, normalised), input);
        // A sigmoid is the softmax of its logit and 0.
        NDArray pairs = NDArrays.stack(new NDList(outputs.patterns(), absent), 2);
        NDArray sum =
            outputs
                .logits()
                .logSoftmax(1)
                .mul(classes)
                .sum()
                .add(pairs.logSoftmax(2).mul(sets).sum())
                .neg();
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

  /**
   * What the averaged network says of wafers.
   *
   * @param logits shape [wafers, classes]
   * @param patterns shape [wafers, patterns]
   * @param embeddings shape [wafers, channels]
   */
  @SuppressWarnings("ArrayRecordComponent") // a value of this package's numeric code
  record Answers(float[][] logits, float[][] patterns, float[][] embeddings) {}

  /** Asks the averaged network about wafers as they lie. */
  Answers answers(List<LabelledWafer> wafers, int batchSize) {
    float[][] logits = new float[wafers.size()][];
    float[][] patterns = new float[wafers.size()][];
    float[][] embeddings = new float[wafers.size()][];
    try (BatchLoader loader =
        new BatchLoader(wafers, EpochPlan.ofAll(wafers.size()), batchSize, preprocessing)) {
      for (int done = 0; done < wafers.size(); ) {
        BatchLoader.Batch batch = loader.next();
        try (NDManager local = manager.newSubManager()) {
          ResidualNetwork.Outputs<NDArray> outputs =
              network.forward(new TorchOperations(averaged, false), input(local, batch));
          rows(outputs.logits(), logits, done);
          rows(outputs.patterns(), patterns, done);
          rows(outputs.embedding(), embeddings, done);
        }
        done += batch.size();
        loader.release(batch);
      }
    }
    return new Answers(logits, patterns, embeddings);
  }

  private static void rows(NDArray matrix, float[][] to, int from) {
    float[] flat = matrix.toFloatArray();
    int rows = (int) matrix.getShape().get(0);
    int columns = flat.length / rows;
    for (int i = 0; i < rows; i++) {
      to[from + i] = Arrays.copyOfRange(flat, i * columns, (i + 1) * columns);
    }
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
