package fabwafer.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.management.OperatingSystemMXBean;
import fabwafer.acceptance.Program;
import fabwafer.classifier.Preprocessing;
import fabwafer.training.Architecture;
import fabwafer.training.Training;
import fabwafer.training.TrainingData;
import fabwafer.training.TrainingListener;
import fabwafer.training.TrainingOptions;
import fabwafer.wafer.Turn;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Steps of a training with the program's own options, and after each step a large matrix product
 * with the same engine on as many threads: how much of the speed the engine has on this machine
 * does training get? Told by the clock, and by the processor time of the whole process: on a
 * machine that does other work, too, the clock punishes the one that needs both cores at the same
 * moment.
 */
public final class TrainingSteps implements TrainingListener {
  private static final int WARM_UP = 3;
  private static final int STEPS = 20;

  /**
   * Rows and columns of the product: 58 GFLOP, about half a second, so that the batches that are
   * loaded meanwhile hardly count.
   */
  private static final int MATRIX = 3_072;

  private static final int ENCODED = 20_000;

  private final int steps;
  private final List<Span> stepSpans = new ArrayList<>();
  private final List<Span> productSpans = new ArrayList<>();
  private @Nullable Product product;
  private Instant began = Instant.now();

  private TrainingSteps(int steps) {
    this.steps = steps;
  }

  /** A moment by the clock and by the process's processor time, in nanoseconds. */
  private record Instant(long clock, long processor) {
    private static final OperatingSystemMXBean PROCESS =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    static Instant now() {
      return new Instant(System.nanoTime(), PROCESS.getProcessCpuTime());
    }

    Span until(Instant later) {
      return new Span((later.clock - clock) / 1e9, (later.processor - processor) / 1e9);
    }
  }

  /**
   * How long something took.
   *
   * @param seconds by the clock
   * @param processorSeconds of all cores together
   */
  private record Span(double seconds, double processorSeconds) {}

  /** Ends a training that has shown enough. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /**
   * Measures and prints a Markdown table.
   *
   * @param arguments {@code quick} for one step that only proves that all run
   */
  public static void main(String[] arguments) throws IOException {
    boolean quick = arguments.length > 0 && arguments[0].equals("quick");
    WaferDataset samples = WaferDatasets.read(Program.home().resolve("samples"));
    Path folder = Files.createTempDirectory("fabwafer-bench");
    TrainingOptions options = TrainingOptions.DEFAULT;
    TrainingSteps measured = new TrainingSteps(quick ? 1 : STEPS);
    try {
      Training.run(
          TrainingData.all(samples), options, folder.resolve("checkpoint"), false, measured);
    } catch (Enough enough) {
      measured.print(System.out, options, encodingMicros(samples, options.architecture()));
    }
  }

  /** Two large matrices in the engine that training has started. */
  private static final class Product implements AutoCloseable {
    private final NDManager manager = NDManager.newBaseManager();
    private final NDArray left = manager.randomUniform(0, 1, new Shape(MATRIX, MATRIX));
    private final NDArray right = manager.randomUniform(0, 1, new Shape(MATRIX, MATRIX));

    Span multiplied() {
      Instant began = Instant.now();
      try (NDArray product = left.matMul(right)) {
        // Reading one number waits until all are there.
        if (!(product.getFloat(0, 0) > 0)) {
          throw new IllegalStateException("a matrix product failed");
        }
      }
      return began.until(Instant.now());
    }

    @Override
    public void close() {
      manager.close();
    }
  }

  @Override
  public void started(Plan plan) {
    product = new Product();
    began = Instant.now();
  }

  @Override
  public void stepped(int epoch, int step) {
    Span taken = began.until(Instant.now());
    Span beside = Objects.requireNonNull(product).multiplied();
    if (epoch > 1 || step > WARM_UP) {
      stepSpans.add(taken);
      productSpans.add(beside);
    }
    if (stepSpans.size() == steps) {
      Objects.requireNonNull(product).close();
      throw new Enough();
    }
    began = Instant.now();
  }

