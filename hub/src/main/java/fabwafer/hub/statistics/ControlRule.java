package fabwafer.hub.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.DoublePredicate;

/**
 * Rules by which a run of points of a control chart is unlikely while the process is in control, on
 * standardised values (expected 0, deviation 1).
 *
 * <p>Sources: Western Electric, Statistical Quality Control Handbook (1956), part B ({@code WE_…});
 * L. S. Nelson, Journal of Quality Technology 16 (1984), 237–239 ({@code NELSON_…}). Those that are
 * the same in both are here once, under Western Electric's name.
 */
public enum ControlRule {
  /** One point beyond three deviations (Western Electric 1, Nelson 1). */
  WE_BEYOND_3(1, "beyond 3 sigma") {
    @Override
    boolean isBrokenBy(double[] run) {
      return Math.abs(run[0]) > 3;
    }
  },
  /** Two of three points beyond two deviations on one side (Western Electric 2, Nelson 5). */
  WE_2_OF_3_BEYOND_2(3, "2 of 3 beyond 2 sigma") {
    @Override
    boolean isBrokenBy(double[] run) {
      return onOneSide(run, 2, 2);
    }
  },
  /** Four of five points beyond one deviation on one side (Western Electric 3, Nelson 6). */
  WE_4_OF_5_BEYOND_1(5, "4 of 5 beyond 1 sigma") {
    @Override
    boolean isBrokenBy(double[] run) {
      return onOneSide(run, 4, 1);
    }
  },
  /** Eight points on one side of the centre (Western Electric 4). */
  WE_8_ON_ONE_SIDE(8, "8 on one side") {
    @Override
    boolean isBrokenBy(double[] run) {
      return onOneSide(run, 8, 0);
    }
  },
  /** Nine points on one side of the centre (Nelson 2). */
  NELSON_9_ON_ONE_SIDE(9, "9 on one side") {
    @Override
    boolean isBrokenBy(double[] run) {
      return onOneSide(run, 9, 0);
    }
  },
  /** Six points, each above the one before, or each below (Nelson 3). */
  NELSON_6_IN_A_TREND(6, "6 in a trend") {
    @Override
    boolean isBrokenBy(double[] run) {
      return steps(run, true) || steps(run, false);
    }
  },
  /** Fourteen points that go up and down in turn (Nelson 4). */
  NELSON_14_ALTERNATING(14, "14 alternating") {
    @Override
    boolean isBrokenBy(double[] run) {
      for (int i = 2; i < run.length; i++) {
        if ((run[i] - run[i - 1]) * (run[i - 1] - run[i - 2]) >= 0) {
          return false;
        }
      }
      return true;
    }
  },
  /** Fifteen points within one deviation: too good to be true (Nelson 7). */
  NELSON_15_WITHIN_1(15, "15 within 1 sigma") {
    @Override
    boolean isBrokenBy(double[] run) {
      return count(run, value -> Math.abs(value) < 1) == run.length;
    }
  },
  /** Eight points beyond one deviation on either side (Nelson 8). */
  NELSON_8_BEYOND_1(8, "8 beyond 1 sigma") {
    @Override
    boolean isBrokenBy(double[] run) {
      return count(run, value -> Math.abs(value) > 1) == run.length;
    }
  };

  /** Western Electric's four. */
  public static final List<ControlRule> WESTERN_ELECTRIC =
      List.of(WE_BEYOND_3, WE_2_OF_3_BEYOND_2, WE_4_OF_5_BEYOND_1, WE_8_ON_ONE_SIDE);

  /** Nelson's eight. */
  public static final List<ControlRule> NELSON =
      List.of(
          WE_BEYOND_3,
          NELSON_9_ON_ONE_SIDE,
          NELSON_6_IN_A_TREND,
          NELSON_14_ALTERNATING,
          WE_2_OF_3_BEYOND_2,
          WE_4_OF_5_BEYOND_1,
          NELSON_15_WITHIN_1,
          NELSON_8_BEYOND_1);

  private final int points;
  private final String words;

  ControlRule(int points, String words) {
    this.points = points;
    this.words = words;
  }

  /** A rule that the run which ends at a point breaks; {@code at} counts from 0. */
  public record Violation(int at, ControlRule rule) {}

  /** Of how many points it judges. */
  public int points() {
    return points;
  }

  /** What it says, in a few words. */
  public String words() {
    return words;
  }

  /** Every place where one of some rules is broken, in the order of the points. */
  public static List<Violation> violations(Collection<ControlRule> rules, double[] values) {
    List<Violation> violations = new ArrayList<>();
    for (int at = 0; at < values.length; at++) {
      for (ControlRule rule : rules) {
        if (at + 1 >= rule.points) {
          double[] run = new double[rule.points];
          System.arraycopy(values, at + 1 - rule.points, run, 0, rule.points);
          if (rule.isBrokenBy(run)) {
            violations.add(new Violation(at, rule));
          }
        }
      }
    }
    return violations;
  }

  /** Whether a run of {@link #points} breaks the rule. */
  abstract boolean isBrokenBy(double[] run);

  /** The last point must be among those that break it: else it broke it before. */
  private static boolean onOneSide(double[] run, int least, double deviations) {
    double last = run[run.length - 1];
    return (last > deviations && count(run, value -> value > deviations) >= least)
        || (last < -deviations && count(run, value -> value < -deviations) >= least);
  }

  private static boolean steps(double[] run, boolean up) {
    for (int i = 1; i < run.length; i++) {
      if (up ? run[i] <= run[i - 1] : run[i] >= run[i - 1]) {
        return false;
      }
    }
    return true;
  }

  private static long count(double[] run, DoublePredicate condition) {
    return Arrays.stream(run).filter(condition).count();
  }
}
