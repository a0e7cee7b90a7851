package fabwafer.hub.rule;

import fabwafer.hub.classification.Classification;
import fabwafer.hub.database.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The rules in force, on wafers as another model sees them, evaluated by {@link RuleRun} as live;
 * nothing is raised or kept. Safe on any thread.
 */
public final class RuleReplay {
  private final Database database;
  private final RuleStore store;

  public RuleReplay(Database database) {
    this.database = database;
    this.store = new RuleStore(database);
  }

  /**
   * After how many wafers the first alarm of a pattern would have been raised.
   *
   * @param wafers as the model labels them, in order; the rules begin without state
   * @param pattern of the newest wafer of the alarm
   * @return from 1; empty: none of the rules would have fired
   */
  public OptionalInt firstAlarm(List<Classification> wafers, String pattern) {
    List<RuleRun> rules = database.read(store::rules);
    Map<Long, Backtest.Memory> states = new HashMap<>();
    for (int i = 0; i < wafers.size(); i++) {
      boolean alarm = false;
      // Every rule sees every wafer, as live, whichever fires first.
      for (RuleRun run : rules) {
        Optional<RuleRun.Signal> signal =
            run.judge(wafers.get(i), states.computeIfAbsent(run.id(), id -> new Backtest.Memory()));
        alarm |=
            signal
                .filter(fired -> fired.wafers().getLast().prediction().equals(pattern))
                .isPresent();
      }
      if (alarm) {
        return OptionalInt.of(i + 1);
      }
    }
    return OptionalInt.empty();
  }
}
