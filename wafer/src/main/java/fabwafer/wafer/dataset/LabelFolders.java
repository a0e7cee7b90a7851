package fabwafer.wafer.dataset;

import static fabwafer.wafer.dataset.LabelledWafer.UNKNOWN;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import fabwafer.wafer.image.WaferImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Data sets as folders of pictures: {@code <label>/*.png}, or {@code train/<label>/*.png} with
 * {@code valid} and {@code test} beside. A folder {@code Center+Scratch} holds wafers with both
 * patterns.
 */
final class LabelFolders {
  private static final int SHOWN_PROBLEMS = 20;
  private static final Pattern PLUS = Pattern.compile(Pattern.quote(LabelledWafer.SEPARATOR));
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}");

  private final Path root;
  private final List<LabelledWafer> wafers = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private LabelFolders(Path root) {
    this.root = root;
  }

  static WaferDataset read(Path root) throws IOException {
    LabelFolders folders = new LabelFolders(root);
    folders.readSplits();
    folders.requireNoProblems();
    if (folders.wafers.isEmpty()) {
      throw new WaferException(
          root + " holds no wafer maps; expected <label>/*.png or train/<label>/*.png");
    }
    boolean multiple = folders.wafers.stream().anyMatch(wafer -> wafer.patterns().size() > 1);
    return new WaferDataset(
        String.valueOf(root.getFileName()),
        multiple ? Labelling.MULTIPLE : Labelling.SINGLE,
        folders.wafers);
  }

  private void readSplits() throws IOException {
    boolean split = false;
    for (Split part : Split.values()) {
      Path folder = root.resolve(part.folder());
      if (Files.isDirectory(folder)) {
        split = true;
        readLabels(folder, part);
      }
    }
    if (!split) {
      readLabels(root, Split.UNSPLIT);
    }
  }

  private void readLabels(Path folder, Split split) throws IOException {
    for (Path labelled : sorted(folder)) {
      if (!Files.isDirectory(labelled)) {
        continue;
      }
      String label = String.valueOf(labelled.getFileName());
      Optional<Set<DefectPattern>> patterns = patterns(label);
      if (patterns.isEmpty()) {
        problems.add(
            root.relativize(labelled) + ": the folder's name is none of " + DefectPattern.labels());
        continue;
      }
      for (Path file : sorted(labelled)) {
        if (isPicture(file)) {
          readPicture(file, patterns.get(), split);
        }
      }
    }
  }

  private void readPicture(Path file, Set<DefectPattern> patterns, Split split) {
    if (wafers.size() == WaferDatasets.MAX_WAFERS) {
      throw new WaferException(
          "%s: a data set must have at most %,d wafers".formatted(root, WaferDatasets.MAX_WAFERS));
    }
    try {
      WaferMap wafer = WaferImages.read(file);
      wafers.add(new LabelledWafer(wafer, patterns, UNKNOWN, UNKNOWN, split, uniqueName(file)));
    } catch (WaferException e) {
      problems.add(folderOf(file) + e.getMessage());
    } catch (IOException e) {
      problems.add(root.relativize(file) + ": not readable: " + e.getMessage());
    }
  }

  private String folderOf(Path file) {
    Path parent = root.relativize(file).getParent();
    return parent == null ? "" : parent + "/";
  }

  /** A file's name without its ending; with its folders before where two files share it. */
  private String uniqueName(Path file) {
    String name = stem(String.valueOf(file.getFileName()));
    if (!names.add(name)) {
      name = stem(root.relativize(file).toString().replace('/', '.').replace('\\', '.'));
      names.add(name);
    }
    return name;
  }

  static String stem(String name) {
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  static boolean isPicture(Path file) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
  }

  /** Whether a folder's name is a label, or several. */
  static boolean isLabel(String folder) {
    return patterns(folder).isPresent();
  }

  /** Empty where a part of the name is no label. */
  private static Optional<Set<DefectPattern>> patterns(String folder) {
    Set<DefectPattern> patterns = EnumSet.noneOf(DefectPattern.class);
    for (String label : PLUS.split(folder, -1)) {
      Optional<DefectPattern> pattern = DefectPattern.ofLabel(label);
      if (pattern.isEmpty()) {
        return Optional.empty();
      }
      patterns.add(pattern.get());
    }
    boolean noneAndMore = patterns.size() > 1 && patterns.contains(DefectPattern.NONE);
    return noneAndMore ? Optional.empty() : Optional.of(Collections.unmodifiableSet(patterns));
  }

  private static List<Path> sorted(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }

  private void requireNoProblems() {
    if (problems.isEmpty()) {
      return;
    }
    StringBuilder message = new StringBuilder();
    message.append("%s: %,d problems, nothing was read:".formatted(root, problems.size()));
    problems.stream().limit(SHOWN_PROBLEMS).forEach(line -> message.append("\n  ").append(line));
    if (problems.size() > SHOWN_PROBLEMS) {
      message.append("\n  and %,d more".formatted(problems.size() - SHOWN_PROBLEMS));
    }
    throw new WaferException(message.toString());
  }

  /** Writes each wafer where {@link #read} finds it; parts only if the data set has parts. */
  static void write(WaferDataset dataset, Path root) throws IOException {
    Set<String> taken = new HashSet<>();
    boolean split = dataset.wafers().stream().anyMatch(wafer -> wafer.split() != Split.UNSPLIT);
    for (LabelledWafer wafer : dataset.wafers()) {
      if (!FILE_NAME.matcher(wafer.name()).matches()) {
        throw new WaferException(
            "'%s' is no name for a file: 1 to 128 of A-Z a-z 0-9 . _ - without a leading dot"
                .formatted(wafer.name()));
      }
      if (!taken.add(wafer.name())) {
        throw new WaferException(
            "two wafers of %s are named %s".formatted(dataset.source(), wafer.name()));
      }
      Path folder = split ? root.resolve(wafer.split().folder()) : root;
      Path labelled = Files.createDirectories(folder.resolve(wafer.labels()));
      WaferImages.write(wafer.wafer(), labelled.resolve(wafer.name() + ".png"));
    }
  }
}
