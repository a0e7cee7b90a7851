package fabwafer.app;

import fabwafer.wafer.WaferMap;
import fabwafer.wafer.dataset.DatasetRow;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** What a data set holds, gathered row by row; wafer maps are not kept but for a few a label. */
final class DatasetStatistics {
  /** Wafer maps kept of each label, for a page. */
  static final int SAMPLES = 12;

  /** In place of a label where nobody gave one. */
  static final String UNLABELLED = "(unlabelled)";

  /** An outline that guesses labels this much better than the commonest label is suspect. */
  private static final double SUSPECT = 0.1;

  /** An outline that a smaller share of the wafers has is rare. */
  private static final double RARE = 0.01;

  /** A pattern whose wafers have a rare outline so much more often than the others is suspect. */
  private static final double SUSPECT_RARE = 0.3;

  private final Map<String, OfLabel> labels = new TreeMap<>();
  private final Map<String, Integer> sizes = new HashMap<>();
  private final Map<Fingerprint, Seen> maps = new HashMap<>();
  private final Map<Fingerprint, Map<String, Integer>> outlines = new HashMap<>();
  private final Map<String, Set<Split>> lots = new HashMap<>();
  private final Map<Split, Integer> splits = new TreeMap<>();
  // A fixed seed: the same data set gives the same page.
  private final Random random = new Random(7);
  private int wafers;
  private int duplicates;
  private int contradictions;
  private int acrossSplits;

  /** What is gathered of one label. */
  static final class OfLabel {
    private final List<WaferMap> samples = new ArrayList<>();
    private int wafers;
    private double failing;

    List<WaferMap> samples() {
      return Collections.unmodifiableList(samples);
    }

    int wafers() {
      return wafers;
    }

    /** The mean of the wafers' failing shares. */
    double failingShare() {
      return failing / wafers;
    }
  }

  /** A wafer map or outline by its checksum. */
  private record Fingerprint(long a, long b) {}

  /** What was first said of a wafer map. */
  private record Seen(String label, Split split) {}

  void add(DatasetRow row) {
    String label = row.label().isEmpty() ? UNLABELLED : row.label();
    wafers++;
    WaferMap wafer = row.wafer();
    OfLabel of = labels.computeIfAbsent(label, name -> new OfLabel());
    of.wafers++;
    of.failing += 1 - wafer.yieldRatio();
    sample(of, wafer);
    sizes.merge(wafer.height() + " x " + wafer.width(), 1, Integer::sum);
    splits.merge(row.split(), 1, Integer::sum);
    if (!row.lot().isEmpty()) {
      lots.computeIfAbsent(row.lot(), lot -> EnumSet.noneOf(Split.class)).add(row.split());
    }
    byte[] cells = wafer.cells();
    compare(fingerprint(wafer, cells), label, row.split());
    if (!row.label().isEmpty()) {
      for (int i = 0; i < cells.length; i++) {
        cells[i] = (byte) Math.min(cells[i], 1);
      }
      outlines
          .computeIfAbsent(fingerprint(wafer, cells), outline -> new HashMap<>())
          .merge(label, 1, Integer::sum);
    }
  }

  /** Each wafer of a label has the same chance to be shown. */
  private void sample(OfLabel of, WaferMap wafer) {
    if (of.samples.size() < SAMPLES) {
      of.samples.add(wafer);
      return;
    }
    int place = random.nextInt(of.wafers);
    if (place < SAMPLES) {
      of.samples.set(place, wafer);
    }
  }

  private void compare(Fingerprint map, String label, Split split) {
    Seen seen = maps.putIfAbsent(map, new Seen(label, split));
    if (seen == null) {
      return;
    }
    duplicates++;
    if (!seen.label().equals(label)
        && !seen.label().equals(UNLABELLED)
        && !label.equals(UNLABELLED)) {
      contradictions++;
    }
    acrossSplits += seen.split() == split ? 0 : 1;
  }

