package fabwafer.wafer.dataset;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A wafer map with what a person said of it.
 *
 * @param wafer the wafer map at raw die resolution
 * @param patterns its defect patterns in label-id order, at least one; {@link DefectPattern#NONE}
 *     only alone
 * @param group wafers that may be of one lot share a group, so a fair split never cuts one; {@link
 *     #UNKNOWN} where the source says nothing
 * @param fold 0 to 9, or {@link #UNKNOWN}
 * @param split the part of its data set
 * @param name unique in its data set and fit for a file name, such as {@code row012345}
 */
public record LabelledWafer(
    WaferMap wafer, Set<DefectPattern> patterns, int group, int fold, Split split, String name) {

  /** Value of a group or fold that the source does not state. */
  public static final int UNKNOWN = -1;

  /** Stands between the labels of a wafer with several patterns: {@code Center+Scratch}. */
  public static final String SEPARATOR = "+";

  // Nearly every wafer has one pattern: one shared set each keeps large data sets small.
  private static final Map<DefectPattern, Set<DefectPattern>> SINGLES = singles();

  public LabelledWafer {
    if (patterns.isEmpty()) {
      throw new WaferException(name + ": a labelled wafer needs a pattern, or none as its label");
    }
    if (patterns.size() > 1 && patterns.contains(DefectPattern.NONE)) {
      throw new WaferException(name + ": 'none' cannot stand beside a defect pattern");
    }
    patterns =
        patterns.size() == 1
            ? single(patterns.iterator().next())
            : Collections.unmodifiableSet(EnumSet.copyOf(patterns));
  }

  /** A wafer with one pattern, of a source that states no group, fold or part. */
  public static LabelledWafer of(WaferMap wafer, DefectPattern pattern, String name) {
    return new LabelledWafer(wafer, single(pattern), UNKNOWN, UNKNOWN, Split.UNSPLIT, name);
  }

  /** The set of one pattern; the same object each time. */
  static Set<DefectPattern> single(DefectPattern pattern) {
    Set<DefectPattern> set = SINGLES.get(pattern);
    return set == null ? Set.of(pattern) : set;
  }

  /**
   * The pattern of a wafer that has one.
   *
   * @throws WaferException if it has several
   */
  public DefectPattern label() {
    if (patterns.size() > 1) {
      throw new WaferException(
          name + " has several patterns (" + labels() + "), where one is asked for");
    }
    return patterns.iterator().next();
  }

  /** The labels of its patterns, joined: {@code Donut}, {@code Center+Scratch}, {@code none}. */
  public String labels() {
    return patterns.stream().map(DefectPattern::label).collect(Collectors.joining(SEPARATOR));
  }

  /** The row number in a name such as {@code row012345}; {@link #UNKNOWN} in another name. */
  int row() {
    return name.matches("row[0-9]{1,9}") ? Integer.parseInt(name.substring(3)) : UNKNOWN;
  }

  /** The same label on another wafer map, such as one whose die mask was forced. */
  public LabelledWafer withWafer(WaferMap other) {
    return new LabelledWafer(other, patterns, group, fold, split, name);
  }

  private static Map<DefectPattern, Set<DefectPattern>> singles() {
    Map<DefectPattern, Set<DefectPattern>> singles = new EnumMap<>(DefectPattern.class);
    for (DefectPattern pattern : DefectPattern.values()) {
      singles.put(pattern, Set.of(pattern));
    }
    return Collections.unmodifiableMap(singles);
  }
}
