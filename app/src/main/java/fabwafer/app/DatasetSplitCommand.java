package fabwafer.app;

import fabwafer.parquet.ParquetDataset;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code fabwafer dataset split}: says of each labelled wafer whether it trains or tests. */
@Command(
    name = "split",
    description = {
      "Puts each labelled wafer into train, valid or test and writes the data set anew. Wafers of",
      "one lot look alike: a split by wafer measures what a model remembers, one by lot what it",
      "learnt. Wafers without label are kept in no part."
    },
    mixinStandardHelpOptions = true)
final class DatasetSplitCommand implements Callable<Integer> {
  /** How wafers are put together. */
  enum By {
    /** Each wafer on its own, every label in the same shares. */
    WAFER,
    /** Whole lots, or groups where there is no lot. */
    LOT,
    /** In the data set's order: the first train, the last test. */
    ORDER,
    /** By the time of test: the earliest train, the latest test; no lot is cut. */
    TIME,
    /** As a column of its own says. */
    COLUMN,
    /** As its maker parted it: Test is tested, the rest is parted into train and valid by lot. */
    PART
  }

  @Spec private CommandSpec spec;

  @Mixin private DatasetSource source;

  @Mixin private NewDataset made;

  @Option(
      names = "--by",
      paramLabel = "HOW",
      defaultValue = "lot",
      description = "${COMPLETION-CANDIDATES}; by default LOT.")
  private By by;

  @Option(
      names = "--column",
      paramLabel = "NAME",
      description = {
        "With --by column: the column, of any name. Its values are train, valid and test, or else",
        "--valid and --test name those for the two, such as --column fold --test 8,9."
      })
  private @Nullable String column;

  @Option(
      names = "--valid",
      split = ",",
      paramLabel = "VALUE",
      description = "Values of the column that validate.")
  private List<String> validValues = List.of();

  @Option(
      names = "--test",
      split = ",",
      paramLabel = "VALUE",
      description = "Values of the column that test.")
  private List<String> testValues = List.of();

  @Option(
      names = "--shares",
      paramLabel = "A,B,C",
      split = ",",
      defaultValue = "64,16,20",
      description = "Shares of train, valid and test in percent; by default 64,16,20.")
  private List<Double> shares;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "The same seed gives the same split; by default 1.")
  private long seed;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields before it runs the command
  DatasetSplitCommand() {}

  @Override
  public Integer call() throws IOException {
    if (shares.size() != 3
        || shares.stream().anyMatch(share -> !(share >= 0))
        || Math.abs(shares.stream().mapToDouble(Double::doubleValue).sum() - 100) > 1e-6) {
      throw new WaferException("--shares must be three numbers that add up to 100, got " + shares);
    }
    if ((by == By.COLUMN) != (column != null)) {
      throw new WaferException("--by column and --column NAME go together");
    }
    made.file();
    List<DatasetSplitting.Wafer> wafers = new ArrayList<>();
    source.read("read", row -> wafers.add(wafer(row)));
    Split[] splits =
        column == null
            ? new DatasetSplitting(wafers, shares, seed).split(by)
            : new OwnColumn(column, validValues, testValues).split(source.path(), wafers);
    Path file = made.made();
    Map<Split, Integer> counts = new EnumMap<>(Split.class);
    try (ParquetDataset.Writer out = ParquetDataset.write(file)) {
      int[] at = {0};
      source.read(
          "write",
          row -> {
            Split split = splits[at[0]];
            at[0]++;
            counts.merge(split, 1, Integer::sum);
            out.write(row.withSplit(split));
          });
      out.finish();
    }
    PrintWriter print = spec.commandLine().getOut();
    counts.forEach(
        (split, count) ->
            print.println(String.format(Locale.ROOT, "%-8s %,10d wafers", split.folder(), count)));
    print.println(file);
    print.flush();
    return 0;
  }

  private static DatasetSplitting.Wafer wafer(DatasetRow row) {
    // A group is what must not be parted, and may hold wafers of one lot that do not say it.
    String unit = row.group() == LabelledWafer.UNKNOWN ? row.lot() : "group " + row.group();
    return new DatasetSplitting.Wafer(row.label(), unit, row.part(), row.time());
  }
}
