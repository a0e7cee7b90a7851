package fabwafer.hub;

import fabwafer.hub.alarm.AlarmRoutes;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.alarm.AlarmWayRoutes;
import fabwafer.hub.alarm.Alarms;
import fabwafer.hub.hold.HoldRoutes;
import fabwafer.hub.hold.Holds;
import fabwafer.hub.rule.AlarmRules;
import fabwafer.hub.rule.RuleRoutes;
import fabwafer.hub.web.Health;
import fabwafer.hub.web.LiveEvents;
import fabwafer.hub.web.RouteSource;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** Alarms: the situations and their ways out, the rules that open them, the lots they hold. */
record Alarming(Alarms alarms, LiveUpdates updates, Holds holds, AlarmRules rules) {

  /** Opens the alarms; their ways out begin with {@link Alarms#start}. */
  static Alarming open(Foundation base, Stores stores, Watching watching, IngestLine line) {
    AtomicReference<Runnable> wake = new AtomicReference<>(() -> {});
    LiveUpdates updates = new LiveUpdates(watching.events(), () -> wake.get().run());
    Alarms alarms =
        base.open()
            .add(
                new Alarms(
                    base.database(),
                    stores.alarms(),
                    base.config().alarm(),
                    base.folder().hubId(),
                    base.clock(),
                    updates::changed,
                    Optional.of(line)));
    wake.set(alarms::wake);
    Holds holds = new Holds(base.database(), alarms, watching.metrics().registry(), base.clock());
    AlarmRules rules =
        new AlarmRules(base.database(), alarms, holds, base.config().alarm(), base.clock());
    return new Alarming(alarms, updates, holds, rules);
  }

  RouteSource routes(Foundation base, Stores stores, LiveEvents events) {
    return routes -> {
      new AlarmRoutes(
              base.database(),
              stores.alarms(),
              stores.classifications(),
              stores.groundTruths(),
              events,
              base.audit(),
              base.clock())
          .addTo(routes);
      new AlarmWayRoutes(alarms, base.audit(), base.clock()).addTo(routes);
      new RuleRoutes(base.database(), base.config().alarm().quietTime(), base.audit(), base.clock())
          .addTo(routes);
      new HoldRoutes(base.database(), holds, alarms::wake, base.audit()).addTo(routes);
    };
  }

  void addTo(Watching watching, AlarmStore store) {
    MeterRegistry metrics = watching.metrics().registry();
    metrics.gauge("fabwafer.device.alarms", store, AlarmStore::deviceAlarms);
    metrics.gauge("fabwafer.system.alarms", store, AlarmStore::systemAlarms);
    watching.health().addOptional("alarms", this::health);
  }

  private Health.State health() {
    List<String> failing = alarms.failingWays();
    return failing.isEmpty()
        ? Health.State.up("notices are delivered")
        : Health.State.down(String.join("; ", failing));
  }
}