  private static Fingerprint fingerprint(WaferMap wafer, byte[] cells) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(ByteBuffer.allocate(8).putInt(wafer.height()).putInt(wafer.width()).flip());
      ByteBuffer sum = ByteBuffer.wrap(digest.digest(cells));
      return new Fingerprint(sum.getLong(), sum.getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  Map<String, OfLabel> labels() {
    return Collections.unmodifiableMap(labels);
  }

  /** What there is to say, a line each. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            Locale.ROOT,
            "%,d wafers, %,d different sizes, commonest %s",
            wafers,
            sizes.size(),
            commonest()));
    labels.forEach(
        (label, of) ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "  %-24s %,10d wafers, %4.1f %% of dies fail in the mean",
                    label,
                    of.wafers(),
                    100 * of.failingShare())));
    splits.forEach(
        (split, count) ->
            lines.add(String.format(Locale.ROOT, "  %-24s %,10d wafers", split.folder(), count)));
    lines.add(String.format(Locale.ROOT, "%,d lots", lots.size()));
    lines.add(
        String.format(
            Locale.ROOT, "%,d wafer maps are exact duplicates of an earlier one", duplicates));
    lines.add(
        String.format(
            Locale.ROOT, "%,d of them have another label than the earlier one", contradictions));
    leaks(lines);
    return lines;
  }

  private void leaks(List<String> lines) {
    long cut = lots.values().stream().filter(parts -> parts.size() > 1).count();
    if (acrossSplits > 0) {
      lines.add(
          String.format(
              Locale.ROOT, "suspected leak: %,d duplicates lie in another part", acrossSplits));
    }
    if (cut > 0) {
      lines.add(String.format(Locale.ROOT, "suspected leak: %,d lots are cut across parts", cut));
    }
    int labelled = wafers - (labels.containsKey(UNLABELLED) ? labels.get(UNLABELLED).wafers() : 0);
    if (labelled > 0) {
      rareOutlines(lines, labelled);
      double outline = (double) guessedByOutline() / labelled;
      double plain = (double) commonestLabel() / labelled;
      lines.add(
          String.format(
              Locale.ROOT,
              "%sthe outline alone guesses %.1f %% of labels, the commonest label %.1f %%",
              outline > plain + SUSPECT ? "suspected leak: " : "",
              100 * outline,
              100 * plain));
    }
  }

  /**
   * Where one mask serves nearly all wafers, those with another one may give their pattern away.
   */
  private void rareOutlines(List<String> lines, int labelled) {
    Map<String, int[]> ofPattern = new TreeMap<>();
    int rareInAll = 0;
    for (Map<String, Integer> counts : outlines.values()) {
      int wafersOfOutline = counts.values().stream().mapToInt(Integer::intValue).sum();
      boolean rare = wafersOfOutline < RARE * labelled;
      rareInAll += rare ? wafersOfOutline : 0;
      counts.forEach(
          (label, count) -> {
            for (String pattern : label.split(Pattern.quote(LabelledWafer.SEPARATOR), -1)) {
              int[] with = ofPattern.computeIfAbsent(pattern, name -> new int[2]);
              with[0] += count;
              with[1] += rare ? count : 0;
            }
          });
    }
    int rareTotal = rareInAll;
    ofPattern.forEach(
        (pattern, with) -> {
          int others = labelled - with[0];
          double share = (double) with[1] / with[0];
          double shareOfOthers = others == 0 ? share : (double) (rareTotal - with[1]) / others;
          if (share > shareOfOthers + SUSPECT_RARE) {
            lines.add(
                String.format(
                    Locale.ROOT,
                    "suspected leak: an outline that few wafers share occurs with %.0f %% of %s and"
                        + " %.0f %% of the others",
                    100 * share,
                    pattern,
                    100 * shareOfOthers));
          }
        });
  }

  private int commonestLabel() {
    return labels.entrySet().stream()
        .filter(entry -> !entry.getKey().equals(UNLABELLED))
        .mapToInt(entry -> entry.getValue().wafers())
        .max()
        .orElse(0);
  }

  /** Each wafer is guessed to have the commonest label of the other wafers of its outline. */
  private int guessedByOutline() {
    int right = 0;
    for (Map<String, Integer> counts : outlines.values()) {
      for (Map.Entry<String, Integer> of : counts.entrySet()) {
        int others = of.getValue() - 1;
        boolean most =
            others > 0
                && counts.entrySet().stream()
                    .allMatch(
                        other -> other.getKey().equals(of.getKey()) || other.getValue() < others);
        right += most ? of.getValue() : 0;
      }
    }
    return right;
  }

  private String commonest() {
    return sizes.entrySet().stream()
        .max(Map.Entry.comparingByValue())
        .map(size -> String.format(Locale.ROOT, "%s (%,d)", size.getKey(), size.getValue()))
        .orElse("none");
  }
}
