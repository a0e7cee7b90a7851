package fabwafer.bench;

import fabwafer.acceptance.Program;
import fabwafer.acceptance.Samples;
import fabwafer.classifier.Classifier;
import fabwafer.classifier.ModelCard;
import fabwafer.classifier.ModelCard.Provenance;
import fabwafer.training.quantisation.Quantisation;
import fabwafer.training.quantisation.QuantisationWafers;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.WaferDatasets;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntConsumer;

/**
 * Our model, as floats and as whole numbers, against ResNet-34 at 224 x 224 in the same runtime: on
 * one thread, from a picture's file to the answer. They take turns, a few milliseconds to seconds
 * each, and each turn gives one ratio; time is the thread's own on the processor, so that other
 * work on the machine disturbs little.
 */
public final class Versus {
  private static final int[] BATCHES = {1, 8, 64};

  /** Turns a batch size, by the position in {@link #BATCHES}: the larger, the longer each is. */
  private static final int[] ROUNDS = {60, 20, 8};

  /** Ours is so much faster that one run would be too short to be measured beside theirs. */
  private static final int OUR_RUNS = 8;

  /** From one run to the next, so that wafers of all labels come. */
  private static final int STRIDE = 37;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final PrintStream out;
  private final List<byte[]> pictures;
  private final List<WaferMap> wafers;

  private Versus(PrintStream out) throws IOException {
    this.out = out;
    this.pictures = new ArrayList<>();
    this.wafers = new ArrayList<>();
    for (Path sample : Samples.all()) {
      byte[] file = Files.readAllBytes(sample);
      pictures.add(file);
      wafers.add(WaferImages.read(sample.toString(), file));
    }
  }

  /**
   * Measures and prints Markdown tables.
   *
   * @param arguments the model's folder, then {@code quick} for one turn that only proves that all
   *     run
   */
  public static void main(String[] arguments) throws Exception {
    boolean quick = arguments.length > 1 && arguments[1].equals("quick");
    Path folder = Files.createTempDirectory("fabwafer-bench");
    Path model = Path.of(arguments[0]);
    Path model8 = folder.resolve("int8");
    Quantisation.Quantised made = quantised(model, model8);
    try (Classifier ofFloat = Classifier.open(model);
        Classifier int8 = Classifier.open(model8);
        PictureClassifier resNet = new PictureClassifier(BATCHES[BATCHES.length - 1])) {
      System.out.printf(
          "INT8: %d of %d convolutions on whole numbers, %,d bytes (float: %,d)%n%n",
          made.layers() - made.floatLayers().size(),
          made.layers(),
          made.bytes(),
          made.floatBytes());
      new Versus(System.out).measure(ofFloat, int8, resNet, quick);
    }
  }

  /** The samples tell the ranges: they change the answers, not the time. */
  private static Quantisation.Quantised quantised(Path model, Path folder) throws IOException {
    ModelCard card = ModelCard.read(model.resolve(ModelCard.FILE_NAME));
    Provenance provenance =
        new Provenance(
            "samples",
            "0".repeat(64),
            "bench",
            card.provenance().seed(),
            Optional.of(card.id()),
            Instant.EPOCH,
            "bench/run versus");
    return Quantisation.run(
        model,
        QuantisationWafers.of(
            WaferDatasets.read(Program.home().resolve("samples")), List.of(), 100),
        new Quantisation.Options(1, 1),
        provenance,
        folder);
  }

  /**
   * Who takes part.
   *
   * @param runs in one turn
   * @param classify classifies so many samples from a position on
   */
  private record Entrant(int runs, IntConsumer classify) {}

  private void measure(
      Classifier ofFloat, Classifier int8, PictureClassifier resNet, boolean quick) {
    out.println("From a picture's file to the answer, one core, milliseconds a wafer:\n");
    out.println(
        "| batch | ours, float | ours, INT8 | ResNet-34 at 224 | ResNet-34 / float |"
            + " ResNet-34 / INT8 | float / INT8 |");
    out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (int i = 0; i < BATCHES.length; i++) {
      int batch = BATCHES[i];
      Entrant theirs =
          new Entrant(1, from -> resNet.classify(pictures.subList(from, from + batch)));
      Entrant floats = new Entrant(OUR_RUNS, from -> ofFloat.classify(read(from, batch)));
      Entrant bytes = new Entrant(OUR_RUNS, from -> int8.classify(read(from, batch)));
      List<double[]> millis = turns(List.of(theirs, floats, bytes), batch, quick ? 1 : ROUNDS[i]);
      out.printf(
          "| %d | %s | %s | %s | %s | %s | %s |%n",
          batch,
          spread(millis.get(1), 3),
          spread(millis.get(2), 3),
          spread(millis.get(0), 1),
          spread(ratios(millis.get(0), millis.get(1)), 0),
          spread(ratios(millis.get(0), millis.get(2)), 0),
          spread(ratios(millis.get(1), millis.get(2)), 2));
    }
    out.println("\nFrom dies to the answer, one core, milliseconds a wafer:\n");
    out.println("| batch | ours, float | ours, INT8 | float / INT8 |");
    out.println("| ---: | ---: | ---: | ---: |");
    for (int batch : BATCHES) {
      Entrant floats =
          new Entrant(OUR_RUNS, from -> ofFloat.classify(wafers.subList(from, from + batch)));
      Entrant bytes =
          new Entrant(OUR_RUNS, from -> int8.classify(wafers.subList(from, from + batch)));
      List<double[]> millis = turns(List.of(floats, bytes), batch, quick ? 1 : ROUNDS[0]);
      out.printf(
          "| %d | %s | %s | %s |%n",
          batch,
          spread(millis.get(0), 3),
          spread(millis.get(1), 3),
          spread(ratios(millis.get(0), millis.get(1)), 2));
    }
  }

  private List<WaferMap> read(int from, int count) {
    return pictures.subList(from, from + count).stream()
        .map(file -> WaferImages.read("a sample", file))
        .toList();
  }

  /** Milliseconds a wafer of each entrant in each round; who begins changes from round to round. */
  private List<double[]> turns(List<Entrant> entrants, int batch, int rounds) {
    List<double[]> millis = new ArrayList<>();
    entrants.forEach(entrant -> millis.add(new double[rounds]));
    int positions = pictures.size() - batch + 1;
    for (int round = -1; round < rounds; round++) {
      for (int turn = 0; turn < entrants.size(); turn++) {
        int whose = Math.floorMod(round + turn, entrants.size());
        Entrant entrant = entrants.get(whose);
        long began = THREADS.getCurrentThreadCpuTime();
        for (int run = 0; run < entrant.runs(); run++) {
          int position = ((round + 1) * entrant.runs() + run) * STRIDE % positions;
          entrant.classify().accept(position);
        }
        long took = THREADS.getCurrentThreadCpuTime() - began;
        // The first round warms up.
        if (round >= 0) {
          millis.get(whose)[round] = took / 1e6 / entrant.runs() / batch;
        }
      }
    }
    return millis;
  }

  private static double[] ratios(double[] above, double[] below) {
    double[] ratios = new double[above.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = above[i] / below[i];
    }
    return ratios;
  }

  /** The median, and between which values four of five turns lie. */
  private static String spread(double[] values, int digits) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    String number = "%,." + digits + "f";
    return String.format(
        Locale.ROOT,
        number + " (" + number + "–" + number + ")",
        sorted[sorted.length / 2],
        sorted[sorted.length / 10],
        sorted[sorted.length - 1 - sorted.length / 10]);
  }
}
