package fabwafer.hub.live;

import fabwafer.hub.alarm.Alarm;
import fabwafer.hub.alarm.AlarmJson;
import fabwafer.hub.alarm.AlarmQuery;
import fabwafer.hub.alarm.AlarmStore;
import fabwafer.hub.catalogue.Camera;
import fabwafer.hub.catalogue.Catalogue;
import fabwafer.hub.catalogue.DeviceRoutes;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.classification.ClassificationQuery;
import fabwafer.hub.classification.ClassificationQuery.Cursor;
import fabwafer.hub.classification.ClassificationStore;
import fabwafer.hub.database.Database;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthStore;
import fabwafer.hub.image.ImageJson;
import fabwafer.hub.inference.ServedModel;
import fabwafer.hub.live.CameraCounts.Counts;
import fabwafer.hub.web.Access;
import fabwafer.hub.web.Exchange;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Route;
import fabwafer.hub.web.RouteSource;
import fabwafer.hub.web.Routes;
import fabwafer.protocol.DeviceName;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The Live wall's one answer; what changes after it comes as events. */
public final class LiveRoutes implements RouteSource {
  /** Cameras on one wall: more is more than anybody reads; a fab's own wall has room. */
  static final int MAX_CAMERAS = 200;

  private static final int ALARMS = 20;
  private static final int NEWEST = 24;
  private static final Set<Alarm.State> LASTING =
      Set.of(Alarm.State.OPEN, Alarm.State.ACKNOWLEDGED);

  private final Catalogue catalogue;
  private final CameraCounts counts;
  private final ClassificationStore classifications;
  private final GroundTruthStore groundTruths;
  private final AlarmStore alarms;
  private final Supplier<Optional<ServedModel>> model;
  private final InstantSource clock;

  /**
   * The routes.
   *
   * @param model the hub's model in use; empty while there is none
   */
  public LiveRoutes(
      Database database,
      Catalogue catalogue,
      ClassificationStore classifications,
      GroundTruthStore groundTruths,
      AlarmStore alarms,
      Supplier<Optional<ServedModel>> model,
      InstantSource clock) {
    this.catalogue = catalogue;
    this.counts = new CameraCounts(database);
    this.classifications = classifications;
    this.groundTruths = groundTruths;
    this.alarms = alarms;
    this.model = model;
    this.clock = clock;
  }

  @Override
  public void addTo(Routes routes) {
    routes.add(Route.get("/api/v1/live", Access.VIEWER, this::wall).query("fab"));
  }

  private void wall(Exchange exchange) {
    Optional<String> fab = exchange.parameters().name("fab");
    long now = clock.millis();
    ObjectNode answer =
        Json.object()
            .put("at", Instant.ofEpochMilli(now).toString())
            .put("model", model.get().map(ServedModel::id).orElse(null));
    putCameras(answer, fab, now);
    ArrayNode lasting = answer.putArray("alarms");
    alarms
        .alarms(
            new AlarmQuery(
                Set.of(Alarm.Kind.WAFERS),
                fab,
                Optional.empty(),
                OptionalLong.empty(),
                LASTING,
                Optional.empty(),
                ALARMS))
        .forEach(alarm -> lasting.add(AlarmJson.of(alarm)));
    answer.put("lastingAlarms", alarms.lasting());
    putNewest(answer, fab);
    exchange.askAgain();
    exchange.json(answer);
  }

  private void putCameras(ObjectNode answer, Optional<String> fab, long now) {
    List<Camera> all =
        catalogue.cameras().stream()
            .filter(camera -> fab.isEmpty() || camera.device().fab().equals(fab.get()))
            .toList();
    Map<DeviceName, Counts> seen = counts.read(fab, now);
    ArrayNode cameras = answer.putArray("cameras");
    for (Camera camera : all.subList(0, Math.min(all.size(), MAX_CAMERAS))) {
      Counts counted = seen.getOrDefault(camera.device(), Counts.NONE);
      ObjectNode json = DeviceRoutes.json(camera);
      json.put(
          "stateSinceAt",
          camera.stateSinceMillis() == 0
              ? null
              : Instant.ofEpochMilli(camera.stateSinceMillis()).toString());
      json.put("lastHour", counted.lastHour());
      ArrayNode byHour = json.putArray("byHour");
      counted.byHour().forEach(byHour::add);
      json.put("wafers", counted.wafers());
      json.put("defectRate", counted.defectRate().orElse(null));
      json.put("yieldRatio", counted.yieldRatio().orElse(null));
      cameras.add(json);
    }
    answer.put("moreCameras", all.size() - cameras.size());
  }

  private void putNewest(ObjectNode answer, Optional<String> fab) {
    ClassificationQuery any = ClassificationQuery.newest(NEWEST);
    List<Classification> rows = classifications.page(any.ofFab(fab)).rows();
    Map<Cursor, GroundTruth> truths = groundTruths.newestOf(rows);
    ArrayNode newest = answer.putArray("newest");
    for (Classification wafer : rows) {
      Cursor place = new Cursor(wafer.timestampMillis(), wafer.imgid());
      newest.add(ImageJson.json(wafer, Optional.ofNullable(truths.get(place))));
    }
  }
}
