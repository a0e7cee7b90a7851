package fabwafer.wafer.synthetic;

import fabwafer.wafer.DefectPattern;
import fabwafer.wafer.Die;
import fabwafer.wafer.WaferException;
import fabwafer.wafer.WaferMap;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Makes synthetic wafer maps. A generator of the same seed, asked for the same, makes the same
 * wafers. It makes a few products in turn, as a fab does.
 */
public final class SyntheticWafers {
  /** Products of a generator that is given none. */
  public static final int PRODUCTS = 16;

  // Failing shares of wafers labelled none in WM-811K: 4 % to 23 % in nine of ten, median 15 %.
  private static final double BACKGROUND = 0.145;
  // Beside a pattern less of the rest fails: a wafer with a scratch has a median of 9 % in all.
  private static final double BACKGROUND_BESIDE_PATTERN = 0.08;
  private static final double SPREAD = 0.055;
  private static final double MIN_BACKGROUND = 0.004;
  private static final double MAX_BACKGROUND = 0.3;

  private final SplittableRandom random;
  private final List<Product> products;

  private SyntheticWafers(SplittableRandom random, List<Product> products) {
    this.random = random;
    this.products = List.copyOf(products);
  }

  /** A generator with {@link #PRODUCTS} products of its own. */
  public static SyntheticWafers of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Product> products = new ArrayList<>();
    for (int i = 0; i < PRODUCTS; i++) {
      products.add(Product.random(random));
    }
    return new SyntheticWafers(random, products);
  }

  /**
   * A generator for given products.
   *
   * @throws WaferException if there is none
   */
  public static SyntheticWafers of(long seed, List<Product> products) {
    if (products.isEmpty()) {
      throw new WaferException("synthetic wafers need at least one product");
    }
    return new SyntheticWafers(new SplittableRandom(seed), products);
  }

  /** The next wafer, with one pattern or none. */
  public WaferMap next(DefectPattern pattern) {
    return next(EnumSet.of(pattern));
  }

  /**
   * The next wafer, with all of several patterns.
   *
   * @param patterns at least one; {@link DefectPattern#NONE} adds nothing
   * @throws WaferException if there is none
   */
  public WaferMap next(Set<DefectPattern> patterns) {
    if (patterns.isEmpty()) {
      throw new WaferException("a synthetic wafer needs a pattern, or none as its label");
    }
    Product product = products.get(random.nextInt(products.size()));
    boolean plain = patterns.equals(Set.of(DefectPattern.NONE));
    double mean = plain ? BACKGROUND : BACKGROUND_BESIDE_PATTERN;
    double share =
        Math.clamp(mean + SPREAD * random.nextGaussian(), MIN_BACKGROUND, MAX_BACKGROUND);
    Signatures signatures = new Signatures(random, product);
    Signature signature = signatures.background(share);
    // In label-id order, so that a set's own order does not change what is made.
    for (DefectPattern pattern : EnumSet.copyOf(patterns)) {
      signature = signature.and(signatures.of(pattern));
    }
    return tested(product, signature);
  }

  private WaferMap tested(Product product, Signature signature) {
    byte[] cells = new byte[product.rows() * product.columns()];
    for (int row = 0; row < product.rows(); row++) {
      for (int column = 0; column < product.columns(); column++) {
        if (product.holdsDie(row, column)) {
          double failing = signature.failing(product.x(column), product.y(row));
          Die die = random.nextDouble() < failing ? Die.FAIL : Die.PASS;
          cells[row * product.columns() + column] = die.code();
        }
      }
    }
    return WaferMap.of(product.rows(), product.columns(), cells);
  }
}
