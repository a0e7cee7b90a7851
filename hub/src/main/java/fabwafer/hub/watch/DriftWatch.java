package fabwafer.hub.watch;

import fabwafer.hub.alarm.SystemAlarms;
import fabwafer.hub.similarity.SeenWafer;
import fabwafer.hub.similarity.SightListener;
import fabwafer.protocol.DeviceName;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/**
 * Compares each camera's wafers with its first ones, a window at a time, and raises an alarm while
 * a window lies further away than chance allows. Each wafer counts once: what is kept of it is
 * written in the transaction of its embedding.
 */
public final class DriftWatch implements SightListener {
  /** The kind of the alarms. */
  public static final String ALARM = "drift";

  private final SystemAlarms alarms;
  private final WatchConfig config;

  public DriftWatch(SystemAlarms alarms, WatchConfig config) {
    this.alarms = alarms;
    this.config = config;
  }

  @Override
  public void seen(Handle handle, SeenWafer wafer) {
    DeviceName camera = wafer.classification().device();
    CameraState state = WatchRows.find(handle, camera).orElseGet(() -> new CameraState(camera));
    // As many chances of a false alarm as there are cameras and measures share what is allowed.
    double alpha =
        config.falseAlarms() / Measure.values().length / Math.max(1, WatchRows.count(handle));
    boolean judged = state.add(wafer, config, alpha);
    WatchRows.store(handle, state);
    if (judged) {
      tell(handle, state);
    }
  }

  private void tell(Handle handle, CameraState state) {
    List<String> drifting = new ArrayList<>();
    for (Measure measure : Measure.values()) {
      Comparison comparison = state.comparison(measure);
      if (comparison.drifting()) {
        drifting.add(
            String.format(
                Locale.ROOT,
                "%s %.3f (limit %.3f)",
                measure.word(),
                comparison.value(),
                comparison.limit()));
      }
    }
    String camera = state.camera().toString();
    if (drifting.isEmpty()) {
      alarms.clear(handle, ALARM, camera);
    } else {
      alarms.raise(
          handle,
          ALARM,
          camera,
          "the last %,d wafers of %s are unlike its first %,d: %s"
              .formatted(config.window(), camera, config.reference(), String.join(", ", drifting)));
    }
  }
}
