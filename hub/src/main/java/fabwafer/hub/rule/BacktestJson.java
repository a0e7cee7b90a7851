package fabwafer.hub.rule;

import fabwafer.hub.web.Json;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a rule would have done, as the REST contract writes it. */
final class BacktestJson {
  /** Most wafers of an alarm that are answered. */
  private static final int MAX_WAFERS = 20;

  private static final double MILLIS_PER_SECOND = 1_000;

  private BacktestJson() {}

  static ObjectNode of(Backtest.Result result, int days, long from, long to, int maxItems) {
    long confirmed = result.count(Judgements.Verdict.CONFIRMED);
    long mistaken = result.count(Judgements.Verdict.FALSE);
    long unjudged = result.count(Judgements.Verdict.UNJUDGED);
    ObjectNode json =
        Json.object()
            .put("days", days)
            .put("from", Instant.ofEpochMilli(from).toString())
            .put("to", Instant.ofEpochMilli(to).toString())
            .put("wafers", result.wafers())
            .put("alarms", result.alarms().size())
            .put("confirmed", confirmed)
            .put("false", mistaken)
            .put("unjudged", unjudged)
            .put("missed", result.missed().size())
            .put("cut", result.cut().orElse(null))
            .put("seconds", result.took().toMillis() / MILLIS_PER_SECOND)
            .put(
                "words",
                String.format(
                    Locale.ROOT,
                    "This rule over the last %s: %s, %,d confirmed, %,d false, %,d not judged,"
                        + " %,d missed",
                    counted(days, "day"),
                    counted(result.alarms().size(), "alarm"),
                    confirmed,
                    mistaken,
                    unjudged,
                    result.missed().size()));
    ArrayNode items = json.putArray("items");
    result.alarms().reversed().stream().limit(maxItems).forEach(found -> items.add(of(found)));
    ArrayNode missed = json.putArray("missedAlarms");
    result.missed().reversed().stream().limit(maxItems).forEach(alarm -> missed.add(of(alarm)));
    return json;
  }

  private static String counted(int count, String of) {
    return String.format(Locale.ROOT, "%,d %s%s", count, of, count == 1 ? "" : "s");
  }

  private static ObjectNode of(Backtest.Found found) {
    Episodes.Episode episode = found.episode();
    ObjectNode json =
        Json.object()
            .put("stream", episode.stream())
            .put("reason", episode.sentence())
            .put("verdict", found.verdict().name().toLowerCase(Locale.ROOT))
            .put("firstSeenAt", Instant.ofEpochMilli(episode.firstMillis()).toString())
            .put("lastSeenAt", Instant.ofEpochMilli(episode.lastMillis()).toString())
            .put("wafers", episode.count());
    ArrayNode wafers = json.putArray("newest");
    List<BadWafer> counted = episode.wafers();
    counted.subList(Math.max(0, counted.size() - MAX_WAFERS), counted.size()).reversed().stream()
        .map(BacktestJson::of)
        .forEach(wafers::add);
    return json;
  }

  private static ObjectNode of(BadWafer wafer) {
    return Json.object()
        .put("fab", wafer.fab())
        .put("camera", wafer.camera())
        .put("imgid", wafer.imgid())
        .put("timestamp", wafer.timestampMillis())
        .put("prediction", wafer.prediction());
  }

  private static ObjectNode of(Judgements.Judged alarm) {
    return Json.object()
        .put("id", alarm.id())
        .put("fab", alarm.fab())
        .put("camera", alarm.camera())
        .put("prediction", alarm.pattern());
  }
}
