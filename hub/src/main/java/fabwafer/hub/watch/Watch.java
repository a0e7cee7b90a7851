package fabwafer.hub.watch;

import fabwafer.hub.database.Database;
import io.micrometer.core.instrument.MeterRegistry;

/** The figures of the watch for those who scrape them. */
public final class Watch {
  private Watch() {}

  /** Registers how many cameras drift and how many labels slip. */
  public static void measure(Database database, MeterRegistry metrics) {
    metrics.gauge(
        "fabwafer.watch.drifting",
        database,
        there -> there.read(WatchRows::drifting).doubleValue());
    metrics.gauge(
        "fabwafer.watch.slipping",
        database,
        there -> there.<Long>read(CoverageRows::slipping).doubleValue());
  }
}
