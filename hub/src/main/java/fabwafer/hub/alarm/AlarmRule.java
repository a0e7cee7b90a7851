package fabwafer.hub.alarm;

import fabwafer.hub.classification.Classification;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rule: {@code probability > threshold and prediction <> none}. */
public final class AlarmRule {
  private static final long FIRST_RULE = 1;

  private final Situations situations;
  private final AlarmConfig config;
  private final DeviceAlarms devices;

  AlarmRule(Situations situations, AlarmConfig config, DeviceAlarms devices) {
    this.situations = situations;
    this.config = config;
    this.devices = devices;
  }

  /** What is wrong with devices, with the same ways out. */
  public DeviceAlarms devices() {
    return devices;
  }

  /**
   * Judges a new classification, in the transaction that stores it.
   *
   * @return the alarm that it opened or was counted on, if it is alarming
   */
  public Optional<Alarm> judge(Handle handle, Classification wafer) {
    double threshold = config.thresholdOf(wafer.device());
    if (!wafer.isDefect() || !(wafer.probability() > threshold)) {
      return Optional.empty();
    }
    Alarm.Firing firing =
        new Alarm.Firing(
            FIRST_RULE,
            1,
            wafer.device() + " " + wafer.prediction(),
            Optional.of(
                String.format(
                    Locale.ROOT,
                    "%s with probability %.3f, above %.3f",
                    wafer.prediction(),
                    wafer.probability(),
                    threshold)));
    return Optional.of(situations.fired(handle, wafer, firing, List.of()).alarm());
  }
}
