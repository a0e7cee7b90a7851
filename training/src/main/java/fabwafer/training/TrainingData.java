package fabwafer.training;

import static fabwafer.wafer.dataset.LabelledWafer.UNKNOWN;

import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * The wafers to learn from and the wafers to validate on. Wafers of one lot look alike, so they are
 * never parted at random: a wafer's fold, part or group decides where it goes.
 *
 * @param training wafers to learn from, each with one pattern
 * @param validation wafers that are only measured
 * @param split how they were parted, such as {@code fold 2}; for the card
 */
public record TrainingData(
    List<LabelledWafer> training, List<LabelledWafer> validation, String split) {
  /** One group in so many is for validation, where groups decide. */
  private static final int GROUP_SHARE = 10;

  public TrainingData {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    if (training.isEmpty() || validation.isEmpty()) {
      throw new TrainingException(
          "%s leaves %,d wafers to train on and %,d to validate on; both need some"
              .formatted(split, training.size(), validation.size()));
    }
  }

  /**
   * Parts a data set: by the fold where one is given, else by its own parts train and valid, else
   * by group. Wafers of a part called test are left out.
   *
   * @param fold the fold to validate on and to keep from training
   * @throws TrainingException if wafers have several patterns, or nothing parts them fairly
   */
  public static TrainingData of(WaferDataset dataset, OptionalInt fold) {
    if (dataset.labelling() == Labelling.MULTIPLE) {
      throw new TrainingException(
          dataset.source() + ": its wafers may have several patterns; training needs one each");
    }
    List<LabelledWafer> wafers =
        dataset.wafers().stream().filter(wafer -> wafer.split() != Split.TEST).toList();
    if (fold.isPresent()) {
      return byFold(wafers, fold.getAsInt());
    }
    if (wafers.stream().anyMatch(wafer -> wafer.split() == Split.VALID)) {
      return parted(wafers, wafer -> wafer.split() == Split.VALID, "part valid");
    }
    if (wafers.stream().noneMatch(wafer -> wafer.group() == UNKNOWN)) {
      return parted(
          wafers,
          wafer -> Math.floorMod(mixed(wafer.group()), GROUP_SHARE) == 0,
          "a tenth of the groups");
    }
    throw new TrainingException(
        dataset.source()
            + ": its wafers have neither a fold, a part called valid, nor a group; parted at"
            + " random, wafers of one lot would be trained on and measured");
  }

  private static TrainingData byFold(List<LabelledWafer> wafers, int fold) {
    if (wafers.stream().noneMatch(wafer -> wafer.fold() == fold)) {
      List<Integer> folds = wafers.stream().map(LabelledWafer::fold).distinct().sorted().toList();
      throw new TrainingException(
          "no wafer is in fold %d; there are folds %s".formatted(fold, folds));
    }
    return parted(wafers, wafer -> wafer.fold() == fold, "fold " + fold);
  }

  private static TrainingData parted(
      List<LabelledWafer> wafers, Predicate<LabelledWafer> validation, String split) {
    return new TrainingData(
        wafers.stream().filter(validation.negate()).toList(),
        wafers.stream().filter(validation).toList(),
        split);
  }

  /** Neighbouring group numbers, spread (the finisher of MurmurHash3). */
  private static int mixed(int group) {
    int h = group;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
