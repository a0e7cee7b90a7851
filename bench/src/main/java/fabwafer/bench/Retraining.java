package fabwafer.bench;

import fabwafer.acceptance.Program;
import fabwafer.classifier.Classifier;
import fabwafer.hub.pipeline.PipelineConfig;
import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDatasets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a retraining on few reviewed wafers brings: a model that never saw some patterns goes on
 * from half of a fold's lots as the hub trains it, with all other folds to replay, and both are
 * asked about the other half. {@code --start}: the model, trained without {@code --new} and without
 * {@code --fold}; {@code --draws}: how often, each time with other lots and another seed.
 */
public final class Retraining {
  /** Most reviewed wafers of a pattern, and of one group of lots: reviewing is work. */
  private static final int REVIEWED = 15;

  private static final int REVIEWED_NONE = 30;
  private static final int OF_A_GROUP = 5;

  /** Most wafers judged of a pattern, and of none. */
  private static final int JUDGED = 60;

  private static final int JUDGED_NONE = 200;

  private final WaferDataset fold;
  private final Path start;
  private final Path folder;
  private final Map<String, int[]> counts = new TreeMap<>();

  private Retraining(WaferDataset fold, Path start, Path folder) {
    this.fold = fold;
    this.start = start;
    this.folder = folder;
  }

  /** Trains, asks, prints. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Flags flags =
        Flags.read(
            arguments,
            Map.of(
                "data",
                "",
                "start",
                "",
                "new",
                "Donut,Edge-Ring",
                "fold",
                "2",
                "draws",
                "1",
                "none-weight",
                "4.014"));
    Set<String> fresh = Set.of(flags.text("new").split(","));
    WaferDataset all = WaferDatasets.read(Path.of(flags.text("data")));
    Path folder = Files.createTempDirectory("retraining");
    try {
      Path replay = folder.resolve("replay.npz");
      WaferDatasets.writeNpz(
          all.withoutFold(flags.whole("fold")).where(wafer -> !fresh.contains(wafer.labels())),
          replay);
      Retraining run =
          new Retraining(all.fold(flags.whole("fold")), Path.of(flags.text("start")), folder);
      for (int draw = 1; draw <= flags.whole("draws"); draw++) {
        run.draw(draw, replay, flags.text("none-weight"));
      }
      System.out.print(run.table());
    } finally {
      Pictures.remove(folder);
    }
  }

  private void draw(int seed, Path replay, String noneWeight)
      throws IOException, InterruptedException {
    Random random = new Random(seed);
    List<Integer> groups =
        fold.wafers().stream()
            .map(LabelledWafer::group)
            .distinct()
            .sorted()
            .collect(Collectors.toCollection(ArrayList::new));
    Collections.shuffle(groups, random);
    Set<Integer> reviewedGroups = new HashSet<>(groups.subList(0, groups.size() / 2));
    List<LabelledWafer> shuffled = new ArrayList<>(fold.wafers());
    Collections.shuffle(shuffled, random);
    List<LabelledWafer> reviewed = new ArrayList<>();
    List<LabelledWafer> judged = new ArrayList<>();
    Map<String, Integer> taken = new HashMap<>();
    for (LabelledWafer wafer : shuffled) {
      boolean none = wafer.label() == DefectPattern.NONE;
      boolean first = reviewedGroups.contains(wafer.group());
      int most = first ? none ? REVIEWED_NONE : REVIEWED : none ? JUDGED_NONE : JUDGED;
      String group = wafer.labels() + wafer.group();
      String half = wafer.labels() + first;
      if (taken.getOrDefault(half, 0) < most
          && (!first || taken.merge(group, 1, Integer::sum) <= OF_A_GROUP)) {
        taken.merge(half, 1, Integer::sum);
        (first ? reviewed : judged).add(wafer);
      }
    }
    Path data = folder.resolve("reviewed-" + seed + ".npz");
    WaferDatasets.writeNpz(new WaferDataset("reviewed", fold.labelling(), reviewed), data);
    Path model = folder.resolve("model-" + seed);
    train(data, replay, model, seed, noneWeight);
    ask(start, judged, 0);
    ask(model, judged, 1);
  }

  private void train(Path data, Path replay, Path model, int seed, String noneWeight)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(List.of(Program.home().resolve("fabwafer").toString(), "train"));
    words.addAll(List.of(data.toString(), "--from", start.toString(), "--out", model.toString()));
    words.addAll(List.of("--replay", replay.toString(), "--seed", String.valueOf(seed)));
    PipelineConfig.SETTINGS.forEach(setting -> words.addAll(List.of("--set", setting)));
    words.addAll(List.of("--set", "none-weight=" + noneWeight));
    Process child =
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (child.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", words) + " ended with " + child.exitValue());
    }
  }

  /** Counts wafers, and the right answers before (0) or after (1). */
  private void ask(Path model, List<LabelledWafer> judged, int when) {
    try (Classifier classifier = Classifier.open(model)) {
      for (LabelledWafer wafer : judged) {
        int[] count = counts.computeIfAbsent(wafer.labels(), label -> new int[3]);
        count[2] += when;
        count[when] += classifier.classify(wafer.wafer()).label().equals(wafer.labels()) ? 1 : 0;
      }
    }
  }

  private String table() {
    StringBuilder table = new StringBuilder("| | before | after |\n| --- | --- | --- |\n");
    counts.forEach(
        (label, count) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %d/%d | %d/%d |%n",
                    label,
                    count[0],
                    count[2],
                    count[1],
                    count[2])));
    return table.toString();
  }
}
