package fabwafer.hub.alarm;

import fabwafer.protocol.DeviceName;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Alarms about devices: a spool that is full, a folder that cannot be read, two cameras of one
 * name. One stands as long as the device says so.
 */
public final class DeviceAlarms {
  private final StandingAlarms alarms;

  DeviceAlarms(StandingAlarms alarms) {
    this.alarms = alarms;
  }

  /** What a device may have. */
  public enum Kind {
    /** It takes no more files: its spool is full or cannot be written. */
    SPOOL,
    /** Its folder cannot be watched. */
    FOLDER,
    /** Several agents speak for it that watch different folders. */
    RIVALS;

    String word() {
      return "device-" + name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Opens, keeps or ends a device's alarm, in the caller's transaction.
   *
   * @param trouble what is wrong now; empty: nothing of that kind
   */
  public void judge(Handle handle, DeviceName device, Kind kind, Optional<String> trouble) {
    alarms.judge(
        handle,
        new StandingAlarms.Place(Alarm.Kind.DEVICE, device.fab(), device.camera(), kind.word(), ""),
        trouble);
  }
}
