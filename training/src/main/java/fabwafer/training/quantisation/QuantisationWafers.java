package fabwafer.training.quantisation;

import static fabwafer.wafer.dataset.LabelledWafer.UNKNOWN;

import fabwafer.training.TrainingException;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The wafers that tell ranges and the wafers that prove the result; none is both.
 *
 * @param calibration wafers that tell ranges, of each label as many as of any other where there are
 *     enough: a range must hold what rare patterns make, too
 * @param verification wafers that are only measured, evenly spread
 * @param split how they were parted, such as {@code fold 2}; for the card
 */
public record QuantisationWafers(
    List<LabelledWafer> calibration, List<LabelledWafer> verification, String split) {
  /** Most wafers that tell ranges: a tensor's range has long settled. */
  public static final int MAX_CALIBRATION = 20_000;

  /** Most wafers that are measured: in eight turns and by two models about a minute's work. */
  public static final int MAX_VERIFICATION = 6_000;

  private static final int GROUP_SHARE = 10;
  private static final int LABEL_SHARE = 5;

  public QuantisationWafers {
    calibration = List.copyOf(calibration);
    verification = List.copyOf(verification);
    if (calibration.isEmpty() || verification.isEmpty()) {
      throw new TrainingException(
          "%s leaves %,d wafers to tell ranges and %,d to measure; both need some"
              .formatted(split, calibration.size(), verification.size()));
    }
  }

  /**
   * Parts a data set: by folds where some are given, else by its own parts train and valid, else by
   * group, else the last fifth of each label is measured. Wafers of a part called test are left
   * out.
   *
   * @param folds folds to measure on; may be empty
   * @param wafers most that tell ranges, 1 to {@link #MAX_CALIBRATION}
   * @throws TrainingException if a fold has no wafer, or one side gets none
   */
  public static QuantisationWafers of(WaferDataset dataset, Collection<Integer> folds, int wafers) {
    if (wafers < 1 || wafers > MAX_CALIBRATION) {
      throw new TrainingException(
          "the wafers that tell ranges must be 1 to %,d, got %,d"
              .formatted(MAX_CALIBRATION, wafers));
    }
    List<LabelledWafer> all =
        dataset.wafers().stream().filter(wafer -> wafer.split() != Split.TEST).toList();
    if (!folds.isEmpty()) {
      return parted(all, wafers, new TreeSet<>(folds));
    }
    if (all.stream().anyMatch(wafer -> wafer.split() == Split.VALID)) {
      return parted(all, wafers, wafer -> wafer.split() == Split.VALID, "part valid");
    }
    if (all.stream().noneMatch(wafer -> wafer.group() == UNKNOWN)) {
      return parted(
          all,
          wafers,
          wafer -> Math.floorMod(mixed(wafer.group()), GROUP_SHARE) == 0,
          "a tenth of the groups");
    }
    Set<String> last = new HashSet<>();
    byLabel(all).values().forEach(ofLabel -> last.addAll(lastNames(ofLabel)));
    return parted(
        all, wafers, wafer -> last.contains(wafer.name()), "the last fifth of each label by name");
  }

  private static QuantisationWafers parted(
      List<LabelledWafer> all, int wafers, SortedSet<Integer> folds) {
    for (int fold : folds) {
      if (all.stream().noneMatch(wafer -> wafer.fold() == fold)) {
        List<Integer> there = all.stream().map(LabelledWafer::fold).distinct().sorted().toList();
        throw new TrainingException(
            "no wafer is in fold %d; there are folds %s".formatted(fold, there));
      }
    }
    List<String> numbers = folds.stream().map(String::valueOf).toList();
    String split = (folds.size() == 1 ? "fold " : "folds ") + String.join(", ", numbers);
    return parted(all, wafers, wafer -> folds.contains(wafer.fold()), split);
  }

  private static QuantisationWafers parted(
      List<LabelledWafer> all, int wafers, Predicate<LabelledWafer> measured, String split) {
    return new QuantisationWafers(
        balanced(all.stream().filter(measured.negate()).toList(), wafers),
        spread(all.stream().filter(measured).toList(), MAX_VERIFICATION),
        split);
  }

  /** As many of each label where there are enough, evenly spread over the data set. */
  private static List<LabelledWafer> balanced(List<LabelledWafer> all, int wafers) {
    List<List<LabelledWafer>> rareFirst = new ArrayList<>(byLabel(all).values());
    rareFirst.sort(Comparator.comparingInt(List::size));
    List<LabelledWafer> chosen = new ArrayList<>();
    for (int i = 0; i < rareFirst.size(); i++) {
      chosen.addAll(spread(rareFirst.get(i), (wafers - chosen.size()) / (rareFirst.size() - i)));
    }
    return chosen;
  }

  private static List<LabelledWafer> spread(List<LabelledWafer> all, int most) {
    int count = Math.min(all.size(), most);
    List<LabelledWafer> some = new ArrayList<>(count);
    for (long i = 0; i < count; i++) {
      some.add(all.get((int) (i * all.size() / count)));
    }
    return some;
  }

  private static Map<String, List<LabelledWafer>> byLabel(List<LabelledWafer> wafers) {
    Map<String, List<LabelledWafer>> byLabel = new TreeMap<>();
    for (LabelledWafer wafer : wafers) {
      byLabel.computeIfAbsent(wafer.labels(), label -> new ArrayList<>()).add(wafer);
    }
    return byLabel;
  }

  private static List<String> lastNames(List<LabelledWafer> ofLabel) {
    List<String> names = ofLabel.stream().map(LabelledWafer::name).sorted().toList();
    return names.subList(names.size() - names.size() / LABEL_SHARE, names.size());
  }

  /** Neighbouring group numbers, spread (the finisher of MurmurHash3). */
  private static int mixed(int group) {
    int h = group;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
