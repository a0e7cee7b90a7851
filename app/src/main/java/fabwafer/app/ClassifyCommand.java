package fabwafer.app;

import fabwafer.classifier.Classifier;
import fabwafer.classifier.Prediction;
import fabwafer.classifier.explanation.Explainer;
import fabwafer.classifier.explanation.Explanation;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.drawing.WaferDrawing;
import fabwafer.wafer.format.ReadOptions;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code fabwafer classify}: what a model says of wafer maps in files. */
@Command(
    name = "classify",
    description = {
      "Classifies wafer maps: pictures (PNG, JPEG), folders of them, data sets (Parquet, NPZ).",
      "A file that cannot be read is told and the others go on; then the exit code is 1."
    },
    mixinStandardHelpOptions = true)
final class ClassifyCommand implements Callable<Integer> {
  private static final List<String> PICTURES = List.of(".png", ".jpg", ".jpeg");
  private static final String PNG = ".png";
  private static final String SVG = ".svg";

  /** Length of a picture's longer side, where whole pixels a die and the bounds allow it. */
  private static final int PICTURE_SIDE = 800;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      arity = "1..*",
      description = "Pictures, folders of pictures, data sets (Parquet, NPZ).")
  private List<Path> sources;

  @Mixin private ModelOption model;

  @Option(
      names = "--json",
      description = {
        "A JSON object a line: file, prediction, probability, probabilities; where the model says",
        "them patterns, patternProbabilities, conformalSet, novelty, decision, reasons; or error."
      })
  private boolean json;

  @Option(
      names = "--explain",
      paramLabel = "OUT",
      description = {
        "Also draw which dies drove the answer for the one picture, as OUT.png or OUT.svg.",
        "Amber to red dies speak for the label, blue ones against it, grey ones hardly matter."
      })
  private @Nullable Path explain;

  private int failed;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  ClassifyCommand() {}

  @Override
  public Integer call() {
    if (explain != null) {
      requireDrawable(explain);
    }
    try (Classifier classifier = model.open()) {
      Batch batch = new Batch(classifier);
      for (Path source : sources) {
        source(batch, source);
      }
      batch.finish();
    }
    spec.commandLine().getOut().flush();
    return failed == 0 ? 0 : Main.FAILED;
  }

  private void requireDrawable(Path picture) {
    if (sources.size() > 1
        || LabelledData.isNamedSo(sources.getFirst())
        || Files.isDirectory(sources.getFirst())) {
      throw new WaferException("--explain draws one wafer map: give it one picture");
    }
    if (!nameEnds(picture, List.of(PNG, SVG))) {
      throw new WaferException(
          "--explain must name a file that ends in %s or %s, got %s".formatted(PNG, SVG, picture));
    }
  }

  private void source(Batch batch, Path source) {
    try {
      if (Files.isDirectory(source)) {
        folder(batch, source);
      } else if (LabelledData.isNamedSo(source)) {
        dataset(batch, source);
      } else {
        batch.add(source.toString(), WaferImages.read(source));
      }
    } catch (WaferException | IOException e) {
      batch.finish();
      failed(source.toString(), e);
    }
  }

  private void dataset(Batch batch, Path source) throws IOException {
    try (DatasetProgress progress = new DatasetProgress("classify")) {
      DatasetFile.read(
          source,
          ReadOptions.DEFAULT,
          progress,
          row -> batch.add(source + "#" + row.name(), row.wafer()));
    }
  }

  private void folder(Batch batch, Path folder) throws IOException {
    List<Path> pictures;
    try (Stream<Path> files = Files.walk(folder)) {
      pictures =
          files
              .filter(file -> nameEnds(file, PICTURES) && Files.isRegularFile(file))
              .sorted()
              .toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (pictures.isEmpty()) {
      throw new WaferException("no pictures in this folder");
    }
    for (Path picture : pictures) {
      source(batch, picture);
    }
  }

  private static boolean nameEnds(Path file, List<String> endings) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && endings.stream().anyMatch(name::endsWith);
  }

  private void failed(String file, Exception failure) {
    failed++;
    String reason =
        switch (failure) {
          case NoSuchFileException missing -> "no such file";
          case AccessDeniedException denied -> "no right to read it";
          default -> withoutName(file, String.valueOf(failure.getMessage()));
        };
    if (json) {
      print(MAPPER.createObjectNode().put("file", file).put("error", reason));
    } else {
      spec.commandLine().getOut().flush();
      PrintWriter err = spec.commandLine().getErr();
      err.println("fabwafer: " + file + ": " + reason);
      err.flush();
    }
  }

  /** Readers begin their messages with the file, which the line has already. */
  private static String withoutName(String file, String message) {
    String name = String.valueOf(Path.of(file).getFileName());
    for (String begin : List.of(file + ": ", name + ": ")) {
      if (message.startsWith(begin)) {
        return message.substring(begin.length());
      }
    }
    return message;
  }

  private void classified(String file, Prediction prediction, Optional<Explanation> explanation) {
    if (json) {
      ObjectNode line = MAPPER.createObjectNode().put("file", file);
      PredictionLines.put(prediction, line);
      explanation.ifPresent(found -> put(found, line.putObject("explanation")));
      print(line);
    } else {
      PrintWriter out = spec.commandLine().getOut();
      out.println(file + "  " + PredictionLines.text(prediction));
      explanation.ifPresent(found -> out.println(words(found)));
    }
  }

  private String words(Explanation explanation) {
    String side = explanation.speaksAgainst() ? "against" : "for";
    String matter =
        explanation.share().isPresent()
            ? String.format(
                Locale.ROOT,
                "repairing the %,d dies coloured strongly takes away %.0f %% of what speaks %s %s",
                explanation.shownDies(),
                100 * explanation.share().getAsDouble(),
                side,
                explanation.label())
            : "as a whole the failing dies hardly move " + explanation.label();
    return "drawn as %s: %s".formatted(explain, matter);
  }

  private static void put(Explanation explanation, ObjectNode json) {
    json.put("label", explanation.label())
        .put("evidence", explanation.evidence())
        .put("shownDies", explanation.shownDies());
    explanation.share().ifPresent(share -> json.put("share", share));
  }

  private Explanation drawn(Explainer explainer, WaferMap wafer, String label, Path picture) {
    Explanation explanation = explainer.explain(wafer, label);
    try {
      if (nameEnds(picture, List.of(SVG))) {
        Files.writeString(picture, WaferDrawing.toSvg(wafer, explanation.values()));
      } else {
        int wished = PICTURE_SIDE / Math.max(wafer.height(), wafer.width());
        int side = WaferDrawing.dieSide(wafer, wished);
        Files.write(picture, WaferDrawing.toPng(wafer, explanation.values(), side));
      }
      return explanation;
    } catch (IOException e) {
      throw new WaferException("cannot write " + picture + ": " + e.getMessage(), e);
    }
  }

  private void print(ObjectNode line) {
    spec.commandLine().getOut().println(MAPPER.writeValueAsString(line));
  }

  /** Wafer maps that go through the model together. */
  private final class Batch {
    private final Classifier classifier;
    private final List<String> names = new ArrayList<>();
    private final List<WaferMap> wafers = new ArrayList<>();

    Batch(Classifier classifier) {
      this.classifier = classifier;
    }

    void add(String name, WaferMap wafer) {
      names.add(name);
      wafers.add(wafer);
      if (wafers.size() == Classifier.MAX_BATCH) {
        finish();
      }
    }

    void finish() {
      List<Prediction> predictions = classifier.classify(wafers);
      for (int i = 0; i < predictions.size(); i++) {
        Prediction prediction = predictions.get(i);
        Optional<Explanation> explanation =
            explain == null
                ? Optional.empty()
                : Optional.of(
                    drawn(new Explainer(classifier), wafers.get(i), prediction.label(), explain));
        classified(names.get(i), prediction, explanation);
      }
      names.clear();
      wafers.clear();
    }
  }
}
