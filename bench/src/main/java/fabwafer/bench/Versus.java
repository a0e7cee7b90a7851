package fabwafer.bench;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Our model, as floats and as whole numbers, against ResNet-34 at 224 x 224 in the same runtime: on
 * one thread, from a picture's file to the answer. They take turns, a few milliseconds to seconds
 * each, and each turn gives one ratio; time is the thread's own on the processor, so that other
 * work on the machine disturbs little.
 */
public final class Versus {
  private static final int[] BATCHES = {1, 8, 64};

  /** Turns a batch size, by the position in {@link #BATCHES}: the larger, the longer each is. */
  private static final int[] ROUNDS = {40, 16, 6};

  /** Ours is so much faster that one run would be too short to be measured beside theirs. */
  private static final int OUR_RUNS = 8;

  private static final String FLOAT = "ours, float";
  private static final String INT8 = "ours, int8";
  private static final String RESNET = "ResNet-34 at 224";

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
    Path model8 = quantised(model, folder.resolve("int8"));
    try (Classifier ofFloat = Classifier.open(model);
        Classifier int8 = Classifier.open(model8);
        PictureClassifier resNet = new PictureClassifier(BATCHES[BATCHES.length - 1])) {
      new Versus(System.out).measure(ofFloat, int8, resNet, quick);
    }
  }

  /** The samples tell the ranges: they change the answers, not the time. */
  private static Path quantised(Path model, Path folder) throws IOException {
    ModelCard card = ModelCard.read(model.resolve(ModelCard.FILE_NAME));
    Path samples = Samples.all().getFirst().getParent().getParent();
    Provenance provenance =
        new Provenance(
            "samples",
            "0".repeat(64),
            "bench",
            card.provenance().seed(),
            Optional.of(card.id()),
            Instant.EPOCH,
            "bench/run versus");
    Quantisation.run(
        model,
        QuantisationWafers.of(WaferDatasets.read(samples), List.of(), 100),
        new Quantisation.Options(1, 1),
        provenance,
        folder);
    return folder;
  }

  private void measure(
      Classifier ofFloat, Classifier int8, PictureClassifier resNet, boolean quick) {
    out.println("From a picture's file to the answer, one core:\n");
    out.printf("| batch | %s, ms a wafer | %s | %s |", FLOAT, INT8, RESNET);
    out.println(" ResNet-34 / float | ResNet-34 / int8 | float / int8 |");
    out.println("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for (int i = 0; i < BATCHES.length; i++) {
      int batch = BATCHES[i];
      Map<String, Consumer<Integer>> entrants = new LinkedHashMap<>();
      entrants.put(FLOAT, from -> ofFloat.classify(read(from, batch)));
      entrants.put(INT8, from -> int8.classify(read(from, batch)));
      entrants.put(RESNET, from -> resNet.classify(pictures.subList(from, from + batch)));
      Map<String, double[]> millis = turns(entrants, batch, quick ? 1 : ROUNDS[i]);
      out.printf(
          "| %d | %s | %s | %s | %s | %s | %s |%n",
          batch,
          spread(millis.get(FLOAT), 3),
          spread(millis.get(INT8), 3),
          spread(millis.get(RESNET), 1),
          spread(ratios(millis.get(RESNET), millis.get(FLOAT)), 0),
          spread(ratios(millis.get(RESNET), millis.get(INT8)), 0),
          spread(ratios(millis.get(FLOAT), millis.get(INT8)), 2));
    }
    out.println("\nFrom dies to the answer, one core:\n");
    out.printf("| batch | %s, ms a wafer | %s | float / int8 |%n", FLOAT, INT8);
    out.println("| ---: | ---: | ---: | ---: |");
    for (int batch : BATCHES) {
      Map<String, Consumer<Integer>> entrants = new LinkedHashMap<>();
      entrants.put(FLOAT, from -> ofFloat.classify(wafers.subList(from, from + batch)));
      entrants.put(INT8, from -> int8.classify(wafers.subList(from, from + batch)));
      Map<String, double[]> millis = turns(entrants, batch, quick ? 1 : ROUNDS[0]);
      out.printf(
          "| %d | %s | %s | %s |%n",
          batch,
          spread(millis.get(FLOAT), 3),
          spread(millis.get(INT8), 3),
          spread(ratios(millis.get(FLOAT), millis.get(INT8)), 2));
    }
  }

  private List<WaferMap> read(int from, int count) {
    return pictures.subList(from, from + count).stream()
        .map(file -> WaferImages.read("a sample", file))
        .toList();
  }

  /** Milliseconds a wafer of each entrant in each round; who begins changes from round to round. */
  private Map<String, double[]> turns(
      Map<String, Consumer<Integer>> entrants, int batch, int rounds) {
    List<String> names = List.copyOf(entrants.keySet());
    Map<String, double[]> millis = new LinkedHashMap<>();
    names.forEach(name -> millis.put(name, new double[rounds]));
    int positions = pictures.size() - batch + 1;
    for (int round = -1; round < rounds; round++) {
      for (int turn = 0; turn < names.size(); turn++) {
        String name = names.get(Math.floorMod(round + turn, names.size()));
        int runs = name.equals(RESNET) ? 1 : OUR_RUNS;
        long began = THREADS.getCurrentThreadCpuTime();
        for (int run = 0; run < runs; run++) {
          entrants.get(name).accept(Math.floorMod(((round + 1) * runs + run) * 37, positions));
        }
        long took = THREADS.getCurrentThreadCpuTime() - began;
        // The first round warms up.
        if (round >= 0) {
          millis.get(name)[round] = took / 1e6 / runs / batch;
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
