package fabwafer.hub.alarm;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices in the hub's log. */
final class LogWayOut implements WayOut {
  static final String NAME = "log";

  private static final Logger LOG = LoggerFactory.getLogger(LogWayOut.class);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean carries(Notice.Kind kind) {
    return true;
  }

  @Override
  public void send(Notice notice) {
    LOG.warn("{}: {} {}", notice.topic(), notice.headline(), notice.json());
  }
}
