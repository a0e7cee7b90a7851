package fabwafer.wafer.dataset;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A row of a data set on its way from one form to another: what its source says of a wafer, whether
 * or not that is a label of the nine. A text is empty where the source says nothing.
 *
 * @param wafer the wafer map, notch down where it is known
 * @param label {@code Donut}; {@code Center+Scratch} for several; any other text names a new
 *     pattern; empty: nobody labelled it
 * @param lot the lot
 * @param waferId the wafer in its lot
 * @param part what its maker called its part: {@code Training}, {@code Test}
 * @param split the part it is used in
 * @param group wafers that must not be parted, or {@link LabelledWafer#UNKNOWN}
 * @param fold for cross-validation, or {@link LabelledWafer#UNKNOWN}
 * @param time when it was tested or inspected, in ISO 8601 where that can be told
 * @param source the file it is from
 * @param name unique in the data set and fit for a file's name
 */
public record DatasetRow(
    WaferMap wafer,
    String label,
    String lot,
    String waferId,
    String part,
    Split split,
    int group,
    int fold,
    String time,
    String source,
    String name) {

  private static final Pattern PLUS = Pattern.compile(Pattern.quote(LabelledWafer.SEPARATOR));

  public DatasetRow {
    label =
        String.join(
            LabelledWafer.SEPARATOR,
            PLUS.splitAsStream(label).map(DefectPattern::canonicalLabel).toList());
  }

  /** A row of a data set whose wafers all have labels. */
  static DatasetRow of(LabelledWafer wafer, String lot, String waferId, String part, String from) {
    return new DatasetRow(
        wafer.wafer(),
        wafer.labels(),
        lot,
        waferId,
        part,
        wafer.split(),
        wafer.group(),
        wafer.fold(),
        "",
        from,
        wafer.name());
  }

  /** The same row in another part. */
  public DatasetRow withSplit(Split other) {
    return new DatasetRow(wafer, label, lot, waferId, part, other, group, fold, time, source, name);
  }

  /** The same row with another label. */
  public DatasetRow withLabel(String other) {
    return new DatasetRow(wafer, other, lot, waferId, part, split, group, fold, time, source, name);
  }

  /** The row for training; empty where it has no label, or one that is none of the nine. */
  public Optional<LabelledWafer> labelled() {
    Set<DefectPattern> patterns = EnumSet.noneOf(DefectPattern.class);
    List<String> labels = PLUS.splitAsStream(label).toList();
    for (String one : labels) {
      DefectPattern.ofLabel(one).ifPresent(patterns::add);
    }
    boolean known = patterns.size() == labels.size();
    boolean noneAndMore = patterns.size() > 1 && patterns.contains(DefectPattern.NONE);
    return known && !patterns.isEmpty() && !noneAndMore
        ? Optional.of(new LabelledWafer(wafer, patterns, group, fold, split, name))
        : Optional.empty();
  }
}
