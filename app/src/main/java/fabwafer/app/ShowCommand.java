package fabwafer.app;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.drawing.TextStyle;
import fabwafer.wafer.drawing.WaferDrawing;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.format.WaferFiles;
import fabwafer.wafer.format.WaferRead.PassedOver;
import fabwafer.wafer.format.WaferRead.Refused;
import fabwafer.wafer.format.WaferRead.Wafer;
import fabwafer.wafer.image.WaferImages;
import fabwafer.wafer.record.WaferRecord;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fabwafer show}: wafer maps drawn in the terminal or as a picture, with their facts. */
@Command(
    name = "show",
    description = {
      "Draws wafer maps in the terminal, with their size, dies and yield, and of a fab's file its",
      "lot, wafer, notch, bins and what was odd (STDF, KLARF, G85, E142, SINF, prober text, CSV,",
      "JSON; packed or not).",
      "Of a data set (NPZ, folders by label) it shows the labels, or one wafer with --index.",
      "A file that cannot be read is told and the others go on; then the exit code is 1."
    },
    mixinStandardHelpOptions = true)
final class ShowCommand implements Callable<Integer> {
  private static final int DEFAULT_WIDTH = 80;
  private static final int HEAD_BYTES = 16;

  /** Length of a picture's longer side, where whole pixels a die and the bounds allow it. */
  private static final int PICTURE_SIDE = 800;

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description =
          "Pictures (PNG, JPEG), files of a fab, data sets (Parquet, NPZ), folders by label.")
  private List<Path> files;

  @Option(
      names = "--index",
      paramLabel = "N",
      description = "The wafer of a data set or of a fab's file to draw; the first is 0.")
  private @Nullable Integer index;

  @Option(
      names = "--svg",
      paramLabel = "OUT",
      description = "Write the one wafer map as an SVG picture instead.")
  private @Nullable Path svg;

  @Option(
      names = "--png",
      paramLabel = "OUT",
      description = "Write the one wafer map as a PNG picture for people instead.")
  private @Nullable Path png;

  @Option(
      names = "--width",
      paramLabel = "COLUMNS",
      description = "Columns to draw in; by default the variable COLUMNS, else 80.")
  private @Nullable Integer width;

  @Option(names = "--plain", description = "Characters only, as where the output is no terminal.")
  private boolean plain;

  @Option(
      names = "--colour",
      description = "24-bit colours also where the output is no terminal, as for 'less -R'.")
  private boolean colour;

  private int failed;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  ShowCommand() {}

  @Override
  public Integer call() {
    if ((svg != null || png != null) && files.size() > 1) {
      throw new WaferException(
          "--svg and --png draw one wafer map, got %d files".formatted(files.size()));
    }
    for (Path file : files) {
      try {
        show(file);
      } catch (WaferException | IOException e) {
        tell(file, e);
      } catch (UncheckedIOException e) {
        tell(file, Objects.requireNonNullElse(e.getCause(), new IOException(e)));
      }
    }
    spec.commandLine().getOut().flush();
    return failed == 0 ? 0 : Main.FAILED;
  }

  private void show(Path file) throws IOException {
    if (!isDataSet(file) && isFabFile(file)) {
      showFabFile(file);
      return;
    }
    if (!isDataSet(file)) {
      if (index != null) {
        throw new WaferException(
            file.getFileName() + ": --index chooses of a data set; this is one picture");
      }
      show(file.toString(), WaferImages.read(file));
      return;
    }
    WaferDataset dataset = new LabelledData(file).read();
    if (index == null) {
      summarise(file, dataset);
      return;
    }
    if (index < 0 || index >= dataset.size()) {
      throw new WaferException(
          "%s: --index must be 0 to %,d, got %,d"
              .formatted(file.getFileName(), dataset.size() - 1, index));
    }
    LabelledWafer labelled = dataset.get(index);
    show("%s#%s, %s".formatted(file, labelled.name(), labelled.labels()), labelled.wafer());
  }

  private static boolean isDataSet(Path file) {
    return Files.isDirectory(file) || LabelledData.isNamedSo(file);
  }

  /** Whether a file is neither a picture nor empty: the format is then told by its content. */
  private static boolean isFabFile(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(HEAD_BYTES);
      return head.length > 0 && !WaferImages.isPicture(head);
    }
  }

  private void showFabFile(Path file) throws IOException {
    int[] at = {0};
    WaferFiles.read(
        file,
        ReadOptions.DEFAULT,
        read -> {
          switch (read) {
            case Wafer wafer -> {
              if (index == null || index == at[0]) {
                showRecord(wafer.record(), at[0]);
              }
              at[0]++;
            }
            case Refused refused ->
                tell(file, new WaferException(refused.where() + ": " + refused.reason()));
            case PassedOver passed -> print("passed over: " + passed.where());
          }
        });
    if (index != null && (index < 0 || index >= at[0])) {
      throw new WaferException(
          "%s: --index must be 0 to %,d, got %,d".formatted(file.getFileName(), at[0] - 1, index));
    }
  }

  private void showRecord(WaferRecord record, int at) {
    if (at > 0 && index == null && (svg != null || png != null)) {
      throw new WaferException("--svg and --png draw one wafer: choose it with --index");
    }
    try {
      show("%s#%d".formatted(record.identity().source(), at), record.map());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FabFileFacts.lines(record).forEach(this::print);
  }

  private void summarise(Path file, WaferDataset dataset) {
    if (svg != null || png != null) {
      throw new WaferException(
          "%s: --svg and --png draw one of the %,d wafers: choose it with --index"
              .formatted(file.getFileName(), dataset.size()));
    }
    String labels =
        dataset.counts().entrySet().stream()
            .filter(entry -> entry.getValue() > 0)
            .map(entry -> count(entry.getKey(), entry.getValue()))
            .collect(Collectors.joining(", "));
    print(
        "%s: %,d wafers: %s; --index 0 to %d draws one"
            .formatted(file, dataset.size(), labels, dataset.size() - 1));
  }

  private static String count(DefectPattern pattern, int wafers) {
    return String.format(Locale.ROOT, "%,d %s", wafers, pattern.label());
  }

  private void show(String title, WaferMap wafer) throws IOException {
    if (svg == null && png == null) {
      Map<String, String> environment = System.getenv();
      spec.commandLine()
          .getOut()
          .print(WaferDrawing.toText(wafer, style(environment), columns(environment)));
    }
    print(title + ": " + facts(wafer));
    if (svg != null) {
      Files.writeString(svg, WaferDrawing.toSvg(wafer));
      print("drawn as " + svg);
    }
    if (png != null) {
      int wished = PICTURE_SIDE / Math.max(wafer.height(), wafer.width());
      Files.write(png, WaferDrawing.toPng(wafer, WaferDrawing.dieSide(wafer, wished)));
      print("drawn as " + png);
    }
  }

  private static String facts(WaferMap wafer) {
    return String.format(
        Locale.ROOT,
        "%d rows x %d columns, %,d dies, %,d failing, yield %.1f %%",
        wafer.height(),
        wafer.width(),
        wafer.dies(),
        wafer.failingDies(),
        100 * wafer.yieldRatio());
  }

  private TextStyle style(Map<String, String> environment) {
    if (plain) {
      return TextStyle.ASCII;
    }
    if (colour) {
      return TextStyle.TRUE_COLOUR;
    }
    boolean terminal = Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
    return TextStyle.of(environment, terminal);
  }

  private int columns(Map<String, String> environment) {
    if (width != null) {
      return width;
    }
    String columns = environment.getOrDefault("COLUMNS", "");
    return columns.matches("[0-9]{1,4}")
        ? Math.max(WaferDrawing.MIN_COLUMNS, Integer.parseInt(columns))
        : DEFAULT_WIDTH;
  }

  private void print(String line) {
    spec.commandLine().getOut().println(line);
  }

  private void tell(Path file, Exception failure) {
    failed++;
    String reason =
        switch (failure) {
          case NoSuchFileException missing -> "no such file: " + missing.getFile();
          case AccessDeniedException denied -> "no right to use " + denied.getFile();
          case IOException broken -> file + ": " + broken.getMessage();
          default -> String.valueOf(failure.getMessage());
        };
    PrintWriter err = spec.commandLine().getErr();
    spec.commandLine().getOut().flush();
    err.println("fabwafer: " + reason);
    err.flush();
  }
}
