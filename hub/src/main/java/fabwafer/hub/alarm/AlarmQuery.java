package fabwafer.hub.alarm;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which alarms, newest first by id.
 *
 * @param kinds only these; empty: all
 * @param fab only this fab's
 * @param camera only this camera's
 * @param rule only those that this rule opened
 * @param states only these; empty: all
 * @param before only alarms with a smaller id, to page on
 * @param limit most rows
 */
public record AlarmQuery(
    Set<Alarm.Kind> kinds,
    Optional<String> fab,
    Optional<String> camera,
    OptionalLong rule,
    Set<Alarm.State> states,
    Optional<Long> before,
    int limit) {
  public AlarmQuery {
    kinds = Set.copyOf(kinds);
    states = Set.copyOf(states);
  }

  /** Every alarm of wafers, from the newest on. */
  public static AlarmQuery newest(int limit) {
    return new AlarmQuery(
        Set.of(Alarm.Kind.WAFERS),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        Set.of(),
        Optional.empty(),
        limit);
  }
}
