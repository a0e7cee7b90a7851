package fabwafer.classifier.evaluation;

import fabwafer.classifier.evaluation.Breakdown.Cell;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Parts a data set by map size, product and the parts its maker gave it. */
final class Breakdowns {
  // Longest side, inclusive; above the last is a band of its own.
  private static final int[] BANDS = {32, 48, 64, 96};

  private static final Comparator<Cell> WORST_FIRST =
      Comparator.comparing(Cell::few)
          .thenComparingDouble(Cell::accuracy)
          .thenComparing(Cell::wafers, Comparator.reverseOrder())
          .thenComparing(Cell::name);

  private final List<Answer> answers;
  private final Tally tally;
  private final Protocol protocol;

  private Breakdowns(List<Answer> answers, Tally tally, Protocol protocol) {
    this.answers = answers;
    this.tally = tally;
    this.protocol = protocol;
  }

  /** The breakdowns that have more than one part. */
  static List<Breakdown> of(
      List<Answer> answers, Tally tally, Protocol protocol, Map<String, String> parts) {
    Breakdowns breakdowns = new Breakdowns(answers, tally, protocol);
    List<Breakdown> all =
        List.of(
            new Breakdown(
                "map size",
                "the longest side in dies",
                breakdowns.cells(answer -> bandKey(answer.outcome().wafer().wafer())).stream()
                    .map(cell -> named(cell, bandName(Integer.parseInt(cell.name()))))
                    .toList()),
            new Breakdown(
                "product",
                "rows × columns of the die grid, which tells products apart; the worst first",
                breakdowns.cells(answer -> product(answer.outcome().wafer().wafer())).stream()
                    .sorted(WORST_FIRST)
                    .limit(Breakdown.MAX_CELLS)
                    .toList()),
            new Breakdown(
                "part",
                "the parts that the data set's maker gave it",
                breakdowns.cells(
                    answer -> parts.getOrDefault(answer.outcome().wafer().name(), "not stated"))));
    return all.stream().filter(breakdown -> breakdown.cells().size() > 1).toList();
  }

  private List<Cell> cells(Function<Answer, String> key) {
    Map<String, List<Answer>> byKey = new TreeMap<>();
    for (Answer answer : answers) {
      byKey.computeIfAbsent(key.apply(answer), _ -> new ArrayList<>()).add(answer);
    }
    List<Cell> cells = new ArrayList<>();
    // One part is the whole, whose figures stand elsewhere.
    if (byKey.size() > 1) {
      byKey.forEach((name, part) -> cells.add(cell(name, part)));
    }
    return cells;
  }

  private Cell cell(String name, List<Answer> part) {
    double noneWeight = protocol.noneWeight();
    double[] figures = tally.accuracyAndMacroF1(tally.counts(part), noneWeight);
    Bootstrap bootstrap = Bootstrap.of(tally.size(), part, tally::add);
    Spread spread = new Spread();
    if (bootstrap.groups() >= Breakdown.LEAST_GROUPS && part.size() >= Breakdown.LEAST_WAFERS) {
      bootstrap.draw(
          protocol,
          sample -> {
            double[] drawn = tally.accuracyAndMacroF1(sample, noneWeight);
            spread.add("accuracy", drawn[0]);
            spread.add("macroF1", drawn[1]);
          });
    }
    Map<String, Interval> intervals = spread.intervals();
    return new Cell(
        name,
        part.size(),
        bootstrap.groups(),
        (int) part.stream().filter(answer -> !answer.right()).count(),
        figures[0],
        Optional.ofNullable(intervals.get("accuracy")),
        figures[1],
        Optional.ofNullable(intervals.get("macroF1")));
  }

  private static Cell named(Cell cell, String name) {
    return new Cell(
        name,
        cell.wafers(),
        cell.groups(),
        cell.errors(),
        cell.accuracy(),
        cell.accuracyInterval(),
        cell.macroF1(),
        cell.macroF1Interval());
  }

  /** The band's number, one digit, so that names sort as bands do. */
  private static String bandKey(WaferMap wafer) {
    int side = Math.max(wafer.height(), wafer.width());
    int band = 0;
    while (band < BANDS.length && side > BANDS[band]) {
      band++;
    }
    return String.valueOf(band);
  }

  private static String bandName(int band) {
    if (band == 0) {
      return "up to " + BANDS[0];
    }
    return band == BANDS.length
        ? "above " + BANDS[band - 1]
        : (BANDS[band - 1] + 1) + " to " + BANDS[band];
  }

  private static String product(WaferMap wafer) {
    return wafer.height() + " × " + wafer.width();
  }
}
