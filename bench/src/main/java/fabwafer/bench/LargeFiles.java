package fabwafer.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferRead;
import fabwafer.wafer.pickle.LswmdFile;
import fabwafer.wafer.pickle.LswmdRow;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How fast large files of a fab are read, and in how much memory: made, then read once each in a
 * process of its own whose heap is bounded, then deleted. Prints a Markdown table for
 * docs/performance.md.
 */
public final class LargeFiles {
  private static final String READ = "read";
  private static final double MEGA = 1e6;
  private static final double NANOS = 1e9;

  private LargeFiles() {}

  /** Makes a file. */
  @FunctionalInterface
  private interface Making {
    void make(Path file) throws IOException;
  }

  /** What is read: its name, the heap it is read in, and how it is made. */
  private record Case(String name, String heap, Making making) {}

  /**
   * Measures.
   *
   * @param arguments a folder with 2.5 GB of room; or, in the process that reads, {@code read NAME
   *     FILE}
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments[0].equals(READ)) {
      read(arguments[1], Path.of(arguments[2]), System.out);
      return;
    }
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    List<Case> cases =
        List.of(
            new Case("STDF", "512m", MadeFiles::stdf),
            new Case("KLARF", "1g", MadeFiles::klarf),
            new Case("LSWMD.pkl", "1g", MadeFiles::pickle));
    System.out.println(
        "| file | size, MB | holds | seconds | processor seconds | MB/s | heap bound | resident at"
            + " most, MB |");
    System.out.println("| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |");
    for (Case one : cases) {
      Path file = folder.resolve("made-" + one.name());
      try {
        one.making().make(file);
        inOwnProcess(one, file);
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void inOwnProcess(Case one, Path file) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx" + one.heap(), "-XX:+UseSerialGC", "-Djava.awt.headless=true"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    command.addAll(List.of(LargeFiles.class.getName(), READ, one.name(), file.toString()));
    Process process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(one.name() + " could not be read: " + said);
    }
    System.out.println(said.formatted(one.heap()));
  }

  private static void read(String name, Path file, PrintStream out) throws IOException {
    long start = System.nanoTime();
    String holds = name.equals("LSWMD.pkl") ? pickle(file) : fabFile(file);
    double seconds = (System.nanoTime() - start) / NANOS;
    double megabytes = Files.size(file) / MEGA;
    double processor =
        ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis() / 1_000.0;
    out.printf(
        Locale.ROOT,
        "| %s | %,.0f | %s | %.1f | %.1f | %,.0f | %%s | %,.0f |%n",
        name,
        megabytes,
        holds,
        seconds,
        processor,
        megabytes / seconds,
        residentAtMost());
  }

  private static String fabFile(Path file) throws IOException {
    long[] counts = new long[3];
    WaferFiles.read(
        file,
        ReadOptions.DEFAULT,
        read -> {
          if (read instanceof WaferRead.Wafer wafer) {
            counts[0]++;
            counts[1] += wafer.record().map().dies();
            counts[2] += wafer.record().defects().size();
          }
        });
    return counts[2] == 0
        ? "%,d wafers, %,d dies".formatted(counts[0], counts[1])
        : "%,d wafer, %,d dies, %,d defects".formatted(counts[0], counts[1], counts[2]);
  }

  private static String pickle(Path file) throws IOException {
    long dies = 0;
    long labelled = 0;
    try (LswmdFile rows = LswmdFile.open(file)) {
      for (int row = 0; row < rows.rows(); row++) {
        LswmdRow read = rows.row(row);
        dies += read.wafer().dies();
        labelled += read.label().isEmpty() ? 0 : 1;
      }
      return "%,d wafers, %,d labelled, %,d dies".formatted(rows.rows(), labelled, dies);
    }
  }

  /** VmHWM in MB, as Linux counts it; NaN elsewhere. */
  private static double residentAtMost() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return Double.NaN;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1_024 / MEGA)
        .findFirst()
        .orElse(Double.NaN);
  }
}
