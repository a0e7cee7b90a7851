package fabwafer.hub.analytics;

import static java.nio.charset.StandardCharsets.UTF_8;

import fabwafer.hub.analytics.AnalyticsStore.Lot;
import fabwafer.hub.analytics.AnalyticsStore.LotPlace;
import fabwafer.hub.analytics.AnalyticsStore.Size;
import fabwafer.hub.statistics.Counted;
import fabwafer.hub.statistics.Proportions;
import fabwafer.hub.statistics.Proportions.Interval;
import fabwafer.hub.web.Json;
import fabwafer.hub.web.Parameters;
import fabwafer.wafer.DefectPattern;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers of the analytics routes. */
final class AnalyticsJson {
  private AnalyticsJson() {}

  static ObjectNode baseline(Baseline baseline) {
    return Json.object()
        .put("id", baseline.id())
        .put("version", baseline.version())
        .put("fab", baseline.scope().fab().orElse(null))
        .put("camera", baseline.scope().camera().orElse(null))
        .put("product", baseline.scope().product().map(SelectionParameters::shown).orElse(null))
        .put("measure", baseline.scope().measure().word())
        .put("bucket", baseline.scope().bucket())
        .put("from", baseline.fromMillis())
        .put("to", baseline.toMillis())
        .put("points", baseline.points())
        .put("inspected", baseline.inspected())
        .put("centre", baseline.chart().centre())
        .put("spread", baseline.chart().spread())
        .put("made", Instant.ofEpochMilli(baseline.madeMillis()).toString())
        .put("madeBy", baseline.madeBy())
        .put("comment", baseline.comment());
  }

  static void putPoints(ObjectNode answer, List<ControlPoint> points, Map<Long, Totals> series) {
    ArrayNode list = answer.putArray("points");
    for (ControlPoint point : points) {
      Totals totals = series.getOrDefault(point.startMillis(), Totals.NOTHING);
      ObjectNode json =
          list.addObject()
              .put("start", point.startMillis())
              .put("startAt", Instant.ofEpochMilli(point.startMillis()).toString())
              .put("wafers", totals.wafers())
              .put("defective", point.sample().defective())
              .put("inspected", point.sample().inspected())
              .put("share", point.sample().share())
              .put("lower", point.limits().lower())
              .put("upper", point.limits().upper())
              .put("standardised", point.standardised())
              .put("ewma", point.ewma())
              .put("ewmaLimit", point.ewmaLimit())
              .put("cusumUp", point.sums().up())
              .put("cusumDown", point.sums().down());
      ArrayNode signals = json.putArray("signals");
      point.broken().forEach(rule -> signals.add(rule.words()));
      point.signals().forEach(signals::add);
    }
  }

  static void putPareto(ObjectNode answer, Map<String, Totals> labels) {
    long wafers = labels.values().stream().mapToLong(Totals::wafers).sum();
    long defects = labels.values().stream().mapToLong(Totals::defects).sum();
    answer.put("wafers", wafers).put("defects", defects);
    ArrayNode list = answer.putArray("patterns");
    long soFar = 0;
    List<Map.Entry<String, Totals>> patterns =
        labels.entrySet().stream()
            .filter(entry -> !entry.getKey().equals(DefectPattern.NONE.label()))
            .sorted(
                Comparator.comparingLong(
                        (Map.Entry<String, Totals> entry) -> entry.getValue().wafers())
                    .reversed())
            .toList();
    for (Map.Entry<String, Totals> entry : patterns) {
      long count = entry.getValue().wafers();
      soFar += count;
      Interval interval = Proportions.interval(new Counted(count, wafers));
      list.addObject()
          .put("pattern", entry.getKey())
          .put("wafers", count)
          .put("share", (double) count / wafers)
          .put("low", interval.low())
          .put("high", interval.high())
          .put("cumulative", (double) soFar / defects);
    }
  }

  static void putSizes(ObjectNode answer, List<Size> sizes) {
    ArrayNode list = answer.putArray("sizes");
    sizes.forEach(
        size ->
            list.addObject()
                .put("height", size.height())
                .put("width", size.width())
                .put("wafers", size.wafers()));
  }

  static ObjectNode stack(DieStack stack) {
    ObjectNode json =
        Json.object()
            .put("height", stack.height())
            .put("width", stack.width())
            .put("wafers", stack.wafers())
            .put("rows", stack.rows())
            .put("columns", stack.columns())
            .put("diesPerPosition", stack.factor());
    ArrayNode dies = json.putArray("dies");
    ArrayNode failing = json.putArray("failing");
    for (int i = 0; i < stack.dies().length; i++) {
      dies.add(stack.dies()[i]);
      failing.add(stack.failing()[i]);
    }
    return json;
  }

  static ObjectNode lot(Lot lot) {
    Totals totals = lot.totals();
    ObjectNode json =
        Json.object()
            .put("lot", lot.place().lot())
            .put("fab", lot.place().fab())
            .put("camera", lot.place().camera())
            .put("product", SelectionParameters.shown(lot.place().product()))
            .put("first", lot.firstMillis())
            .put("last", lot.place().lastMillis());
    putTotals(json, totals);
    return json;
  }

  /** Counts and shares; a share of nothing is null. */
  static void putTotals(ObjectNode json, Totals totals) {
    json.put("wafers", totals.wafers()).put("defects", totals.defects());
    put(json, "defectRate", totals.defective().share());
    json.put("measured", totals.measured())
        .put("dies", totals.dies())
        .put("failing", totals.failing());
    put(json, "yieldRatio", 1 - totals.failed().share());
  }

  static void put(ObjectNode json, String name, double value) {
    if (Double.isFinite(value)) {
      json.put(name, value);
    } else {
      json.putNull(name);
    }
  }

  /** Names hold any characters: the cursor is JSON, in base64 for addresses. */
  static String cursor(LotPlace place) {
    ArrayNode json = JsonMapper.shared().createArrayNode();
    json.add(place.lastMillis());
    json.add(place.lot()).add(place.fab()).add(place.camera()).add(place.product());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(JsonMapper.shared().writeValueAsBytes(json));
  }

  static LotPlace lotPlace(String cursor) {
    try {
      JsonNode json =
          JsonMapper.shared().readTree(new String(Base64.getUrlDecoder().decode(cursor), UTF_8));
      if (json.isArray() && json.size() == 5 && json.get(0).isIntegralNumber()) {
        return new LotPlace(
            json.get(0).longValue(),
            json.get(1).asString(),
            json.get(2).asString(),
            json.get(3).asString(),
            json.get(4).asString());
      }
    } catch (IllegalArgumentException | JacksonException e) {
      // Answered as any other wrong cursor, below.
    }
    throw Parameters.badCursor();
  }
}
