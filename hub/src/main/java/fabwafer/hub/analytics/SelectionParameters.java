package fabwafer.hub.analytics;

import fabwafer.hub.HubException;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.JsonBody;
import fabwafer.hub.web.Parameters;
import fabwafer.hub.web.ProblemException;
import fabwafer.protocol.Limits;
import fabwafer.protocol.Names;
import fabwafer.protocol.WaferFacts;
import fabwafer.wafer.WaferMap;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** A {@link Selection} in requests and answers. */
final class SelectionParameters {
  private static final Duration DEFAULT_TIME = Duration.ofDays(30);

  /** How a request names the product of wafers whose product is unknown. */
  private static final String UNKNOWN_PRODUCT = "-";

  private SelectionParameters() {}

  /** What a query says; without times, the last 30 days. */
  static Selection read(Parameters parameters, long nowMillis) {
    return read(parameters, nowMillis, "fab", "camera", "product", "lot", "fromts", "tots");
  }

  /** The other selection of a comparison. */
  static Selection readSecond(Parameters parameters, long nowMillis) {
    return read(
        parameters,
        nowMillis,
        "withFab",
        "withCamera",
        "withProduct",
        "withLot",
        "withFromts",
        "withTots");
  }

  private static Selection read(
      Parameters parameters,
      long nowMillis,
      String fab,
      String camera,
      String product,
      String lot,
      String from,
      String to) {
    long end = parameters.time(to).orElse(nowMillis);
    long begin = parameters.time(from).orElse(Math.max(0, end - DEFAULT_TIME.toMillis()));
    Optional<String> fabName = parameters.name(fab);
    Optional<String> cameraName = parameters.name(camera);
    if (cameraName.isPresent() && fabName.isEmpty()) {
      throw ProblemException.parameter(camera, camera + " needs its fab");
    }
    if (begin > end) {
      throw ProblemException.parameter(to, "%s must not be before %s".formatted(to, from));
    }
    return new Selection(
        fabName,
        cameraName,
        parameters.text(product, WaferFacts.MAX_TEXT_CHARS).map(SelectionParameters::product),
        parameters.text(lot, WaferFacts.MAX_TEXT_CHARS),
        begin,
        end);
  }

  /** What a body says; it must say the times. */
  static Selection read(JsonBody body) {
    Optional<String> fab = name(body, "fab");
    Optional<String> camera = name(body, "camera");
    if (camera.isPresent() && fab.isEmpty()) {
      throw ProblemException.field("camera", "camera needs its fab");
    }
    try {
      return new Selection(
          fab,
          camera,
          body.optionalText("product", WaferFacts.MAX_TEXT_CHARS).map(SelectionParameters::product),
          Optional.empty(),
          time(body, "fromts"),
          time(body, "tots"));
    } catch (HubException e) {
      throw ProblemException.field("tots", String.valueOf(e.getMessage()));
    }
  }

  /** The side of a wafer map in a query, in dies. */
  static Optional<Integer> side(Parameters parameters, String name) {
    return parameters
        .text(name, 5)
        .map(
            text -> {
              try {
                int side = Integer.parseInt(text);
                if (side >= 1 && side <= WaferMap.MAX_SIDE) {
                  return side;
                }
              } catch (NumberFormatException e) {
                // Answered as any other wrong side, below.
              }
              throw ProblemException.parameter(
                  name, "%s must be 1 to %d".formatted(name, WaferMap.MAX_SIDE));
            });
  }

  /** As an answer begins: what was really selected. */
  static ObjectNode json(Selection selection) {
    return Json.object()
        .put("fab", selection.fab().orElse(null))
        .put("camera", selection.camera().orElse(null))
        .put("product", selection.product().map(SelectionParameters::shown).orElse(null))
        .put("lot", selection.lot().orElse(null))
        .put("from", selection.fromMillis())
        .put("to", selection.toMillis());
  }

  /** A product as answers name it. */
  static String shown(String product) {
    return product.isEmpty() ? UNKNOWN_PRODUCT : product;
  }

  private static String product(String text) {
    return text.equals(UNKNOWN_PRODUCT) ? "" : text;
  }

  private static Optional<String> name(JsonBody body, String field) {
    Optional<String> name = body.optionalText(field, Limits.MAX_NAME_CHARS);
    if (name.isPresent() && !Names.isName(name.get())) {
      throw ProblemException.field(
          field, field + " must be of A-Z a-z 0-9 . _ - without a leading dot");
    }
    return name;
  }

  private static long time(JsonBody body, String field) {
    try {
      return Parameters.millis(body.timestamp(field));
    } catch (IllegalArgumentException e) {
      throw ProblemException.field(field, field + " " + String.valueOf(e.getMessage()));
    }
  }
}
