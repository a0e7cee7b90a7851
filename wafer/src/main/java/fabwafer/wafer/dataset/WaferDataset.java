package fabwafer.wafer.dataset;

import fabwafer.wafer.DefectPattern;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Labelled wafers in a fixed order, immutable.
 *
 * @param source where they are from, for messages and provenance, such as a file's name
 * @param labelling whether a wafer may have several patterns
 * @param wafers the wafers, in the source's order
 */
public record WaferDataset(String source, Labelling labelling, List<LabelledWafer> wafers) {

  /** How many patterns a wafer of a data set may have. */
  public enum Labelling {
    /** One pattern or none, as in WM-811K. */
    SINGLE,
    /** Any set of patterns, as in MixedWM38. */
    MULTIPLE
  }

  public WaferDataset {
    wafers = List.copyOf(wafers);
  }

  /** How many wafers. */
  public int size() {
    return wafers.size();
  }

  /**
   * The wafer at a position.
   *
   * @param index 0 to {@link #size()} - 1
   */
  public LabelledWafer get(int index) {
    return wafers.get(index);
  }

  /** The wafers that meet a condition, in the same order. */
  public WaferDataset where(Predicate<LabelledWafer> condition) {
    return new WaferDataset(source, labelling, wafers.stream().filter(condition).toList());
  }

  /** The wafers of one fold. */
  public WaferDataset fold(int fold) {
    return where(wafer -> wafer.fold() == fold);
  }

  /** The wafers of every fold but one; those without a fold stay. */
  public WaferDataset withoutFold(int fold) {
    return where(wafer -> wafer.fold() != fold);
  }

  /**
   * How many wafers show each pattern; every pattern has an entry. A wafer with several counts for
   * each.
   */
  public Map<DefectPattern, Integer> counts() {
    Map<DefectPattern, Integer> counts = new EnumMap<>(DefectPattern.class);
    for (DefectPattern pattern : DefectPattern.values()) {
      counts.put(pattern, 0);
    }
    for (LabelledWafer wafer : wafers) {
      wafer.patterns().forEach(pattern -> counts.merge(pattern, 1, Integer::sum));
    }
    return Collections.unmodifiableMap(counts);
  }

  /** Source, size and labelling; not the wafers. */
  @Override
  public String toString() {
    return "WaferDataset[%s, %,d wafers, %s]".formatted(source, size(), labelling);
  }
}
