package fabwafer.bench;

import fabwafer.classifier.Preprocessing;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What one wafer map costs before a model sees it, by its size. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields and calls makeWafer before it measures
public class WaferBenchmark {
  private static final int INPUT_SIDE = 64;
  private static final double FAILING = 0.15;

  /** Rows and columns of the wafer map. */
  @Param({"26", "52", "200", "1000"})
  public int side;

  private final Preprocessing preprocessing = Preprocessing.area(INPUT_SIDE);
  private final byte[] input = new byte[preprocessing.inputLength()];
  private WaferMap wafer;
  private byte[] png;

  /** A round wafer of which a random share of the dies fails. */
  @Setup
  public void makeWafer() {
    Random random = new Random(1);
    byte[] cells = new byte[side * side];
    double radius = side / 2.0;
    for (int i = 0; i < cells.length; i++) {
      int row = i / side;
      int column = i % side;
      double y = row + 0.5 - radius;
      double x = column + 0.5 - radius;
      boolean die = x * x + y * y <= radius * radius;
      cells[i] = (byte) (!die ? 0 : random.nextDouble() < FAILING ? 2 : 1);
    }
    wafer = WaferMap.of(side, side, cells);
    png = WaferImages.toPng(wafer);
  }

  /** Raw dies to the network's input. */
  @Benchmark
  public byte[] preprocess() {
    preprocessing.encode(wafer, input, 0);
    return input;
  }

  /** A PNG file's bytes to a wafer map. */
  @Benchmark
  public WaferMap readPng() {
    return WaferImages.read("benchmark.png", png);
  }
}
