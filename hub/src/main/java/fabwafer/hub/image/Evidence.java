package fabwafer.hub.image;

import fabwafer.hub.archive.ArchivedImage;
import fabwafer.hub.classification.Classification;
import fabwafer.hub.groundtruth.GroundTruth;
import fabwafer.hub.groundtruth.GroundTruthRoutes;
import fabwafer.hub.image.Explanations.Explained;
import fabwafer.hub.web.Json;
import fabwafer.wafer.WaferMap;
import fabwafer.wafer.zone.ZoneYields;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * All that is known of a wafer at one time. It holds no time of its own: the same state makes the
 * same evidence.
 *
 * @param wafer its classification
 * @param labels its labels, the newest first
 * @param shown what its image shows; empty where no image has come
 * @param missing why a part is not there, for a person to read; empty: all is
 * @param lot the wafers of its lot that the hub knows, by slot; empty where it has none
 */
record Evidence(
    Classification wafer,
    List<GroundTruth> labels,
    Optional<Shown> shown,
    List<String> missing,
    List<LotWafer> lot) {
  Evidence {
    labels = List.copyOf(labels);
    missing = List.copyOf(missing);
    lot = List.copyOf(lot);
  }

  /**
   * What the image shows.
   *
   * @param map empty where it is no wafer map
   * @param zones of the map
   * @param explanation by the hub's model; empty where it has none or the map is too large
   */
  record Shown(
      ArchivedImage image,
      Optional<WaferMap> map,
      Optional<ZoneYields> zones,
      Optional<Explanation> explanation) {}

  /** An explanation and the id of the model it is of. */
  record Explanation(String model, Explained explained) {}

  /** A wafer of the same lot, with the label that counts. */
  record LotWafer(Classification wafer, Optional<GroundTruth> truth) {
    String label() {
      return truth.map(GroundTruth::label).orElse(wafer.prediction());
    }

    /** What people call it: its name in the lot, else its inspection's. */
    String name() {
      String name = wafer.facts().wafer();
      return name.isEmpty() ? wafer.imgid() : name;
    }
  }

  /** As the REST contract writes it. */
  ObjectNode json() {
    ObjectNode json = Json.object();
    json.set("wafer", ImageJson.detail(wafer, labels));
    ObjectNode image = shown.map(Evidence::json).orElse(null);
    json.set("image", image);
    json.set("waferMap", shown.flatMap(Shown::map).map(WaferMapJson::json).orElse(null));
    json.set("zones", shown.flatMap(Shown::zones).map(ZoneRoutes::json).orElse(null));
    json.set(
        "explanation",
        shown
            .flatMap(Shown::explanation)
            .map(why -> ExplanationJson.json(why.model(), why.explained()))
            .orElse(null));
    ArrayNode wafers = json.putArray("lot");
    for (LotWafer one : lot) {
      ObjectNode item =
          wafers
              .addObject()
              .put("imgid", one.wafer().imgid())
              .put("timestamp", one.wafer().timestampMillis())
              .put("camera", one.wafer().device().camera())
              .put("wafer", one.name())
              .put("prediction", one.wafer().prediction())
              .put("probability", one.wafer().probability());
      item.set("groundTruth", one.truth().map(GroundTruthRoutes::json).orElse(null));
    }
    ArrayNode absent = json.putArray("missing");
    missing.forEach(absent::add);
    return json;
  }

  private static ObjectNode json(Shown shown) {
    return Json.object()
        .put("sha256", shown.image().sha256())
        .put("bytes", shown.image().bytes())
        .put("version", shown.image().version())
        .put("receivedAt", Instant.ofEpochMilli(shown.image().receivedMillis()).toString());
  }
}
