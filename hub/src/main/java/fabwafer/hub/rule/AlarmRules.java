package fabwafer.hub.rule;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.AlarmConfig;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.alarm.DeviceAlarms;
import fabwafer.hub.alarm.Situations;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.database.Database;
import fabwafer.hub.hold.HoldMode;
import fabwafer.hub.hold.Holds;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * The rules at work: each classification is judged by every rule in the transaction that stores it,
 * so that a kill loses or doubles neither an alarm nor what a rule keeps of its streams.
 */
public final class AlarmRules {
  private final RuleStore store;
  private final Situations situations;
  private final DeviceAlarms devices;
  private final Holds holds;
  private final InstantSource clock;

  /**
   * Rules. Where there is none yet, the first is made of the settings; until a person edits it, it
   * follows them.
   */
  public AlarmRules(
      Database database, Alarms alarms, Holds holds, AlarmConfig config, InstantSource clock) {
    this.store = new RuleStore(database);
    this.situations = alarms.situations();
    this.devices = alarms.devices();
    this.holds = holds;
    this.clock = clock;
    database.change(handle -> followSettings(handle, ofSettings(config)));
  }

  /** What is wrong with devices, with the same ways out. */
  public DeviceAlarms devices() {
    return devices;
  }

  /**
   * Judges a new classification, in the transaction that stores it.
   *
   * @return the alarms that it opened or was counted on
   */
  public List<Alarm> judge(Handle handle, Classification wafer) {
    RuleStates states = new RuleStates(handle, clock.millis());
    List<Alarm> alarms = new ArrayList<>();
    for (RuleRun run : store.rules(handle)) {
      Optional<RuleRun.Signal> signal = run.judge(wafer, states);
      signal.ifPresent(fired -> alarms.add(act(handle, run, fired, wafer)));
    }
    return alarms;
  }

  private Alarm act(Handle handle, RuleRun run, RuleRun.Signal signal, Classification wafer) {
    BadWafer newest = signal.wafers().getLast();
    Alarm alarm =
        situations.fired(
            handle,
            newest.device(),
            newest.prediction(),
            new Alarm.Firing(
                run.id(), run.version(), signal.stream(), Optional.of(signal.sentence())),
            signal.wafers().stream().map(BadWafer::ofAlarm).toList());
    holds.want(handle, run.rule().hold(), run.id(), alarm, wafer, signal.sentence());
    return alarm;
  }

  private void followSettings(Handle handle, Rule rule) {
    List<RuleRun> rules = store.rules(handle);
    long now = clock.millis();
    if (rules.isEmpty()) {
      store.add(handle, rule, null, Optional.of("made of the settings"), now);
      return;
    }
    RuleRun first = rules.getFirst();
    if (!first.rule().equals(rule) && !RuleStore.isEdited(handle, first.id())) {
      store.change(handle, first, rule, null, Optional.of("the settings changed"), now);
    }
  }

  private static Rule ofSettings(AlarmConfig config) {
    return new Rule(
        "Every defect",
        true,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        config.threshold(),
        config.thresholds(),
        Rule.Per.CAMERA,
        new RuleTest.Threshold(),
        HoldMode.OFF);
  }
}
