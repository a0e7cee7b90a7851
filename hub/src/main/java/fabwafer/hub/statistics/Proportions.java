package fabwafer.hub.statistics;

import fabwafer.hub.HubException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** What can be said of shares, and of the difference of two. */
public final class Proportions {
  /** The normal distribution's quantile of 0.975: intervals hold 95 %. */
  private static final double Z95 = 1.959963984540054;

  /** Below this expected count the normal distribution is too rough: R. A. Fisher's exact test. */
  private static final double FEWEST_EXPECTED = 5;

  /** Counts that are as unlikely as the observed ones, but for rounding. */
  private static final double SAME = 1 + 1e-7;

  private Proportions() {}

  /** From where to where a value lies with a confidence of 95 %. */
  public record Interval(double low, double high) {}

  /**
   * In which range a share lies: E. B. Wilson's score interval (JASA 22, 1927), which stays within
   * [0, 1] and is fit for shares near 0.
   */
  public static Interval interval(Counted counted) {
    requireSome(counted);
    double n = counted.inspected();
    double p = counted.share();
    double z2 = Z95 * Z95;
    double middle = (p + z2 / (2 * n)) / (1 + z2 / n);
    double reach = Z95 * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
    return new Interval(Math.max(0, middle - reach), Math.min(1, middle + reach));
  }

  /**
   * In which range the difference of two shares, the first less the second, lies: R. G. Newcombe's
   * hybrid score interval (Statistics in Medicine 17, 1998, 873–890, method 10).
   */
  public static Interval differenceInterval(Counted first, Counted second) {
    Interval a = interval(first);
    Interval b = interval(second);
    double difference = first.share() - second.share();
    return new Interval(
        difference - Math.hypot(first.share() - a.low, b.high - second.share()),
        difference + Math.hypot(a.high - first.share(), second.share() - b.low));
  }

  /**
   * How likely two shares differ as much as they do, or more, if they are really the same (two
   * sides). By the pooled normal test; where a count is expected below 5, by Fisher's exact test.
   */
  public static double samePValue(Counted first, Counted second) {
    requireSome(first);
    requireSome(second);
    Counted both = first.plus(second);
    double pooled = both.share();
    double rarer = Math.min(pooled, 1 - pooled);
    if (rarer * Math.min(first.inspected(), second.inspected()) < FEWEST_EXPECTED) {
      return fisher(first, second);
    }
    double deviation =
        Math.sqrt(pooled * (1 - pooled) * (1.0 / first.inspected() + 1.0 / second.inspected()));
    return twoSided((first.share() - second.share()) / deviation);
  }

  /**
   * How likely at most so many of some are of a kind, if each is with a probability: the lower tail
   * of the binomial distribution.
   *
   * @param share in (0, 1)
   */
  public static double atMost(Counted counted, double share) {
    double sum = 0;
    for (long k = 0; k <= counted.defective(); k++) {
      sum +=
          Math.exp(
              logChoose(counted.inspected(), k)
                  + k * Math.log(share)
                  + (counted.inspected() - k) * Math.log1p(-share));
    }
    return Math.min(1, sum);
  }

  /** How likely a standard normal value lies as far from 0 as this one, or further. */
  public static double twoSided(double value) {
    return 2 * normalTail(Math.abs(value));
  }

  /**
   * P-values of several tests at once, adjusted so that all of them together err as rarely as one:
   * S. Holm, Scandinavian Journal of Statistics 6 (1979).
   *
   * @return in the order given
   */
  public static List<Double> adjusted(List<Double> pValues) {
    List<Double> adjusted = new ArrayList<>(Collections.nCopies(pValues.size(), 1.0));
    List<Integer> order =
        IntStream.range(0, pValues.size())
            .boxed()
            .sorted(Comparator.comparingDouble(pValues::get))
            .toList();
    double largest = 0;
    for (int rank = 0; rank < order.size(); rank++) {
      double p = Math.min(1, (pValues.size() - rank) * pValues.get(order.get(rank)));
      largest = Math.max(largest, p);
      adjusted.set(order.get(rank), largest);
    }
    return List.copyOf(adjusted);
  }

  /** The sum over all tables with these margins that are as unlikely as this one, or more. */
  static double fisher(Counted first, Counted second) {
    Counted both = first.plus(second);
    long least = Math.max(0, both.defective() - second.inspected());
    long most = Math.min(both.defective(), first.inspected());
    double observed = logProbability(first.defective(), first.inspected(), both);
    double sum = 0;
    for (long defective = least; defective <= most; defective++) {
      double log = logProbability(defective, first.inspected(), both);
      if (log <= observed + Math.log(SAME)) {
        sum += Math.exp(log);
      }
    }
    return Math.min(1, sum);
  }

  /** Of the hypergeometric distribution. */
  private static double logProbability(long defective, long inspected, Counted both) {
    return logChoose(both.defective(), defective)
        + logChoose(both.inspected() - both.defective(), inspected - defective)
        - logChoose(both.inspected(), inspected);
  }

  private static double logChoose(long n, long k) {
    return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  }

  /** Summed up for small numbers, by Stirling's series for others (error below 1e-13). */
  private static double logFactorial(long n) {
    if (n < 32) {
      double sum = 0;
      for (int i = 2; i <= n; i++) {
        sum += Math.log(i);
      }
      return sum;
    }
    double x = (double) n;
    return (x + 0.5) * Math.log(x)
        - x
        + 0.5 * Math.log(2 * Math.PI)
        + 1 / (12 * x)
        - 1 / (360 * x * x * x)
        + 1 / (1260 * Math.pow(x, 5));
  }

  /**
   * How likely a normal value exceeds one that is 0 or more: its continued fraction, and near 0 its
   * power series (M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.2.14, 26.2.11).
   */
  static double normalTail(double x) {
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    if (x < 3) {
      double term = x;
      double sum = x;
      for (int i = 1; Math.abs(term) > 1e-17 * sum; i++) {
        term *= x * x / (2 * i + 1);
        sum += term;
      }
      return 0.5 - density * sum;
    }
    double fraction = 0;
    for (int i = 100; i >= 1; i--) {
      fraction = i / (x + fraction);
    }
    return density / (x + fraction);
  }

  private static void requireSome(Counted counted) {
    if (counted.inspected() == 0) {
      throw new HubException("a share needs at least one inspected wafer, got none");
    }
  }
}
