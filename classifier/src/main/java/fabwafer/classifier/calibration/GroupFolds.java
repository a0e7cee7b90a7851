package fabwafer.classifier.calibration;

import java.util.SplittableRandom;

/**
 * Groups of wafers parted for cross-fitting: a number fitted on the other folds is measured on the
 * wafers of the one left out. And draws of groups for a bootstrap. Wafers of a group stay together.
 * The same count of groups gives the same parts.
 */
final class GroupFolds {
  /** Folds; each fit sees four fifths of the groups. */
  static final int FOLDS = 5;

  private static final long FOLD_SEED = 20_261_123;
  private static final long BOOTSTRAP_SEED = 314_159;

  private final int[] foldOfGroup;

  GroupFolds(int groups) {
    foldOfGroup = new int[groups];
    for (int i = 0; i < groups; i++) {
      foldOfGroup[i] = i % FOLDS;
    }
    SplittableRandom random = new SplittableRandom(FOLD_SEED);
    for (int i = groups - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      int kept = foldOfGroup[i];
      foldOfGroup[i] = foldOfGroup[other];
      foldOfGroup[other] = kept;
    }
  }

  int foldOf(int group) {
    return foldOfGroup[group];
  }

  /** 1 for the groups outside a fold, 0 for those in it. */
  double[] outside(int fold) {
    double[] factors = new double[foldOfGroup.length];
    for (int i = 0; i < factors.length; i++) {
      factors[i] = foldOfGroup[i] == fold ? 0 : 1;
    }
    return factors;
  }

  /**
   * How often each group is drawn when as many groups as there are are drawn with replacement.
   * Source: B. Efron, R. Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13.
   *
   * @param number which draw; the same number gives the same draw
   */
  static double[] draw(int groups, int number) {
    SplittableRandom random = new SplittableRandom(BOOTSTRAP_SEED + number);
    double[] times = new double[groups];
    for (int i = 0; i < groups; i++) {
      times[random.nextInt(groups)]++;
    }
    return times;
  }
}
