package fabwafer.hub.alarm;

import fabwafer.hub.classification.Classification;
import java.time.InstantSource;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The rule: {@code probability > threshold and prediction <> none}. One alarm a situation, one
 * notice an alarm and way out, written in the transaction that stores the classification: a kill
 * loses or doubles neither.
 */
public final class AlarmRule {
  private final AlarmStore store;
  private final Outbox outbox;
  private final AlarmConfig config;
  private final InstantSource clock;

  AlarmRule(AlarmStore store, Outbox outbox, AlarmConfig config, InstantSource clock) {
    this.store = store;
    this.outbox = outbox;
    this.config = config;
    this.clock = clock;
  }

  /** What is wrong with devices, with the same ways out. */
  public DeviceAlarms devices() {
    return new DeviceAlarms(outbox, clock);
  }

  /**
   * Judges a new classification, in the transaction that stores it.
   *
   * @return the alarm that it opened or was counted on, if it is alarming
   */
  public Optional<Alarm> judge(Handle handle, Classification wafer) {
    if (!wafer.isDefect() || !(wafer.probability() > config.thresholdOf(wafer.device()))) {
      return Optional.empty();
    }
    long now = clock.millis();
    Optional<Alarm> lasting = store.situationOf(handle, wafer, config.quietTime());
    if (lasting.isPresent()) {
      return Optional.of(store.count(handle, lasting.get(), wafer, now));
    }
    Alarm opened = store.open(handle, wafer, now);
    outbox.add(handle, opened, now);
    return Optional.of(opened);
  }
}
