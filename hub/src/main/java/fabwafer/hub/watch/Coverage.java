package fabwafer.hub.watch;

import fabwafer.hub.statistics.Counted;
import fabwafer.hub.statistics.Proportions;
import java.util.Optional;

/**
 * How often conformal sets held one label.
 *
 * @param reviewed wafers that people gave the label, the last ones
 * @param covered of them, those whose set held it
 * @param stated the share that the model's card states
 * @param slipping whether fewer are covered than chance allows
 * @param tightened the least probability by which sets are widened; empty where they are not
 */
record Coverage(
    String label,
    long reviewed,
    long covered,
    double stated,
    boolean slipping,
    Optional<Double> tightened) {
  /** A slip is over once what is covered is at least this likely. */
  private static final double OVER = 0.2;

  /**
   * Whether a label slips: so few are covered, if each is with the stated share, only with a
   * probability of less than alpha.
   *
   * @param before whether it slipped before: then it does until that is likely again
   */
  static boolean slips(long covered, long reviewed, double stated, double alpha, boolean before) {
    return reviewed > 0
        && Proportions.atMost(new Counted(covered, reviewed), stated) < (before ? OVER : alpha);
  }

  /**
   * The least probability under which new wafers like these are covered as stated: the k-th
   * smallest of theirs, k = floor((1 - stated) (n + 1)), and 0 where k is 0. V. Vovk, "Conditional
   * validity of inductive conformal predictors", Machine Learning 92, 2013.
   *
   * @param ascending what the model gave for the label, of wafers that have it
   */
  static double least(double[] ascending, double stated) {
    // The small part: see the fit of the card, which has it, too.
    int k = (int) Math.floor((1 - stated) * (ascending.length + 1) + 1e-9);
    return k == 0 ? 0 : Math.nextDown(ascending[k - 1]);
  }
}
