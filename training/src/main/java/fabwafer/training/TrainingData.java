package fabwafer.training;

import static fabwafer.wafer.dataset.LabelledWafer.UNKNOWN;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.dataset.LabelledWafer;
import fabwafer.wafer.dataset.Split;
import fabwafer.wafer.dataset.WaferDataset;
import fabwafer.wafer.dataset.WaferDataset.Labelling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The wafers to learn from and the wafers to validate on. Wafers of one lot look alike, so they are
 * never parted at random: a wafer's fold, part or group decides where it goes.
 *
 * @param training wafers to learn from
 * @param validation wafers that are only measured; may be empty
 * @param split how they were parted, such as {@code fold 2}; for the card
 * @param mix how many wafers of each class stand for the mix that the model's probabilities are
 *     for, shape [classes] in class-id order; other numbers than training's where wafers of it are
 *     repeated or left out
 */
public record TrainingData(
    List<LabelledWafer> training, List<LabelledWafer> validation, String split, List<Integer> mix) {
  /** One group in so many is for validation, where groups decide. */
  private static final int GROUP_SHARE = 10;

  /** One wafer in so many is for validation, where not even groups are known. */
  private static final int ONE_IN = 5;

  private static final int CLASSES = DefectPattern.values().length;

  /** More, and the net learns the few new wafers by heart. */
  private static final int MOST_REPEATS = 20;

  public TrainingData {
    training = List.copyOf(training);
    validation = List.copyOf(validation);
    mix = List.copyOf(mix);
    if (training.isEmpty()) {
      throw new TrainingException(split + " leaves no wafer to train on");
    }
  }

  /** Data whose wafers come as often as they do in the fab. */
  public TrainingData(List<LabelledWafer> training, List<LabelledWafer> validation, String split) {
    this(training, validation, split, Arrays.stream(counts(training)).boxed().toList());
  }

  /**
   * All wafers to learn from, none to validate on: for a model whose recipe was measured on parts.
   * Wafers of a part called test are left out.
   */
  public static TrainingData all(WaferDataset dataset) {
    return new TrainingData(withoutTest(dataset), List.of(), "nothing kept for validation");
  }

  /**
   * New wafers to learn beside old ones that keep what was learnt from being forgotten. Of the old
   * ones as many of each class as there is room for; the new ones so often that they are a third,
   * and those of a class that the old data hardly has so often that it is no rarer than the others.
   * What is validated on is the old data's; where the new data has some kept, that too.
   *
   * <p>The mix is the old data's, with the new wafers. People review what is novel, so that new
   * wafers do not say how often a pattern comes: one that the old data lacks is taken to come as
   * often as the others do in the middle.
   *
   * @param fresh the new wafers
   * @param most old wafers taken, at least one a class
   */
  public static TrainingData withReplay(TrainingData fresh, TrainingData old, int most) {
    List<LabelledWafer> kept = new ArrayList<>();
    for (DefectPattern pattern : DefectPattern.values()) {
      List<LabelledWafer> ofClass =
          old.training().stream().filter(wafer -> wafer.patterns().contains(pattern)).toList();
      int taken = Math.min(ofClass.size(), Math.max(1, most / CLASSES));
      for (int i = 0; i < taken; i++) {
        kept.add(ofClass.get((int) ((long) i * ofClass.size() / taken)));
      }
    }
    int usual = Math.clamp(kept.size() / (2L * fresh.training().size()), 1, MOST_REPEATS);
    int[] times = times(counts(kept), counts(fresh.training()), usual);
    List<LabelledWafer> training = new ArrayList<>(kept);
    for (LabelledWafer wafer : fresh.training()) {
      int own = isOne(wafer) ? times[wafer.label().id()] : usual;
      training.addAll(Collections.nCopies(own, wafer));
    }
    List<LabelledWafer> validation = new ArrayList<>(old.validation());
    validation.addAll(fresh.validation());
    return new TrainingData(
        training,
        validation,
        "%s; replay of %,d wafers, %s; new ones %d times, of rarer classes up to %d"
            .formatted(
                fresh.split(),
                kept.size(),
                old.split(),
                usual,
                Arrays.stream(times).max().orElse(usual)),
        mix(counts(old.training()), counts(fresh.training())));
  }

  /** How often an epoch sees a new wafer of each class. */
  private static int[] times(int[] old, int[] fresh, int usual) {
    int typical = middle(old, CLASSES);
    int[] times = new int[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      boolean rare = 2 * old[c] < typical && fresh[c] > 0;
      times[c] =
          rare ? Math.clamp(Math.ceilDiv(typical - old[c], fresh[c]), usual, MOST_REPEATS) : usual;
    }
    return times;
  }

  private static List<Integer> mix(int[] old, int[] fresh) {
    int typical = middle(old, DefectPattern.NONE.id());
    List<Integer> mix = new ArrayList<>();
    for (int c = 0; c < CLASSES; c++) {
      boolean isNew = old[c] == 0 && fresh[c] > 0;
      mix.add(isNew ? Math.max(typical, fresh[c]) : old[c] + fresh[c]);
    }
    return mix;
  }

  /** The middle one of the first counts that are not 0; 0 where all are. */
  private static int middle(int[] counts, int first) {
    int[] there = Arrays.stream(counts, 0, first).filter(count -> count > 0).sorted().toArray();
    return there.length == 0 ? 0 : there[there.length / 2];
  }

  /** Wafers of each class; those of several patterns belong to no class. */
  private static int[] counts(List<LabelledWafer> wafers) {
    int[] counts = new int[CLASSES];
    wafers.stream().filter(TrainingData::isOne).forEach(wafer -> counts[wafer.label().id()]++);
    return counts;
  }

  private static boolean isOne(LabelledWafer wafer) {
    return wafer.patterns().size() == 1;
  }

  /**
   * The same without a pattern, in training and in validation: to measure what a model makes of a
   * pattern that it never saw.
   *
   * @throws TrainingException if nothing is left to train on
   */
  public TrainingData without(DefectPattern pattern) {
    return new TrainingData(
        training.stream().filter(wafer -> !wafer.patterns().contains(pattern)).toList(),
        validation.stream().filter(wafer -> !wafer.patterns().contains(pattern)).toList(),
        split + ", without " + pattern.label());
  }

  /**
   * Parts a data set: by folds where some are given, else by its own parts train and valid, else by
   * group. Wafers of a part called test are left out.
   *
   * @param folds the folds to validate on and to keep from training; may be empty
   * @throws TrainingException if nothing parts them fairly
   */
  public static TrainingData of(WaferDataset dataset, Set<Integer> folds) {
    List<LabelledWafer> wafers = withoutTest(dataset);
    if (!folds.isEmpty()) {
      return byFold(wafers, new TreeSet<>(folds));
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
    if (dataset.labelling() == Labelling.MULTIPLE) {
      // MixedWM38 says nothing of lots: this is what there is, and the card says so.
      List<LabelledWafer> kept =
          IntStream.range(0, wafers.size())
              .filter(i -> i % ONE_IN == ONE_IN - 1)
              .mapToObj(wafers::get)
              .toList();
      Set<LabelledWafer> validation = Collections.newSetFromMap(new IdentityHashMap<>());
      validation.addAll(kept);
      return parted(wafers, validation::contains, "every fifth wafer, lots unknown");
    }
    throw new TrainingException(
        dataset.source()
            + ": its wafers have neither a fold, a part called valid, nor a group; parted at"
            + " random, wafers of one lot would be trained on and measured");
  }

  private static List<LabelledWafer> withoutTest(WaferDataset dataset) {
    return dataset.wafers().stream().filter(wafer -> wafer.split() != Split.TEST).toList();
  }

  private static TrainingData byFold(List<LabelledWafer> wafers, SortedSet<Integer> folds) {
    SortedSet<Integer> there =
        wafers.stream().map(LabelledWafer::fold).collect(Collectors.toCollection(TreeSet::new));
    for (int fold : folds) {
      if (!there.contains(fold)) {
        throw new TrainingException(
            "no wafer is in fold %d; there are folds %s".formatted(fold, there));
      }
    }
    String numbers = folds.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return parted(
        wafers,
        wafer -> folds.contains(wafer.fold()),
        (folds.size() == 1 ? "fold " : "folds ") + numbers);
  }

  private static TrainingData parted(
      List<LabelledWafer> wafers, Predicate<LabelledWafer> validation, String split) {
    TrainingData data =
        new TrainingData(
            wafers.stream().filter(validation.negate()).toList(),
            wafers.stream().filter(validation).toList(),
            split);
    if (data.validation().isEmpty()) {
      throw new TrainingException(split + " leaves no wafer to validate on");
    }
    return data;
  }

  /** Neighbouring group numbers, spread (the finisher of MurmurHash3). */
  private static int mixed(int group) {
    int h = group;
    h = (h ^ (h >>> 16)) * 0x85ebca6b;
    h = (h ^ (h >>> 13)) * 0xc2b2ae35;
    return h ^ (h >>> 16);
  }
}
