package fabwafer.hub.statistics;

import fabwafer.hub.HubException;
import java.util.List;

/**
 * A Shewhart chart of the defective share, for samples of any size: the share is expected within
 * three standard deviations, {@code p ± 3 √(p (1 − p) / n)}.
 *
 * <p>Source: D. C. Montgomery, Introduction to Statistical Quality Control, 7th ed., section 7.2
 * (fraction nonconforming; variable sample size; the standardised chart).
 *
 * <p>Where samples vary more than chance alone would have it (wafers of a lot share their fate,
 * dies of a wafer do), such limits signal without end. Then deviations are widened by how much more
 * the standardised samples vary from one to the next: D. B. Laney's p′-chart, Quality Engineering
 * 14 (2002), 531–537.
 *
 * @param centre the expected share, above 0 and below 1
 * @param spread factor of the deviations, at least 1; 1 is the plain p-chart
 */
public record PChart(double centre, double spread) {
  /** Standard deviations from the centre to a limit. */
  public static final double SIGMAS = 3;

  /** The expected range of two normal values, in deviations (d2 of control chart tables). */
  private static final double RANGE_OF_TWO = 1.128;

  public PChart {
    if (!(centre > 0 && centre < 1)) {
      throw new HubException("a p-chart's centre must be above 0 and below 1, got " + centre);
    }
    if (!(spread >= 1 && Double.isFinite(spread))) {
      throw new HubException("a p-chart's spread must be at least 1, got " + spread);
    }
  }

  /** The plain chart. */
  public PChart(double centre) {
    this(centre, 1);
  }

  /**
   * A chart around the share of some samples that are thought to be in control. Where none or all
   * of them are defective, it is estimated as {@code (d + 1/2) / (n + 1)} (H. Jeffreys' prior), as
   * a chart around 0 would take any defect for a signal.
   *
   * @throws HubException if nothing was inspected
   */
  public static PChart around(List<Counted> samples) {
    Counted all = samples.stream().reduce(Counted.NOTHING, Counted::plus);
    if (all.inspected() == 0) {
      throw new HubException("a p-chart needs at least one inspected wafer, got none");
    }
    boolean mixed = all.defective() > 0 && all.defective() < all.inspected();
    return new PChart(mixed ? all.share() : (all.defective() + 0.5) / (all.inspected() + 1.0));
  }

  /**
   * Laney's chart around the share of some samples that are thought to be in control: the mean
   * moving range of the standardised samples, by 1.128, is the spread; it never narrows the limits.
   *
   * @param samples in the order of time; empty ones are passed over
   * @throws HubException if nothing was inspected
   */
  public static PChart widenedAround(List<Counted> samples) {
    List<Counted> some = samples.stream().filter(sample -> sample.inspected() > 0).toList();
    PChart plain = around(some);
    double ranges = 0;
    for (int i = 1; i < some.size(); i++) {
      ranges += Math.abs(plain.standardised(some.get(i)) - plain.standardised(some.get(i - 1)));
    }
    double spread = some.size() < 2 ? 1 : ranges / (some.size() - 1) / RANGE_OF_TWO;
    return new PChart(plain.centre, Math.max(1, spread));
  }

  /** The limits of a sample of a size, at least 1; within [0, 1]. */
  public ControlLimits limits(long inspected) {
    double reach = SIGMAS * deviation(inspected);
    return new ControlLimits(Math.max(0, centre - reach), centre, Math.min(1, centre + reach));
  }

  /**
   * How many standard deviations a sample lies above the centre; negative below. These values have
   * the expected value 0 and the standard deviation 1 whatever the samples' sizes, for {@link
   * Ewma}, {@link Cusum} and {@link ControlRule}.
   */
  public double standardised(Counted sample) {
    return (sample.share() - centre) / deviation(sample.inspected());
  }

  private double deviation(long inspected) {
    if (inspected < 1) {
      throw new HubException("a sample must be at least 1 wafer, got " + inspected);
    }
    return spread * Math.sqrt(centre * (1 - centre) / inspected);
  }
}
