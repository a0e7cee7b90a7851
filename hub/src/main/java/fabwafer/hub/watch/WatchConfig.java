package fabwafer.hub.watch;

import fabwafer.hub.HubException;

/**
 * How drift is looked for.
 *
 * @param reference wafers of a camera with which the later ones are compared
 * @param window wafers that are compared with them at once
 * @param falseAlarms expected false alarms of a round, in which every camera's window is judged
 *     once; shared out among cameras and measures
 */
public record WatchConfig(int reference, int window, double falseAlarms) {
  /** Fewer wafers say nothing. */
  public static final int LEAST_WAFERS = 25;

  /** More would take weeks to notice anything. */
  public static final int MOST_WAFERS = 100_000;

  /** As hubs run. */
  public static final WatchConfig DEFAULT = new WatchConfig(1_000, 200, 0.01);

  public WatchConfig {
    require("reference", reference);
    require("window", window);
    if (!(falseAlarms > 0 && falseAlarms < 1)) {
      throw new HubException("false alarms of a round must be in (0, 1), got " + falseAlarms);
    }
  }

  private static void require(String what, int wafers) {
    if (wafers < LEAST_WAFERS || wafers > MOST_WAFERS) {
      throw new HubException(
          "the %s of the watch must be %d to %,d wafers, got %,d"
              .formatted(what, LEAST_WAFERS, MOST_WAFERS, wafers));
    }
  }
}
