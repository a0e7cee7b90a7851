package fabwafer.hub.watch;

import fabwafer.hub.similarity.Direction;
import fabwafer.hub.similarity.SeenWafer;
import fabwafer.hub.similarity.SeenWafer.Sight;
import fabwafer.hub.web.Json;
import fabwafer.protocol.DeviceName;
import fabwafer.wafer.WaferMap;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the watch keeps of a camera. Not safe across threads. */
final class CameraState {
  /** First embeddings whose mean is the middle that others are measured from. */
  static final int CENTRE_WAFERS = 100;

  private final DeviceName camera;
  private final Map<Measure, Comparison> comparisons = new EnumMap<>(Measure.class);
  private String model;
  private int centred;

  /** The sum of the first embeddings' unit vectors, shape [embedding]; empty before the first. */
  private float[] centre;

  private boolean moved;

  /**
   * As it is stored.
   *
   * @param model who answered the camera's wafers last; empty: nobody yet
   * @param centred how many embeddings are in the middle, 0 to {@link #CENTRE_WAFERS}
   * @param centre their sum, shape [embedding]
   * @param state the comparisons, by measure
   */
  CameraState(DeviceName camera, String model, int centred, float[] centre, JsonNode state) {
    this.camera = camera;
    this.model = model;
    this.centred = centred;
    this.centre = centre;
    for (Measure measure : Measure.values()) {
      comparisons.put(measure, Comparison.of(measure, state.path(measure.name())));
    }
  }

  /** A camera that was not seen before. */
  CameraState(DeviceName camera) {
    this(camera, "", 0, new float[0], Json.object());
  }

  DeviceName camera() {
    return camera;
  }

  String model() {
    return model;
  }

  int centred() {
    return centred;
  }

  /** Whether the middle is another than it was when this was read. */
  boolean moved() {
    return moved;
  }

  /** The middle's sum, four bytes a number, big-endian. */
  byte[] centre() {
    ByteBuffer bytes = ByteBuffer.allocate(centre.length * Float.BYTES);
    bytes.asFloatBuffer().put(centre);
    return bytes.array();
  }

  Comparison comparison(Measure measure) {
    Comparison comparison = comparisons.get(measure);
    if (comparison == null) {
      throw new IllegalStateException("no comparison of " + measure);
    }
    return comparison;
  }

  boolean drifting() {
    return comparisons.values().stream().anyMatch(Comparison::drifting);
  }

  /**
   * Adds a wafer.
   *
   * @param alpha of each judgement
   * @return whether a measure was judged
   */
  boolean add(SeenWafer wafer, WatchConfig config, double alpha) {
    wafer.sight().map(Sight::model).ifPresent(this::answeredBy);
    long time = wafer.classification().timestampMillis();
    boolean judged = false;
    Optional<WaferMap> map = wafer.map();
    if (map.isPresent() && map.get().dies() > 0) {
      double failing = (double) map.get().failingDies() / map.get().dies();
      judged |=
          comparison(Measure.FAILING_SHARE)
              .add(Measure.part(failing), failing, time, config, alpha);
      int height = map.get().height();
      int width = map.get().width();
      judged |=
          comparison(Measure.MAP_SIZE)
              .add(
                  Measure.size(height, width),
                  Math.sqrt((double) height * width),
                  time,
                  config,
                  alpha);
    }
    if (wafer.sight().isPresent()) {
      judged |= addDirection(wafer.sight().get().direction(), time, config, alpha);
    }
    judged |=
        comparison(Measure.LABELS)
            .add(
                wafer.classification().prediction(),
                wafer.classification().isDefect() ? 1 : 0,
                time,
                config,
                alpha);
    return judged;
  }

  private boolean addDirection(Direction direction, long time, WatchConfig config, double alpha) {
    if (centred < CENTRE_WAFERS || centre.length != direction.length()) {
      addToCentre(direction.unit());
      return false;
    }
    double distance = 1 - Direction.of(centre).cosine(direction);
    return comparison(Measure.EMBEDDING_DISTANCE)
        .add(Measure.part(distance), distance, time, config, alpha);
  }

  private void addToCentre(float[] unit) {
    if (centre.length != unit.length) {
      centre = new float[unit.length];
      centred = 0;
    }
    for (int i = 0; i < unit.length; i++) {
      centre[i] += unit[i];
    }
    centred++;
    moved = true;
  }

  /** Another model says other things: what depends on it begins anew. */
  private void answeredBy(String now) {
    if (!model.equals(now)) {
      if (!model.isEmpty()) {
        for (Measure measure : Measure.values()) {
          if (measure.dependsOnModel()) {
            comparisons.put(measure, new Comparison(measure));
          }
        }
      }
      model = now;
      centre = new float[0];
      centred = 0;
      moved = true;
    }
  }

  ObjectNode json() {
    ObjectNode json = Json.object();
    comparisons.forEach((measure, comparison) -> json.set(measure.name(), comparison.json()));
    return json;
  }
}