  private void print(PrintStream out, TrainingOptions options, double encodingMicros) {
    int batch = options.schedule().batch();
    // Forward, and backward to the inputs and to the weights; a multiplication and an addition.
    double stepGflop = 3 * 2 * multiplications(options.architecture()) * batch / 1e9;
    double productGflop = 2 * Math.pow(MATRIX, 3) / 1e9;
    List<Double> wafers = new ArrayList<>();
    List<Double> speeds = new ArrayList<>();
    List<Double> peaks = new ArrayList<>();
    List<Double> shares = new ArrayList<>();
    List<Double> processorPeaks = new ArrayList<>();
    List<Double> processorShares = new ArrayList<>();
    for (int i = 0; i < stepSpans.size(); i++) {
      Span step = stepSpans.get(i);
      Span beside = productSpans.get(i);
      wafers.add(batch / step.seconds());
      speeds.add(stepGflop / step.seconds());
      peaks.add(productGflop / beside.seconds());
      shares.add(speeds.get(i) / peaks.get(i));
      processorPeaks.add(productGflop / beside.processorSeconds());
      processorShares.add(stepGflop / step.processorSeconds() / processorPeaks.get(i));
    }
    out.println("| training, " + options.architecture() + ", batch " + batch + " | measured |");
    out.println("| --- | --- |");
    row(out, "wafers a second", wafers, 0);
    row(out, "a step's GFLOP/s (%.0f GFLOP)".formatted(stepGflop), speeds, 1);
    row(out, "a matrix product's GFLOP/s (%d x %<d)".formatted(MATRIX), peaks, 1);
    row(out, "the step's share of the product's speed", shares, 2);
    row(out, "the product's GFLOP a second of processor time", processorPeaks, 1);
    row(out, "the step's share of that", processorShares, 2);
    out.printf(
        Locale.ROOT,
        "| turning and encoding, one thread | %.1f µs a wafer, %.1f %% of a core at that pace |%n",
        encodingMicros,
        encodingMicros * quantile(wafers, 0.5) / 1e4);
  }

  /** Of one wafer's way through the network; gates and the last layer hardly count. */
  private static double multiplications(Architecture architecture) {
    int side = architecture.side() / 2;
    int channels = architecture.stemChannels();
    double sum = Math.pow(side, 2) * Preprocessing.PLANES * channels * 9;
    for (Architecture.Stage stage : architecture.stages()) {
      side /= 2;
      for (int block = 0; block < stage.blocks(); block++) {
        double cells = Math.pow(side, 2);
        sum += cells * stage.channels() * 9 * (channels + stage.channels());
        // The first block's way past is a convolution, too.
        sum += block == 0 ? cells * channels * stage.channels() : 0;
        channels = stage.channels();
      }
    }
    return sum;
  }

  private static double encodingMicros(WaferDataset samples, Architecture architecture) {
    Preprocessing preprocessing = Preprocessing.area(architecture.side());
    byte[] planes = new byte[preprocessing.inputLength()];
    Turn[] turns = Turn.values();
    long began = 0;
    for (int i = -ENCODED; i < ENCODED; i++) {
      if (i == 0) {
        began = System.nanoTime();
      }
      LabelledWafer wafer = samples.get(Math.floorMod(i, samples.size()));
      preprocessing.encode(wafer.wafer().turned(turns[Math.floorMod(i, turns.length)]), planes, 0);
    }
    return (System.nanoTime() - began) / 1e3 / ENCODED;
  }

  private static void row(PrintStream out, String what, List<Double> values, int digits) {
    String number = "%,." + digits + "f";
    out.printf(
        Locale.ROOT,
        "| %s | " + number + " (" + number + "–" + number + ") |%n",
        what,
        quantile(values, 0.5),
        quantile(values, 0.1),
        quantile(values, 0.9));
  }

  private static double quantile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.round(share * (sorted.size() - 1)));
  }
}
