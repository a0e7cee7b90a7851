package fabwafer.classifier.explanation;

import java.util.BitSet;

/**
 * What each failing die adds to a score, from runs that each had some of them repaired: ridge
 * regression of the scores on which dies stayed. There are more dies than runs, so it is solved in
 * its dual form, a system of the runs.
 */
final class Credits {
  /**
   * Weight of the penalty, relative to a run's own weight. Chosen by the deletion test on 48
   * samples: 0.1 to 3 differ by little, 1,000 (plain averages) does worse.
   */
  private static final double RIDGE = 1;

  private Credits() {}

  /**
   * The credits of dies.
   *
   * @param repairs which dies stayed in which run; at least one fails
   * @param halfDifferences for each pair of runs, half the difference of its two scores
   * @return for each failing die; larger where the score needs it more
   */
  static double[] of(Repairs repairs, double[] halfDifferences) {
    double[] weights = solve(products(repairs), halfDifferences);
    double[] credits = new double[repairs.dies()];
    for (int pair = 0; pair < weights.length; pair++) {
      BitSet left = repairs.left(pair);
      for (int die = 0; die < credits.length; die++) {
        credits[die] += left.get(die) ? weights[pair] : -weights[pair];
      }
    }
    return credits;
  }

  /** The scaled inner products of the pairs, each a vector of 1 (stays) and -1 (repaired). */
  private static double[][] products(Repairs repairs) {
    double[][] products = new double[Repairs.PAIRS][Repairs.PAIRS];
    for (int a = 0; a < products.length; a++) {
      for (int b = 0; b <= a; b++) {
        BitSet differing = (BitSet) repairs.left(a).clone();
        differing.xor(repairs.left(b));
        products[a][b] = 1 - 2.0 * differing.cardinality() / repairs.dies();
        products[b][a] = products[a][b];
      }
      products[a][a] += RIDGE;
    }
    return products;
  }

  /** Solves a symmetric positive definite system by Gauss's elimination; both are overwritten. */
  private static double[] solve(double[][] matrix, double[] right) {
    int size = right.length;
    double[] solution = right.clone();
    for (int pivot = 0; pivot < size; pivot++) {
      for (int row = pivot + 1; row < size; row++) {
        double factor = matrix[row][pivot] / matrix[pivot][pivot];
        for (int column = pivot; column < size; column++) {
          matrix[row][column] -= factor * matrix[pivot][column];
        }
        solution[row] -= factor * solution[pivot];
      }
    }
    for (int row = size - 1; row >= 0; row--) {
      for (int column = row + 1; column < size; column++) {
        solution[row] -= matrix[row][column] * solution[column];
      }
      solution[row] /= matrix[row][row];
    }
    return solution;
  }
}
