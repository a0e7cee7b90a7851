package fabwafer.bench;

import fabwafer.acceptance.Samples;
import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Raw dies to prediction, preprocessing included, on one thread that does all the work. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the fields and calls open before it measures
public class ClassifyBenchmark {
  /** Folder of the model. */
  @Param("models/default")
  public String model;

  /** Wafer maps classified together. */
  @Param({"1", "64"})
  public int batch;

  private Classifier classifier;
  private List<List<WaferMap>> batches;
  private int next;

  /** Opens the model and lays out the sample wafers in batches. */
  @Setup
  public void open() throws IOException {
    classifier = Classifier.open(Path.of(model));
    List<WaferMap> wafers = new ArrayList<>();
    for (Path sample : Samples.all()) {
      wafers.add(WaferImages.read(sample));
    }
    batches = new ArrayList<>();
    for (int from = 0; from + batch <= wafers.size(); from += batch) {
      batches.add(List.copyOf(wafers.subList(from, from + batch)));
    }
  }

  /** Closes the model. */
  @TearDown
  public void close() {
    classifier.close();
  }

  /** One batch, another one each time. */
  @Benchmark
  public List<Prediction> classify() {
    next = (next + 1) % batches.size();
    return classifier.classify(batches.get(next));
  }
}
