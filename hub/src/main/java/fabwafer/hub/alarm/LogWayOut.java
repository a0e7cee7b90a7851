package fabwafer.hub.alarm;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices in the hub's log. */
final class LogWayOut implements WayOut {
  private static final Logger LOG = LoggerFactory.getLogger(LogWayOut.class);

  @Override
  public String name() {
    return "log";
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
