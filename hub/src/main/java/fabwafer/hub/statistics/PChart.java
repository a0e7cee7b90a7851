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
 * @param centre the expected share, above 0 and below 1
 */
public record PChart(double centre) {
  /** Standard deviations from the centre to a limit. */
  public static final double SIGMAS = 3;

  public PChart {
    if (!(centre > 0 && centre < 1)) {
      throw new HubException("a p-chart's centre must be above 0 and below 1, got " + centre);
    }
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
    return Math.sqrt(centre * (1 - centre) / inspected);
  }
}
