package fabwafer.hub.rule;

import fabwafer.hub.statistics.Counted;
import fabwafer.hub.statistics.Cusum;
import fabwafer.hub.statistics.Ewma;
import fabwafer.hub.statistics.PChart;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * When a stream of good and bad wafers is alarming. The wafers come in the order in which the hub
 * stored them; a test keeps no state but the one it is given.
 */
sealed interface RuleTest {
  /** As the database and the REST interface spell it. */
  String word();

  /**
   * Judges the next wafer of a stream.
   *
   * @param before the stream's state; {@link StreamState#EMPTY} before the first
   * @param bad the wafer, where it counts against the stream; empty: it is good
   */
  Step next(StreamState before, Optional<BadWafer> bad);

  /** What the test looks for, in a few words. */
  String words();

  /**
   * What a wafer leads to.
   *
   * @param after the stream's state from now on
   * @param firing why the stream is alarming, if it is
   */
  record Step(StreamState after, Optional<Firing> firing) {}

  /**
   * A stream is alarming.
   *
   * @param numbers what was found and what the limit is, a clause for a person
   * @param wafers the bad wafers that made it so, the oldest first, at least one
   */
  record Firing(String numbers, List<BadWafer> wafers) {}

  /** Every bad wafer alone. */
  record Threshold() implements RuleTest {
    @Override
    public String word() {
      return "threshold";
    }

    @Override
    public Step next(StreamState before, Optional<BadWafer> bad) {
      return new Step(before, bad.map(wafer -> new Firing("", List.of(wafer))));
    }

    @Override
    public String words() {
      return "every single wafer";
    }
  }

  /**
   * At least k bad ones among the last n wafers; judged at each bad one.
   *
   * @param k at least 1
   * @param n at least k
   */
  record KOfN(int k, int n) implements RuleTest {
    @Override
    public String word() {
      return "k-of-n";
    }

    @Override
    public Step next(StreamState before, Optional<BadWafer> bad) {
      String window = before.window() + (bad.isPresent() ? '1' : '0');
      List<BadWafer> wafers = bad.map(before::with).orElse(before.wafers());
      long count = before.bad() + (bad.isPresent() ? 1 : 0);
      if (window.length() > n) {
        if (window.charAt(0) == '1') {
          count--;
        }
        window = window.substring(1);
      }
      List<BadWafer> counted =
          wafers.size() <= count
              ? wafers
              : wafers.subList((int) (wafers.size() - count), wafers.size());
      StreamState after = new StreamState(window.length(), count, 0, 0, window, counted);
      if (bad.isEmpty() || count < k) {
        return new Step(after, Optional.empty());
      }
      String numbers =
          "%d of the last %d wafers, the limit is %d of %d".formatted(count, window.length(), k, n);
      return new Step(after, Optional.of(new Firing(numbers, counted)));
    }

    @Override
    public String words() {
      return "%d of the last %d wafers".formatted(k, n);
    }
  }

  /** Judges groups of n wafers that follow each other, each when it is full. */
  sealed interface OfGroups extends RuleTest {
    /** Wafers of a group. */
    int n();

    /**
     * Judges a group.
     *
     * @param before the state before the group, with the bad wafers up to its end
     * @param bad bad wafers of the group
     */
    Step ofGroup(StreamState before, long bad);

    @Override
    default Step next(StreamState before, Optional<BadWafer> bad) {
      List<BadWafer> wafers = bad.map(before::with).orElse(before.wafers());
      long seen = before.seen() + 1;
      long count = before.bad() + (bad.isPresent() ? 1 : 0);
      StreamState now = new StreamState(seen, count, before.groups(), before.value(), "", wafers);
      return seen < n() ? new Step(now, Optional.empty()) : ofGroup(now, count);
    }
  }

  /**
   * Shewhart's chart of the share of bad wafers: above its upper limit, three standard deviations
   * above the expected share.
   *
   * @param n wafers of a group
   * @param expected share of bad wafers of a process in control, in (0, 1)
   */
  record OfShare(int n, double expected) implements OfGroups {
    @Override
    public String word() {
      return "p-chart";
    }

    @Override
    public Step ofGroup(StreamState before, long bad) {
      double share = (double) bad / n;
      double limit = new PChart(expected).limits(n).upper();
      if (share <= limit) {
        return new Step(StreamState.EMPTY, Optional.empty());
      }
      String numbers =
          "%s of the last %d wafers, the limit is %s (p-chart, %s expected)"
              .formatted(percent(share), n, percent(limit), percent(expected));
      return new Step(StreamState.EMPTY, Optional.of(new Firing(numbers, before.wafers())));
    }

    @Override
    public String words() {
      return "p-chart of groups of %d, %s expected".formatted(n, percent(expected));
    }
  }

  /**
   * The exponentially weighted moving average of the groups' standardised shares, above its upper
   * limit: small shifts that last.
   *
   * @param n wafers of a group
   * @param expected as in {@link OfShare}
   * @param chart weight and limits
   */
  record OfAverage(int n, double expected, Ewma chart) implements OfGroups {
    @Override
    public String word() {
      return "ewma";
    }

    @Override
    public Step ofGroup(StreamState before, long bad) {
      double share = new PChart(expected).standardised(new Counted(bad, n));
      double average = chart.next(before.value(), share);
      long groups = before.groups() + 1;
      double limit = chart.limit(groups);
      boolean fires = average > limit && !before.wafers().isEmpty();
      // What came before the average was at the expectation again is another matter.
      List<BadWafer> wafers = average <= 0 ? List.of() : before.wafers();
      StreamState after = new StreamState(0, 0, groups, average, "", wafers);
      if (!fires) {
        return new Step(after, Optional.empty());
      }
      String numbers =
          "an average of %s standard deviations above %s, the limit is %s (EWMA, groups of %d)"
              .formatted(number(average), percent(expected), number(limit), n);
      return new Step(after, Optional.of(new Firing(numbers, before.wafers())));
    }

    @Override
    public String words() {
      return "EWMA of groups of %d, %s expected, weight %s, limit %s"
          .formatted(n, percent(expected), number(chart.weight()), number(chart.width()));
    }
  }

  /**
   * The upper cumulative sum of the groups' standardised shares, past its decision; it begins anew
   * when it fires.
   *
   * @param n wafers of a group
   * @param expected as in {@link OfShare}
   * @param chart slack and decision
   */
  record OfSum(int n, double expected, Cusum chart) implements OfGroups {
    @Override
    public String word() {
      return "cusum";
    }

    @Override
    public Step ofGroup(StreamState before, long bad) {
      double share = new PChart(expected).standardised(new Counted(bad, n));
      double sum = chart.next(new Cusum.Sums(before.value(), 0, 0, 0), share).up();
      if (sum <= chart.decision() || before.wafers().isEmpty()) {
        List<BadWafer> wafers = sum == 0 ? List.of() : before.wafers();
        return new Step(
            new StreamState(0, 0, before.groups() + 1, sum, "", wafers), Optional.empty());
      }
      String numbers =
          "a sum of %s standard deviations above %s, the limit is %s (CUSUM, groups of %d)"
              .formatted(number(sum), percent(expected), number(chart.decision()), n);
      return new Step(StreamState.EMPTY, Optional.of(new Firing(numbers, before.wafers())));
    }

    @Override
    public String words() {
      return "CUSUM of groups of %d, %s expected, slack %s, limit %s"
          .formatted(n, percent(expected), number(chart.slack()), number(chart.decision()));
    }
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", share * 100);
  }

  private static String number(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }
}
