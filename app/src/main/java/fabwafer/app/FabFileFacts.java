package fabwafer.app;

import fabwafer.wafer.record.Bin;
import fabwafer.wafer.record.DieState;
import fabwafer.wafer.record.NotchSide;
import fabwafer.wafer.record.WaferRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a fab's file says of a wafer beside its wafer map, in lines for people. */
final class FabFileFacts {
  private static final List<DieState> UNTESTED =
      List.of(DieState.SKIPPED, DieState.EDGE, DieState.REFERENCE);

  private FabFileFacts() {}

  static List<String> lines(WaferRecord record) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "  %s: lot %s, wafer %s, product %s%s"
            .formatted(
                record.identity().format(),
                or(record.identity().lot()),
                or(record.identity().wafer()),
                or(record.identity().product()),
                record.identity().slot() > 0 ? ", slot " + record.identity().slot() : ""));
    NotchSide notch = record.grid().notch();
    lines.add(
        notch == NotchSide.UNKNOWN
            ? "  notch not stated, not turned"
            : "  notch stated %s%s, shown down"
                .formatted(
                    notch.name().toLowerCase(Locale.ROOT),
                    record.grid().fromBack() ? " and seen from the back" : ""));
    List<Bin> bins = record.bins().stream().filter(bin -> bin.dies() > 0).toList();
    if (!bins.isEmpty()) {
      lines.add(
          "  bins " + bins.stream().map(FabFileFacts::line).collect(Collectors.joining(", ")));
    }
    Map<DieState, Integer> counts = record.counts();
    String untested =
        UNTESTED.stream()
            .filter(state -> counts.getOrDefault(state, 0) > 0)
            .map(
                state ->
                    String.format(
                        Locale.ROOT,
                        "%,d %s",
                        counts.get(state),
                        state.name().toLowerCase(Locale.ROOT)))
            .collect(Collectors.joining(", "));
    if (!untested.isEmpty()) {
      lines.add("  not tested: " + untested);
    }
    if (!record.defects().isEmpty()) {
      lines.add(String.format(Locale.ROOT, "  %,d defects", record.defects().size()));
    }
    record.warnings().forEach(warning -> lines.add("  note: " + warning));
    return lines;
  }

  private static String line(Bin bin) {
    return String.format(
        Locale.ROOT,
        "%d%s%s: %,d",
        bin.number(),
        bin.name().isEmpty() ? "" : " " + bin.name(),
        bin.quality() == Bin.Quality.PASS ? " (passes)" : "",
        bin.dies());
  }

  private static String or(String text) {
    return text.isEmpty() ? "-" : text;
  }
}
