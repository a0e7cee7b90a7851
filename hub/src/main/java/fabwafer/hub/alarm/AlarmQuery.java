package fabwafer.hub.alarm;

import java.util.Optional;
import java.util.Set;

/**
 * Which alarms, newest first by id.
 *
 * @param fab only this fab's
 * @param camera only this camera's
 * @param states only these; empty: all
 * @param before only alarms with a smaller id, to page on
 * @param limit most rows
 */
public record AlarmQuery(
    Optional<String> fab,
    Optional<String> camera,
    Set<Alarm.State> states,
    Optional<Long> before,
    int limit) {
  public AlarmQuery {
    states = Set.copyOf(states);
  }

  /** Every alarm, from the newest on. */
  public static AlarmQuery newest(int limit) {
    return new AlarmQuery(Optional.empty(), Optional.empty(), Set.of(), Optional.empty(), limit);
  }
}
